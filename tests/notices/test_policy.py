"""[notify] of tandem.toml: what is wrong is refused, with its place and a next step."""

from pathlib import Path

import pytest

from tandem.core.errors import KeyProblem, WrongUse
from tandem.core.files import Home
from tandem.notices.notice import KINDS
from tandem.notices.policy import NotifyPolicy
from tests.notices.published import recipient, settings, smtp

HOOK = '[notify.webhook.team]\nurl = "https://hooks.example.org/T0/x"\n'


def load(home: Home, text: str) -> NotifyPolicy:
    return NotifyPolicy.load(settings(home, text))


def test_a_recipient_has_by_default_all_that_the_role_may_have(home: Home):
    text = smtp(25) + HOOK + recipient("a", role="leader") + recipient("b", to="team")
    leader, team = load(home, text).recipients
    assert leader.kinds == (
        "late_source",
        "mode_change",
        "programme_change",
        "review_pack",
    )
    assert set(team.kinds) == set(KINDS) - {"review_pack"}  # a webhook takes no file
    assert (leader.channel, team.channel) == ("e-mail", "webhook team")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nobody is to be told"),
        ("[notify]\nrecipients = []", "nobody is to be told"),
        ("[notify]\nreceivers = []", "no such setting: receivers"),
        (recipient("a"), "no mail server is named"),
        (HOOK + recipient("a", to="tean"), "neither an address nor a webhook: tean"),
        (smtp(25) + recipient("a", to="no@address"), "no e-mail address"),
        (smtp(25) + recipient("a", to="ü@example.org"), "no e-mail address"),
        (smtp(25) + recipient("a", to="a..b@example.org"), "no e-mail address"),
        (smtp(25) + recipient("a", role="owner"), "no such role: owner"),
        (smtp(25) + recipient("a", language="fr"), "no such language: fr"),
        (smtp(25) + recipient("a", kinds='["lateness"]'), "no such kind: lateness"),
        (smtp(25) + recipient("a", kinds="[]"), "kinds is no list"),
        (
            smtp(25) + recipient("a", role="leader", kinds='["data_deletion"]'),
            "the role leader may not have data_deletion",
        ),
        (
            HOOK + recipient("a", to="team", kinds='["review_pack"]'),
            "a webhook takes no pack",
        ),
        (smtp(25) + recipient("a") + recipient("a"), "several recipients are called a"),
        (smtp(25) + recipient("Asha Rao", to="a@example.org"), "no short name"),
        (smtp(25) + recipient("a", person="Asha"), "no such setting: person"),
        (smtp(25, encryption="ssl3") + recipient("a"), "encryption is 'ssl3'"),
        (smtp(25, host="mail.example.org") + recipient("a"), "without encryption"),
        (smtp(70000) + recipient("a"), "port is no port"),
        (smtp(25, sender="learning") + recipient("a"), "sender is no e-mail"),
        (smtp(25, password="secret") + recipient("a"), "no such setting: password"),
        (
            HOOK.replace("https:", "http:") + recipient("a", to="team"),
            "url is no https address",
        ),
        (HOOK + 'kind = "irc"\n' + recipient("a", to="team"), "no such kind: irc"),
        (
            HOOK + 'kind = "slack"\nsigned = true\n' + recipient("a", to="team"),
            "reads no signature",
        ),
        (HOOK + "timeout_seconds = 0\n" + recipient("a", to="team"), "timeout_seconds"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_place(home: Home, text: str, words: str):
    with pytest.raises(WrongUse, match=words) as caught:
        load(home, text)
    line = caught.value.one_line()
    assert "tandem.toml [notify" in line
    assert " -> " in line
    assert "@example.org" not in line
    assert caught.value.exit_status == 2


@pytest.mark.parametrize("missing", ["to", "role", "business_unit"])
def test_nothing_about_a_recipient_is_guessed(home: Home, missing: str):
    lines = recipient("a").splitlines()
    text = "\n".join(line for line in lines if not line.startswith(missing))
    with pytest.raises(WrongUse, match=f"{missing} is missing"):
        load(home, smtp(25) + text)


def test_secrets_come_from_the_environment_or_a_file_of_the_owner(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "secrets.toml"
    file.write_text('password = "of-the-file"', encoding="utf-8")
    text = smtp(25, user="tandem", credentials_file=str(file)) + recipient("a")
    policy = load(home, text)
    assert policy.smtp is not None
    file.chmod(0o644)
    with pytest.raises(KeyProblem, match="others can read"):
        policy.smtp.password()
    file.chmod(0o600)
    assert policy.smtp.password().reveal() == "of-the-file"
    monkeypatch.setenv("TANDEM_NOTIFY_SMTP_PASSWORD", "of-the-environment")
    assert policy.smtp.password().reveal() == "of-the-environment"
    assert "of-the" not in repr(policy)


def test_the_address_of_a_webhook_may_be_a_secret(
    home: Home, monkeypatch: pytest.MonkeyPatch
):
    text = "[notify.webhook.team]\nsigned = true\n" + recipient("a", to="team")
    hook = load(home, text).webhooks["team"]
    with pytest.raises(KeyProblem, match="url is not set"):
        hook.address()
    monkeypatch.setenv("TANDEM_NOTIFY_TEAM_URL", "http://hooks.example.org/x")
    with pytest.raises(WrongUse, match="no https address"):
        hook.address()
    monkeypatch.setenv("TANDEM_NOTIFY_TEAM_URL", "https://hooks.example.org/x")
    assert hook.address().reveal() == "https://hooks.example.org/x"
    with pytest.raises(KeyProblem, match="secret is not set"):
        hook.signing_key()
    assert "hooks.example" not in repr(load(home, HOOK + recipient("a", to="team")))
