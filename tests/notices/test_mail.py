"""Mails reach a real server; each way in which they cannot is said, and tried again."""

import logging
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tandem.core.files import Home
from tandem.core.wording import render
from tandem.notices.run import Report, notify
from tests.notices.published import NOW, publish, recipient, settings, smtp
from tests.notices.servers import (
    PASSWORD,
    USER,
    Mailbox,
    certificate,
    free_port,
    mail_server,
)

LATE = {"connector": "xapi_file", "source": "lms", "watermark_at": "2026-04-01"}


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    with mail_server(mailbox):
        yield mailbox


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The context of a server whose certificate this machine trusts."""
    file, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


def tell(home: Home, text: str) -> Report:
    publish(home, LATE)
    return notify(home, settings(home, text), NOW)


def failures(report: Report) -> list[str]:
    return [reason for outcome in report.outcomes for reason in outcome.failures]


def secure(port: int, **more: str) -> str:
    row = {"host": "localhost", "user": USER, "encryption": "starttls"}
    return smtp(port, **(row | more)) + recipient("a")


def test_a_mail_says_what_when_and_from_whom(home: Home, mailbox: Mailbox):
    text = smtp(mailbox.port) + recipient("a") + recipient("b", language="hi")
    assert tell(home, text).is_complete
    (mail,) = mailbox.sent_to("a@example.org")
    assert mail["From"] == "Tandem <learning@example.org>"
    assert mail["To"] == "a@example.org"
    assert mail["Subject"].endswith("1 new notice on learning programmes")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "en"
    assert mail["Message-ID"].endswith("@example.org>")
    assert socket.gethostname() not in str(mail)
    assert mail["Date"].datetime == NOW
    body = mail.get_content().replace("\r\n", "\n")
    assert "1. Needs attention: lms is late\n" in body
    assert "The newest record is of 1 Apr 2026, more than 14 days ago." in body
    (other,) = mailbox.sent_to("b@example.org")
    assert "lms का डेटा देर से आ रहा है" in other.get_content()
    subject = render(
        "notice.message.subject.one", "hi", organisation="Example Group", count=1
    )
    assert other["Subject"].partition(":")[2] == subject.partition(":")[2]
    assert mailbox.connections == 1  # one conversation for all


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("at_once", [False, True])
def test_the_password_is_sent_over_tls_only(
    home: Home,
    trusted: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    at_once: bool,
):
    monkeypatch.setenv("TANDEM_NOTIFY_SMTP_PASSWORD", PASSWORD)
    mailbox = Mailbox()
    with mail_server(mailbox, trusted, at_once=at_once):
        how = "tls" if at_once else "starttls"
        assert tell(home, secure(mailbox.port, encryption=how)).is_complete
    assert mailbox.signed_in == [True]
    if not at_once:
        assert mailbox.is_encrypted == [True]


def test_a_wrong_password_is_said_and_not_shown(
    home: Home,
    trusted: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("TANDEM_NOTIFY_SMTP_PASSWORD", "not-the-right-password")
    mailbox = Mailbox()
    with mail_server(mailbox, trusted):
        report = tell(home, secure(mailbox.port))
    assert "refuses the password (535" in failures(report)[0]
    assert "not-the-right-password" not in caplog.text + str(report.as_json())
    assert mailbox.mails == []


def test_without_a_password_nothing_is_sent_and_the_variable_is_named(
    home: Home, trusted: ssl.SSLContext
):
    mailbox = Mailbox()
    with mail_server(mailbox, trusted):
        report = tell(home, secure(mailbox.port))
    assert "set TANDEM_NOTIFY_SMTP_PASSWORD" in failures(report)[0]
    assert mailbox.connections == 0


@pytest.mark.parametrize("name", ["localhost", "mail.example.org"])
def test_a_certificate_that_nobody_vouches_for_or_of_another_name_ends_it(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setenv("TANDEM_NOTIFY_SMTP_PASSWORD", PASSWORD)
    file, context = certificate(tmp_path, name)
    if name != "localhost":
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    mailbox = Mailbox()
    with mail_server(mailbox, context):
        report = tell(home, secure(mailbox.port))
    assert "the certificate is not accepted" in failures(report)[0]
    assert mailbox.signed_in == []


def test_a_server_without_starttls_gets_no_password(
    home: Home, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TANDEM_NOTIFY_SMTP_PASSWORD", PASSWORD)
    report = tell(home, secure(mailbox.port, host="127.0.0.1"))
    assert "STARTTLS" in failures(report)[0]
    assert mailbox.mails == []


def test_a_refused_recipient_does_not_keep_others_waiting(
    home: Home, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG, logger="tandem")
    mailbox.refused["a@example.org"] = "550 5.1.1 <a@example.org> is unknown here"
    text = smtp(mailbox.port) + recipient("a") + recipient("b")
    report = tell(home, text)
    (reason,) = failures(report)
    assert "refuses the recipient (550 5.1.1 <(address)> is unknown here)" in reason
    assert "a@example.org" not in str(report.as_json()) + caplog.text
    assert len(mailbox.sent_to("b@example.org")) == 1
    mailbox.refused.clear()
    assert tell(
        home, text
    ).is_complete  # it is tried again, and b is told nothing twice
    assert [to for to, _mail in mailbox.mails] == ["b@example.org", "a@example.org"]


@pytest.mark.parametrize(
    "answer", ["550 5.7.1 rejected", "451 4.7.1 greylisted", "552 5.3.4 too big"]
)
def test_a_refused_mail_is_tried_again_in_the_next_run(
    home: Home, mailbox: Mailbox, answer: str
):
    mailbox.answer = answer
    text = smtp(mailbox.port) + recipient("a")
    assert f"refuses it ({answer})" in failures(tell(home, text))[0]
    mailbox.answer = "250 OK"
    assert tell(home, text).is_complete
    assert len(mailbox.mails) == 1


def test_a_slow_answer_is_given_up_after_the_timeout(home: Home, mailbox: Mailbox):
    mailbox.delay = 1.6
    text = smtp(mailbox.port) + recipient("a")
    assert "did not answer within 1 s" in failures(tell(home, text))[0]
    mailbox.delay = 0.0
    assert tell(home, text).is_complete


def test_a_dead_server_is_tried_once_and_not_for_each_recipient(home: Home):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        text = smtp(silent.getsockname()[1])
        text += "".join(recipient(name) for name in "abcd")
        began = time.monotonic()
        report = tell(home, text)
        assert time.monotonic() - began < 3.5  # of four timeouts of 1 s, one passed
    assert len(failures(report)) == 4
    assert all("did not answer within 1 s" in reason for reason in failures(report))


def test_a_server_that_is_not_there_is_said(home: Home):
    report = tell(home, smtp(free_port()) + recipient("a"))
    assert "the mail server cannot be reached" in failures(report)[0]
    assert not report.is_complete
