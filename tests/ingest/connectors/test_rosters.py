"""Rosters over several deliveries: refusals, passwords and the bulk setting."""

from pathlib import Path

import duckdb
import pytest

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "oneroster"
LIST = "Email,Name,Cohort,Department,Hire Date\n"


def rows(home: Home, query: str) -> list[tuple]:
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        return warehouse.sql(query).fetchall()


def test_a_refused_roster_changes_nothing(home: Home):
    good = FIXTURES / "without_manifest_utf16_and_semicolons" / "given"
    bad = FIXTURES / "organisations_in_a_circle_are_refused" / "given"
    tables = ("enrolments", "cohorts", "people", "identity_links", "roster_deliveries")
    counts = "union all ".join(f"select count(*) from raw.{name} " for name in tables)
    ingest([good], home, Settings.load(home), ReadOptions())
    before = rows(home, counts)

    (report,) = ingest([bad], home, Settings.load(home), ReadOptions())

    assert "org-1 -> org-3 -> org-2 -> org-1 is a circle" in str(report.error)
    assert rows(home, counts) == before


def test_no_password_of_a_roster_is_stored(home: Home):
    given = FIXTURES / "version_1_2_roles_terms_and_carriage_returns" / "given"
    ingest([given], home, Settings.load(home), ReadOptions())

    files = [file for file in home.root.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if b"hunter2" in file.read_bytes()]


@pytest.mark.parametrize(
    "case",
    [
        "canvas/a_folder_of_a_course_with_every_role",
        "hr/a_class_list_whose_role_column_says_who_teaches",
    ],
)
def test_no_password_of_a_class_is_stored_nor_quarantined(home: Home, case: str):
    given = FIXTURES.parent / case / "given"
    assert any(b"s3cr3t" in file.read_bytes() for file in given.rglob("*.csv"))
    (report,) = ingest([given], home, Settings.load(home), ReadOptions())

    assert report.rejected_count
    with duckdb.connect(str(home.vault), read_only=True) as vault:
        tables = vault.sql("select table_name from duckdb_tables()").fetchall()
        kept = str([vault.sql(f"from {name}").fetchall() for (name,) in tables])
    assert "example.org" in kept
    assert "s3cr3t" not in kept
    files = [file for file in home.root.rglob("*") if file.is_file()]
    assert not [file for file in files if b"s3cr3t" in file.read_bytes()]


def test_the_quarantine_holds_no_password_of_a_rejected_user(
    home: Home, tmp_path: Path
):
    folder = tmp_path / "roster"
    folder.mkdir()
    (folder / "users.csv").write_text(
        "sourcedId,status,username,email,password\n"
        "u1,,a,a@example.org,pw-one\nu1,,a,b@example.org,pw-two\n"
    )
    (folder / "classes.csv").write_text("sourcedId,title\nc1,C\n")
    (folder / "enrollments.csv").write_text(
        "classSourcedId,userSourcedId,role\nc1,u1,student\n"
    )
    (report,) = ingest([folder], home, Settings.load(home), ReadOptions())

    assert report.rejected_by_code == {"roster.duplicate": 1}
    for file in home.root.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"pw-one" not in content
            assert b"pw-two" not in content


def test_a_people_list_covers_cohorts_only_with_the_bulk_setting(
    home: Home, tmp_path: Path
):
    path = tmp_path / "staff-2026-04-01.csv"
    path.write_text(f"{LIST}a@example.org,A,K1,Sales,2020-01-31\n")
    listed = "select cohort_id, reported_at::date::varchar from raw.roster_deliveries"
    ingest([path], home, Settings.load(home), ReadOptions())
    assert rows(home, listed) == [(None, "2026-04-01")]

    home.settings.write_text('[sources.hr]\ndelivery = "bulk"\n')
    path.write_text(f"{LIST}b@example.org,B,K1,Sales,2020-01-31\n")
    ingest([path], home, Settings.load(home), ReadOptions())
    assert ("K1", "2026-04-01") in rows(home, listed)


def class_list(tmp_path: Path, roles: list[str]) -> Path:
    path = tmp_path / "class.csv"
    rows = [f"p{n}@example.org,Person {n},C1,{role}\n" for n, role in enumerate(roles)]
    path.write_text("Email,Name,Cohort,Role\n" + "".join(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["Student", "Teacher"], {"learner": 1, "facilitator": 1}),
        # Half of the cells are known roles, then fewer than half.
        (["Student", "Teacher", "Clerk", "Cook"], {"learner": 1, "facilitator": 1}),
        (["Student", "Teacher", "Clerk", "Cook", "Driver"], {"learner": 5}),
        (["Teacher", "Coach"], {"learner": 2}),
        (["Teilnehmerin", "Lehrassistent"], {"learner": 1, "assistant": 1}),
        (
            ["membership#Learner", "urn:lti:role:ims/lis/Instructor"],
            {"learner": 1, "facilitator": 1},
        ),
    ],
)
def test_a_role_column_is_read_where_it_says_who_learns(
    home: Home, tmp_path: Path, roles: list[str], expected: dict[str, int]
):
    (report,) = ingest(
        [class_list(tmp_path, roles)], home, Settings.load(home), ReadOptions()
    )

    found = rows(home, "select role, count(*) from raw.enrolments group by role")
    assert dict(found) == expected
    is_told = any("names no role of a learner" in note for note in report.notes)
    assert is_told == (len(roles) == expected["learner"])


def test_an_unknown_role_is_named_and_the_organisation_can_say_what_it_is(
    home: Home, tmp_path: Path
):
    path = class_list(tmp_path, ["Student", "Wizard", "Wizard", "Learner", "Teacher"])
    (report,) = ingest([path], home, Settings.load(home), ReadOptions())

    assert report.rejected_by_code == {"people.role": 2}
    own = home.root / "extensions" / "roster_roles.csv"
    assert any(
        note.startswith("'Wizard' (2 rows) is no known role") and str(own) in note
        for note in report.notes
    )

    own.parent.mkdir(parents=True)
    own.write_text("phrase,role\nWizard,assisting\n", encoding="utf-8")
    (again,) = ingest([path], home, Settings.load(home), ReadOptions())
    assert again.rejected_count == 0
    assert rows(
        home,
        "select count(distinct actor_key) from raw.enrolments where role = 'assistant'",
    ) == [(2,)]


def test_a_list_says_how_it_ends_the_enrolments_that_it_leaves_out(
    home: Home, tmp_path: Path
):
    path = class_list(tmp_path, ["Student"])
    (report,) = ingest([path], home, Settings.load(home), ReadOptions())
    (note,) = report.notes
    assert "stays enrolled" in note
    assert "[sources.hr]" in note

    home.settings.parent.mkdir(parents=True, exist_ok=True)
    home.settings.write_text('[sources.hr]\ndelivery = "bulk"\n', encoding="utf-8")
    (report,) = ingest([path], home, Settings.load(home), ReadOptions())
    assert report.notes == []
