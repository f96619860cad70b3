"""Rosters over several deliveries: refusals, passwords and the bulk setting."""

from pathlib import Path

import duckdb

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
