"""What readers decide is recorded with role and time, and names no person."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
import streamlit as st

from dashboards import recording
from dashboards.reader import KEY, NOT_SIGNED_IN
from dashboards.recording import NotRecorded
from tandem.core import journal
from tandem.core.addresses import names_somebody
from tandem.core.errors import WrongUse
from tandem.core.files import Home, project_root
from tandem.core.journal_kinds import COMMAND_LINE, KINDS
from tandem.core.readers import Reader
from tandem.core.roles import ROLES
from tandem.core.wording import render

COMMENTARY = ("review_commentary", "2026-Q1", {"text": "Live sessions filled up."})


@pytest.fixture
def roles(home: Home, monkeypatch: pytest.MonkeyPatch):
    """A function that signs a reader in with some roles."""
    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)

    def signed_in(*given: str) -> None:
        state[KEY] = Reader(tuple(given))

    return signed_in


def test_an_entry_has_the_role_and_the_time_in_utc(roles):
    roles("programme_owner")
    before = datetime.now(UTC) - timedelta(seconds=1)
    recording.record(*COMMENTARY)
    (entry,) = recording.entries("review_commentary")
    assert entry["role"] == "programme_owner"
    assert entry["payload"] == {"text": "Live sessions filled up."}
    at = datetime.fromisoformat(entry["recorded_at"])
    assert before <= at <= datetime.now(UTC)


def test_where_nobody_signs_in_the_entry_says_so(roles):
    recording.record(*COMMENTARY)
    (entry,) = recording.entries("review_commentary")
    assert entry["role"] == NOT_SIGNED_IN


def test_of_several_roles_the_one_that_may_write_is_recorded(roles):
    roles("analyst", "leader")
    recording.record(*COMMENTARY)
    assert recording.entries("review_commentary")[0]["role"] == "leader"


def test_the_newest_entry_is_the_state_of_its_subject(roles):
    for quarter, text in (("2026-Q1", "a"), ("2026-Q2", "b"), ("2026-Q1", "c")):
        recording.record("review_commentary", quarter, {"text": text})
    newest = recording.latest("review_commentary")
    assert {key: row["payload"]["text"] for key, row in newest.items()} == {
        "2026-Q1": "c",
        "2026-Q2": "b",
    }
    assert len(recording.entries("review_commentary")) == 3


def test_another_role_is_refused_and_nothing_is_written(roles, home: Home):
    roles("data_protection_officer")
    with pytest.raises(NotRecorded, match=render("journal.refused.role")):
        recording.record(*COMMENTARY)
    assert recording.entries("review_commentary") == []


@pytest.mark.parametrize("kind", [k.name for k in KINDS.values() if k.payload == ()])
def test_no_role_writes_a_kind_of_the_command_line(roles, kind: str):
    roles(*ROLES)
    assert KINDS[kind].writers == (COMMAND_LINE,)
    with pytest.raises(NotRecorded):
        recording.record(kind, "x", {}, "why")


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_missing_reason_is_refused_where_the_kind_needs_one(roles, reason: str):
    with pytest.raises(NotRecorded, match=render("journal.refused.reason")):
        recording.record("decision_dismissed", "d1", {"is_dismissed": True}, reason)
    recording.record("decision_dismissed", "d1", {"is_dismissed": True}, "Not now")
    assert recording.latest("decision_dismissed")["d1"]["reason"] == "Not now"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("2026-Q1", "ask ana.sousa@corp.example about it"),
        ("ana.sousa@corp.example", "fine"),
        ("2026-Q1", "call +91 98450 12345"),
        ("2026-Q1", "call 098450 12345"),
        ("2026-Q1", "ana.sousa\uff20corp.example"),
    ],
)
def test_a_text_that_names_somebody_is_refused(roles, subject: str, text: str):
    with pytest.raises(NotRecorded, match="e-mail address or a phone number"):
        recording.record("review_commentary", subject, {"text": text})
    assert recording.entries("review_commentary") == []


def test_a_reason_that_names_somebody_is_refused(roles):
    with pytest.raises(NotRecorded, match="e-mail address or a phone number"):
        recording.record("mode_reviewed", "P1", {"outcome": "keep"}, "a@corp.example")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("between 2026-09-30 and 2026-10-12", False),
        ("from 30/09/2026 to 12/10/2026", False),
        ("it cost 1,234,567,890 rupees", False),
        ("71 of 100 finished, 3 points more", False),
        ("order 123456789", False),  # nine digits
        ("order 1234567890", True),  # ten
        ("5200000000000000", False),  # sixteen: longer than any phone number
        ("(080) 2345 6789 0", True),
    ],
)
def test_numbers_that_are_no_phone_numbers_are_kept(text: str, found: bool):
    assert names_somebody(text) is found


def test_details_that_the_kind_does_not_have_are_refused(roles):
    with pytest.raises(WrongUse):
        recording.record("review_commentary", "2026-Q1", {"word": "x"})
    with pytest.raises(WrongUse):
        recording.record("no_such_kind", "x", {}, "y")


def test_a_damaged_journal_gives_a_sentence(roles, home: Home):
    home.root.mkdir(parents=True, exist_ok=True)
    home.journal.write_bytes(b"no database" * 200)
    with pytest.raises(NotRecorded, match="journal"):
        recording.entries("review_commentary")
    with pytest.raises(NotRecorded, match="journal"):
        recording.record(*COMMENTARY)


def test_reading_creates_no_journal(roles, home: Home):
    assert recording.entries("review_commentary") == []
    assert not home.journal.exists()


def test_what_the_app_wrote_cannot_be_changed(roles, home: Home):
    recording.record(*COMMENTARY)
    with closing(sqlite3.connect(home.journal)) as connection:
        for statement in ("delete from entries", "update entries set role = 'x'"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    assert len(journal.read(home.journal, "review_commentary")) == 1


def test_every_kind_stands_in_the_documentation():
    page = (project_root() / "docs" / "journal.md").read_text(encoding="utf-8")
    for kind in KINDS.values():
        (line,) = (
            row for row in page.splitlines() if row.startswith(f"| `{kind.name}`")
        )
        assert kind.meaning in line
        for writer in kind.writers:
            assert f"`{writer}`" in line
        assert ("required" in line) is kind.needs_reason
