"""The workbook of unmatched people: who is in it, in which order, for which reasons."""

import csv
import json
import stat
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.landing.delivery import ReadOptions
from ingest.mapping.tables import sheet_lines
from ingest.mapping.workbook import close_workbook
from ingest.review.columns import FIXED, PEOPLE
from ingest.review.decisions import Read
from ingest.review.preview import CohortChange, Preview
from ingest.run import ingest
from tandem.cli.identity_words import words
from tandem.cli.main import app
from tandem.core import journal
from tandem.core.access_log import read_accesses
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.ingest.review.conftest import Deliver, Run, joined


def listed(path: Path) -> list[dict[str, str]]:
    lines = [cells for _line, cells in sheet_lines(path, PEOPLE)]
    close_workbook()
    head = lines[0]
    return [
        dict(zip(head, cells + [""] * len(head), strict=False)) for cells in lines[1:]
    ]


def reviewed(run: Run, home: Home) -> list[dict[str, str]]:
    result = run("review", "--role", "operator")
    assert result.exit_code == 0, result.output + str(result.exception)
    return listed(home.identity_review)


COHORTS = "cohort_id,programme_id,cohort_name\n"


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ("C1,P,Morning\nC2,P,Evening\n", ["Morning", "Evening"]),
        ("C1,P,Morning\nC2,P,Morning\n", ["Morning (C1)", "Morning (C2)"]),
        ("C1,P,Morning\nC2,P,\n", ["Morning", "C2"]),
    ],
)
def test_a_group_is_called_by_its_title_and_by_its_id_where_two_share_it(
    home: Home, deliver: Deliver, run: Run, names: str, shown: list[str]
):
    deliver(
        [joined("A. Sousa", "09:00", "09:30")],
        [joined("Anna Ivanova", "11:00", "11:10")],
    )
    (home.root / "cohorts.csv").write_text(COHORTS + names)
    settings = Settings.load(home)
    (report,) = ingest([home.root / "cohorts.csv"], home, settings, ReadOptions())
    assert report.error is None
    rows = reviewed(run, home)
    assert [row["Groups"] for row in rows] == shown
    assert f"Enrolled in {shown[0]}." in rows[0]["Why candidate 1"]


def test_the_preview_calls_a_group_by_its_title():
    change = CohortChange("C1", "Morning", (0, 1), (2, 2), (1, 0))
    said = list(words(Preview([], [change], 0, True), Read([], 1, 0), None))
    assert said[0].startswith("Group Morning: attendance 0 of 2 (0.0 %) -> 1 of 2")
    assert "1 row is left open" in said


def test_the_most_minutes_come_first_and_each_has_candidates_with_reasons(
    home: Home, deliver: Deliver, run: Run
):
    deliver(
        [
            joined("A. Sousa", "09:00", "09:30"),
            joined("Mueller, Ben", "09:00", "10:00"),
        ],
        [joined("Anna Ivanova", "11:00", "11:10")],
    )
    rows = reviewed(run, home)
    assert [(r["Name as shown"], r["Minutes"], r["Sessions"]) for r in rows] == [
        ("Mueller, Ben", "60", "1"),
        ("A. Sousa", "30", "1"),
        ("Anna Ivanova", "10", "1"),
    ]
    assert [row["Candidate 1"] for row in rows] == [
        "Ben Müller (ben@corp.example)",
        "Ana Sousa (ana.sousa@corp.example)",
        "Анна Иванова (dan@corp.example)",
    ]
    assert rows[1]["Why candidate 1"] == (
        "The name is the same where it is shortened to initials. Enrolled in C1. "
        "Not seen under another account in this session."
    )
    assert rows[0]["Groups"] == "C1"
    assert rows[0]["First day"] == rows[0]["Last day"] == "2026-03-25"
    assert [rows[0][f"Choice {n}"] for n in range(1, 5)] == [
        rows[0]["Candidate 1"],
        *FIXED,
    ]


def test_only_its_owner_reads_it_and_equal_homes_give_equal_bytes(
    home: Home, deliver: Deliver, run: Run
):
    deliver([joined("A. Sousa", "09:00", "09:30"), joined("Guest", "09:00", "09:30")])
    reviewed(run, home)
    first = home.identity_review.read_bytes()
    assert stat.S_IMODE(home.identity_review.stat().st_mode) == 0o600
    reviewed(run, home)
    assert home.identity_review.read_bytes() == first


def test_a_name_that_begins_like_a_formula_stays_a_text(
    home: Home, deliver: Deliver, run: Run, tmp_path: Path
):
    deliver([joined("=cmd|'/c calc'!A1", "09:00", "09:30")])
    (row,) = reviewed(run, home)
    assert row["Name as shown"] == "=cmd|'/c calc'!A1"
    with zipfile.ZipFile(home.identity_review) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
        assert "<f>" not in sheet
        assert 'quotePrefix="1"' in archive.read("xl/styles.xml").decode()
    table = tmp_path / "people.csv"
    assert run("review", "--role", "operator", "--out", str(table)).exit_code == 0
    assert stat.S_IMODE(table.stat().st_mode) == 0o600
    with table.open(encoding="utf-8-sig", newline="") as file:
        (cells,) = csv.DictReader(file)
    assert cells["Name as shown"] == "'=cmd|'/c calc'!A1"


def test_a_name_in_several_sessions_of_a_group_is_one_row_and_in_two_groups_two(
    home: Home, deliver: Deliver, run: Run
):
    deliver(
        [joined("Zo", "09:00", "09:30"), joined("Zo", "09:20", "09:40")],
        [joined("Zo", "11:00", "11:10")],
    )
    rows = reviewed(run, home)
    assert [(r["Minutes"], r["Groups"]) for r in rows] == [("40", "C1"), ("10", "C2")]
    assert rows[0]["Note"].startswith("Connected twice at the same time")
    assert rows[1]["Note"] == ""


def test_an_address_leads_to_a_person_and_a_strange_domain_is_said(
    home: Home, deliver: Deliver, run: Run
):
    deliver(
        [
            joined("A", "09:00", "09:30", "ana.sousa@mail.example"),
            joined("Zed Quux", "09:00", "09:10", "zed@corp.example"),
        ]
    )
    first, second = reviewed(run, home)
    assert first["Account"] == "ana.sousa@mail.example"
    assert first["Candidate 1"] == "Ana Sousa (ana.sousa@corp.example)"
    assert "before the @ is the same" in first["Why candidate 1"]
    assert first["Note"] == "None of your people has an address at mail.example."
    assert second["Note"] == ""


def test_a_candidate_who_was_there_at_the_same_time_is_marked_and_comes_last(
    home: Home, deliver: Deliver, run: Run
):
    deliver(
        [
            joined("Cara Berg", "09:00", "09:30"),
            joined("Cara Berg", "09:29", "09:40", "cara@corp.example"),
            joined("Ana Sousa", "09:00", "09:10"),
            joined("Ana Sousa", "09:10", "09:40", "ana.sousa@corp.example"),
        ]
    )
    rows = {row["Name as shown"]: row for row in reviewed(run, home)}
    cara = rows["Cara Berg"]
    assert cara["Candidate 1"] == "Cara Berg (cara.two@corp.example)"
    assert cara["Candidate 2"] == "Cara Berg (cara@corp.example)"
    assert cara["Why candidate 2"].startswith(
        "Careful: connected at the same time from two places in 1 session"
    )
    # One ends when the other begins: never at the same time.
    assert "Careful" not in rows["Ana Sousa"]["Why candidate 1"]
    assert (
        "under another account, never at the same time"
        in (rows["Ana Sousa"]["Why candidate 1"])
    )


def test_the_last_of_a_group_is_a_candidate_for_a_name_that_says_nothing(
    home: Home, deliver: Deliver, run: Run
):
    members = ("ana.sousa", "ben", "cara")
    there = [joined(m, "09:00", "09:30", f"{m}@corp.example") for m in members]
    deliver([*there, joined("iPhone", "09:00", "09:30")])
    (row,) = reviewed(run, home)
    assert row["Candidate 1"] == "Cara Berg (cara.two@corp.example)"
    assert row["Why candidate 1"].startswith("The only person of the group who was not")


def test_who_objected_or_was_erased_is_neither_a_row_nor_a_candidate(
    home: Home, deliver: Deliver, run: Run
):
    deliver(
        [
            joined("A. Sousa", "09:00", "09:30"),
            joined("Zo Quux", "09:00", "09:20", "zo@mail.example"),
            joined("Yu Quux", "09:00", "09:20", "yu@mail.example"),
        ]
    )
    assert len(reviewed(run, home)) == 3
    calls = (
        ("person", "restrict", "ana.sousa@corp.example"),
        ("person", "restrict", "zo@mail.example"),
        ("erase", "yu@mail.example"),
    )
    for call in calls:
        result = CliRunner().invoke(app, list(call))
        assert result.exit_code == 0, result.output + str(result.exception)
    (row,) = reviewed(run, home)
    assert (row["Name as shown"], row["Candidate 1"]) == ("A. Sousa", "")


@pytest.mark.parametrize("role", ["", "leader", "analyst", "programme_owner"])
def test_other_roles_see_no_names(home: Home, deliver: Deliver, run: Run, role: str):
    deliver([joined("A. Sousa", "09:00", "09:30")])
    for called in (("review",), ("accept", "x.xlsx")):
        result = run(*called, "--role", role)
        assert result.exit_code != 0
        assert "names are for those who run Tandem" in str(result.exception)
    assert not home.identity_review.exists()


def test_it_is_not_written_where_others_read(home: Home, deliver: Deliver, run: Run):
    deliver([joined("A. Sousa", "09:00", "09:30")])
    inside = home.published / "x" / "people.xlsx"
    result = run("review", "--role", "operator", "--out", str(inside))
    assert "others read the published folder" in str(result.exception)
    assert not inside.exists()


def test_an_agreement_has_to_allow_it(home: Home, deliver: Deliver, run: Run):
    deliver([joined("A. Sousa", "09:00", "09:30")])
    council = "[vars]\nworks_council = true\nminimum_people = 15\n"
    home.settings.write_text(council)
    result = run("review", "--role", "operator")
    assert "an agreement with a works council" in str(result.exception)
    home.settings.write_text(f"{council}[identity]\nreview_under_agreement = true\n")
    assert run("review", "--role", "operator").exit_code == 0


def test_that_it_was_written_is_logged_without_names(
    home: Home, deliver: Deliver, run: Run
):
    deliver([joined("A. Sousa", "09:00", "09:30")])
    reviewed(run, home)
    (entry,) = journal.read(home.journal, "identity_review")
    assert (entry["role"], entry["payload"]) == ("operator", {"people": 1})
    (access,) = read_accesses(home.access_log, 10)
    assert (access["kind"], access["what"]) == ("identity_review", "1 person")
    assert "sousa" not in json.dumps([entry, access]).casefold()


def test_a_device_that_names_somebody_is_a_candidate_and_links_nobody(
    home: Home, deliver: Deliver, run: Run
):
    shown = ["iPhone (Ana)", "Ben Müller's iPad", "Galaxy-A52 [Cara Berg]", "iPad 3"]
    deliver([joined(name, "09:00", "09:30") for name in shown])
    rows = {row["Name as shown"]: row for row in reviewed(run, home)}
    assert set(rows) == set(shown)  # none of them was linked
    reasons = {name: row["Why candidate 1"] for name, row in rows.items()}
    assert "the word in its name" in reasons["iPhone (Ana)"]
    assert "ana.sousa@corp.example" in rows["iPhone (Ana)"]["Candidate 1"]
    assert "its name holds this name" in reasons["Ben Müller's iPad"]
    assert "ben@corp.example" in rows["Ben Müller's iPad"]["Candidate 1"]
    assert "cara" in rows["Galaxy-A52 [Cara Berg]"]["Candidate 1"]
    assert rows["Galaxy-A52 [Cara Berg]"]["Candidate 2"]  # two people have that name
    assert rows["iPad 3"]["Candidate 1"] == ""
