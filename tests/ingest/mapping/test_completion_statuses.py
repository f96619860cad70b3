"""What the statuses of completion reports mean, and the organisation's own words."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mapping.completion_statuses import STATES, TABLE, state_of
from ingest.mapping.phrase_tables import PhraseTable, may_be_shown
from ingest.parsing.source_phrases import plain
from tandem.core.errors import WrongUse
from tandem.core.files import Home, project_root


def seed(name: str) -> list[dict[str, str]]:
    path = project_root() / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def own(home: Home, text: str) -> Path:
    path = home.root / "extensions" / "completion_statuses.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("printed", "state"),
    [
        ("Completed", "completed"),
        ("Exempt", "exempt"),
        ("Equivalent", "equivalent"),
        ("Alternate", "equivalent"),
        ("Waived", "waived"),
        ("Withdrawn", "withdrawn"),
        ("Unenrolled", "withdrawn"),
        ("Deferred", "deferred"),
        ("Waitlisted", "waitlisted"),
        ("Not Complete", "open"),
        ("NOT-COMPLETED", "open"),
        ("In Progress", "in_progress"),
        ("Failed", "failed"),
        ("Expired", "expired"),
        ("Failed / Past Due", "failed"),
        ("In Bearbeitung / Überfällig", "in_progress"),
        ("Past Due", "deadline"),
        ("Completed / Withdrawn", None),
        ("Parked", None),
        ("3", None),
    ],
)
def test_a_status_has_a_state_whoever_prints_it(home, printed: str, state: str | None):
    assert state_of(TABLE.phrases(), printed) == state


def test_every_row_is_found_at_its_vendor(home):
    phrases = TABLE.phrases()

    for row in seed("completion_statuses"):
        vendor = "" if row["vendor"] == "any" else f"{row['vendor']}-emea"
        assert state_of(phrases, row["phrase"], vendor) == row["state"], row


def test_a_vendor_outranks_the_usual_meaning(home):
    phrases = TABLE.phrases()

    assert state_of(phrases, "completed", "canvas") == "open"
    assert state_of(phrases, "completed", "other") == "completed"
    assert state_of(phrases, "3", "moodle") == "failed"


def test_every_phrase_of_a_vendor_has_one_meaning():
    for table, column in (("completion_statuses", "state"), ("roster_roles", "role")):
        found: dict[tuple[str, str], set[str]] = {}
        for row in seed(table):
            key = (row["vendor"], plain(row["phrase"]))
            found.setdefault(key, set()).add(row[column])
        assert [key for key, words in found.items() if len(words) > 1] == []


def test_the_organisations_row_outranks_the_table(home: Home):
    own(home, "phrase,state\nParked,withdrawn\nExpired,completed\n")

    phrases = TABLE.phrases()

    assert state_of(phrases, "PARKED") == "withdrawn"
    assert state_of(phrases, "Expired") == "completed"
    assert state_of(phrases, "Failed") == "failed"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("phrase\nParked\n", "there is no column state"),
        ("phrase,state\nParked,gone\n", "'gone' is no state"),
    ],
)
def test_a_wrong_row_of_the_organisation_is_named(home: Home, text: str, what: str):
    path = own(home, text)

    with pytest.raises(WrongUse, match=what) as found:
        TABLE.phrases()
    assert str(path) in found.value.one_line()


def test_a_phrase_on_which_vendors_differ_needs_the_vendor(
    home: Home, monkeypatch: pytest.MonkeyPatch
):
    own(home, "vendor,phrase,state\na,Parked,open\nb,Parked,withdrawn\n")
    phrases = TABLE.phrases()

    assert state_of(phrases, "Parked") is None
    assert state_of(phrases, "Parked", "b") == "withdrawn"


def test_the_line_to_add_names_word_count_and_file(home: Home):
    table = PhraseTable("completion_statuses", "state", tuple(STATES))

    (first, second) = table.line_to_add({"Kept, for now": 1, "Parked": 3}, "status")

    assert first.startswith("'Parked' (3 rows) is no known status")
    assert "add the line Parked,STATE below the heading phrase,state" in first
    assert str(table.own_file()) in first
    assert '"Kept, for now",STATE' in second


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=20))
def test_a_word_that_holds_a_cell_of_the_person_is_not_shown(text: str, cell: str):
    if any(letter.isalnum() for letter in plain(cell)):
        assert not may_be_shown(f"{text} {cell} {text}", {cell})
    assert not may_be_shown("see anna@example.org", set())
    assert may_be_shown("Parked", {"Anna"})
    assert may_be_shown("x" * 60, set())
    assert not may_be_shown("x" * 61, set())
