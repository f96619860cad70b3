"""Webhooks on a real server: payloads, repetitions, refusals, and no secret shown."""

import hmac
import json
import logging
import socket
from collections.abc import Iterator

import pytest

from tandem.core.files import Home
from tandem.notices.messages import MOST_NOTICES
from tandem.notices.run import Report, notify
from tandem.notices.webhook import Patience
from tests.notices.published import NOW, publish, recipient, settings, smtp
from tests.notices.servers import Hook, Mailbox, mail_server, web_server

LATE = {"connector": "xapi_file", "source": "lms", "watermark_at": "2026-04-01"}
QUICK = Patience(attempts=4, first_wait=0.01, longest_wait=0.05)


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    with web_server(hook):
        yield hook


def config(url: str, *lines: str) -> str:
    rows = [f'url = "{url}"', "timeout_seconds = 1", *lines]
    return "\n".join(["[notify.webhook.team]", *rows]) + recipient("t", to="team")


def tell(home: Home, text: str, *sources: dict) -> Report:
    publish(home, *(sources or (LATE,)))
    return notify(home, settings(home, text), NOW, patience=QUICK)


def failures(report: Report) -> list[str]:
    return [reason for outcome in report.outcomes for reason in outcome.failures]


def test_a_payload_holds_notices_and_no_address(home: Home, hook: Hook):
    assert tell(home, config(hook.url)).is_complete
    (payload,) = hook.posts
    assert payload["version"] == 1
    assert (payload["role"], payload["business_unit"]) == ("analyst", "all")
    assert payload["snapshot_id"] == "a1"
    (notice,) = payload["notices"]
    assert notice["key"] == "late_source:lms:2026-04-01"
    assert notice["kind"] == "late_source"
    assert notice["title"] == "lms is late"
    assert "Idempotency-Key" in hook.headers[0]
    assert "X-Tandem-Signature" not in hook.headers[0]
    assert tell(home, config(hook.url)).outcomes[0].keys == []
    assert len(hook.posts) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_with_the_same_key(
    home: Home, hook: Hook, status: int
):
    hook.answers = [(status, {"Retry-After": "0"}), (status, {}), (200, {})]
    assert tell(home, config(hook.url)).is_complete
    assert len(hook.bodies) == 3
    assert len({headers["Idempotency-Key"] for headers in hook.headers}) == 1
    assert len(set(hook.bodies)) == 1


def test_a_server_that_keeps_failing_is_given_up_and_others_are_told(
    home: Home, hook: Hook
):
    hook.answers = [(500, {})]
    mailbox = Mailbox()
    with mail_server(mailbox):
        text = smtp(mailbox.port) + config(hook.url) + recipient("a")
        report = tell(home, text)
        assert len(hook.bodies) == QUICK.attempts
        assert "it keeps answering 500" in failures(report)[0]
        assert "the next run tries again" in failures(report)[0]
        hook.answers = [(202, {})]
        assert tell(home, text).is_complete
    assert len(mailbox.mails) == 1
    assert len(hook.bodies) == QUICK.attempts + 1


@pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404, 410, 413])
def test_a_refusal_is_not_repeated_and_a_redirect_not_followed(
    home: Home, hook: Hook, status: int
):
    hook.answers = [(status, {"Location": hook.url})]
    report = tell(home, config(hook.url))
    assert len(hook.bodies) == 1
    assert f"it answers {status}" in failures(report)[0]


@pytest.mark.parametrize(("wait", "posts"), [("0.05", 4), ("3600", 1)])
def test_a_wait_that_is_too_long_is_left_to_the_next_run(
    home: Home, hook: Hook, wait: str, posts: int
):
    hook.answers = [(429, {"Retry-After": wait})]
    report = tell(home, config(hook.url))
    assert len(hook.bodies) == posts
    assert "429" in failures(report)[0]


def test_a_silent_server_and_none_at_all_are_said(home: Home):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/a-secret-part-of-it"
        publish(home, LATE)
        once = Patience(attempts=1)
        report = notify(home, settings(home, config(url)), NOW, patience=once)
        assert "did not answer within 1 s" in failures(report)[0]
    report = tell(home, config(url))
    assert "cannot be reached (ConnectError)" in failures(report)[0]
    assert "a-secret-part" not in str(report.as_json())


def test_no_log_error_or_file_shows_the_address_or_the_key(
    home: Home,
    hook: Hook,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    monkeypatch.setenv("TANDEM_NOTIFY_TEAM_SECRET", "the-key-of-signatures")
    caplog.set_level(logging.DEBUG)
    hook.answers = [(500, {}), (200, {}), (404, {})]
    text = config(hook.url, "signed = true")
    reports = [tell(home, text)]
    reports.append(tell(home, text, LATE, LATE | {"source": "other"}))
    shown = caplog.text + str([report.as_json() for report in reports])
    shown += home.access_log.read_bytes().decode("latin-1")
    assert "it answers 404" in shown
    for secret in ("a-secret-part-of-it", "the-key-of-signatures"):
        assert secret not in shown


def test_a_signature_covers_time_and_body(
    home: Home, hook: Hook, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TANDEM_NOTIFY_TEAM_SECRET", "the-key-of-signatures")
    assert tell(home, config(hook.url, "signed = true")).is_complete
    headers, body = hook.headers[0], hook.bodies[0]
    seconds = headers["X-Tandem-Timestamp"]
    assert seconds == str(int(NOW.timestamp()))

    def signed(content: bytes) -> str:
        text = seconds.encode() + b"." + content
        key = b"the-key-of-signatures"
        return f"sha256={hmac.new(key, text, 'sha256').hexdigest()}"

    assert headers["X-Tandem-Signature"] == signed(body)
    assert headers["X-Tandem-Signature"] != signed(body + b" ")


def test_a_signed_webhook_without_its_key_posts_nothing(home: Home, hook: Hook):
    report = tell(home, config(hook.url, "signed = true"))
    assert "set TANDEM_NOTIFY_TEAM_SECRET" in failures(report)[0]
    assert hook.bodies == []


def test_slack_gets_plain_text_in_which_no_sign_is_a_command(home: Home, hook: Hook):
    publish(home, LATE | {"source": "<!channel> & *lms*"})
    text = config(hook.url, 'kind = "slack"')
    assert notify(home, settings(home, text), NOW).is_complete
    (payload,) = hook.posts
    assert "<" not in payload["text"]
    blocks = payload["blocks"]
    assert [block["type"] for block in blocks] == ["header", *["section"] * 3]
    assert {block["text"]["type"] for block in blocks} == {"plain_text"}
    assert "<!channel> & *lms* is late" in blocks[2]["text"]["text"]


def test_teams_gets_an_adaptive_card_of_text_that_is_no_markdown(
    home: Home, hook: Hook
):
    many = [LATE | {"source": f"lms {number}"} for number in range(MOST_NOTICES)]
    report = tell(home, config(hook.url, 'kind = "teams"'), *many)
    assert report.is_complete
    (payload,) = hook.posts
    assert payload["type"] == "message"
    (attached,) = payload["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attached["content"]
    assert (card["type"], card["lang"]) == ("AdaptiveCard", "en")
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    words = json.dumps(card)
    assert "lms 7 is late" in words
    assert len(hook.bodies[0]) < 28_000


@pytest.mark.parametrize(
    ("notices", "posts"),
    [(MOST_NOTICES - 1, 1), (MOST_NOTICES, 1), (MOST_NOTICES + 1, 2)],
)
def test_many_notices_are_several_posts(
    home: Home, hook: Hook, notices: int, posts: int
):
    many = [LATE | {"source": f"lms {number}"} for number in range(notices)]
    assert tell(home, config(hook.url), *many).is_complete
    assert len(hook.bodies) == posts
    assert sum(len(post["notices"]) for post in hook.posts) == notices


def test_of_several_posts_only_those_that_failed_are_repeated(home: Home, hook: Hook):
    many = [LATE | {"source": f"lms {number}"} for number in range(MOST_NOTICES + 1)]
    hook.answers = [(200, {}), (400, {}), (200, {})]
    report = tell(home, config(hook.url), *many)
    assert len(report.outcomes[0].keys) == MOST_NOTICES
    assert not report.is_complete
    assert tell(home, config(hook.url), *many).is_complete
    assert [len(post["notices"]) for post in hook.posts] == [MOST_NOTICES, 1, 1]
