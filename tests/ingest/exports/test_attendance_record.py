"""The attendance record of a cohort: names for its owner, by policy, and logged."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from ingest.exports.attendance_record import HEADINGS, attendance_record
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.cli.main import app
from tandem.core import journal
from tandem.core.access_log import read_accesses
from tandem.core.errors import TandemError, WarehouseProblem, WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

NAMES = ["=Anna Schmidt", "Ben Osei", "Carla Ruiz", "Dev Rao"]
ALLOWED = "[access]\nattendance_records = true\n"
OWNER = ("--role", "programme_owner", "--reason", "audit of 3 May")
STARTS = datetime(2026, 7, 2, 8, tzinfo=UTC).replace(tzinfo=None)
ENDS = datetime(2026, 7, 2, 9, 30, tzinfo=UTC).replace(tzinfo=None)
TABLES = """
create schema marts; create schema intermediate;
create table marts.dim_programmes (programme_id varchar, programme_name varchar);
insert into marts.dim_programmes values ('P', 'Safety');
create table marts.dim_cohorts (
    cohort_id varchar, programme_id varchar, cohort_name varchar, time_zone varchar
);
insert into marts.dim_cohorts values
    ('C', 'P', 'Safety, July', 'Europe/Berlin'), ('empty', 'P', null, 'UTC');
create table marts.dim_sessions (
    session_id varchar, planned_start_at timestamp, planned_end_at timestamp
);
insert into marts.dim_sessions values ('s1', null, null), ('s2', null, null);
create table marts.fct_session_attendances (
    session_id varchar, learner_key varchar, cohort_id varchar, delivery_mode varchar,
    attendance_status varchar, session_seconds double, attended_seconds double,
    session_started_at timestamp, session_ended_at timestamp,
    first_joined_at timestamp, last_left_at timestamp
);
create table intermediate.int_live_runs (session_id varchar, source varchar);
insert into intermediate.int_live_runs values ('s1', 'zoom');
create table intermediate.int_session_teachers (
    session_id varchar, learner_key varchar
);
"""


def statement(number: int, name: str) -> str:
    return json.dumps(
        {
            "actor": {"mbox": f"mailto:p{number}@example.org", "name": name},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "https://lms.example/course/1"},
        }
    )


@pytest.fixture
def built(home: Home, tmp_path: Path) -> Home:
    """A cohort of which Anna came, Ben did not, and Carla teaches; Dev came to s2."""
    path = tmp_path / "given.ndjson"
    path.write_text("".join(f"{statement(n, name)}\n" for n, name in enumerate(NAMES)))
    ingest([path], home, Settings.load(home), ReadOptions())
    with duckdb.connect(str(home.vault)) as vault:
        keys = dict(vault.execute("select name, actor_key from names").fetchall())
    anna, ben, carla, dev = (keys[name] for name in NAMES)
    rows = [
        ("s1", anna, "attended", 5400.0, 5000.0, STARTS, ENDS, STARTS, ENDS),
        ("s1", ben, "no_show", 5400.0, 0.0, STARTS, ENDS, None, None),
        ("s1", "0" * 32, "walk_in", 5400.0, None, STARTS, ENDS, STARTS, None),
        ("s1", dev, "excluded", 5400.0, 60.0, STARTS, ENDS, STARTS, ENDS),
        ("s2", dev, "unknown", 3600.0, None, None, None, None, None),
    ]
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(TABLES)
        for session, key, status, *rest in rows:
            connection.execute(
                "insert into marts.fct_session_attendances values"
                " (?, ?, 'C', 'sync', ?, ?, ?, ?, ?, ?, ?)",
                [session, key, status, *rest],
            )
        connection.execute(
            "insert into intermediate.int_session_teachers values ('s1', ?)", [carla]
        )
    home.settings.write_text(ALLOWED)
    return home


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def export(out: Path, *words: str, cohort: str = "C") -> Result:
    return run("export", "--attendance-record", cohort, "--out", str(out), *words)


def by_name(home: Home) -> dict[str, dict]:
    record = attendance_record(home, "C")
    rows = [dict(zip(HEADINGS, row, strict=True)) for row in record.rows]
    return {row["name"]: row for row in rows}


def test_a_row_says_where_when_how_by_whom_and_how_long(built: Home):
    found = by_name(built)
    assert found["=Anna Schmidt"] == {
        "programme": "Safety",
        "cohort": "Safety, July",
        "session": "s1",
        "date": "2026-07-02",
        "starts": "10:00",
        "ends": "11:30",
        "time zone": "Europe/Berlin",
        "place": "online (zoom)",
        "mode": "Live",
        "led by": "Carla Ruiz",
        "session hours": 1.5,
        "name": "=Anna Schmidt",
        "e-mail or account": "p0@example.org",
        "presence": "present",
        "hours present": 1.39,
        "first joined": "10:00:00",
        "last left": "11:30:00",
    }
    assert (found["Ben Osei"]["presence"], found["Ben Osei"]["hours present"]) == (
        "absent",
        0.0,
    )
    unnamed = found["name not known"]
    assert (
        unnamed["presence"],
        unnamed["hours present"],
        unnamed["e-mail or account"],
    ) == (
        "present, not on the list",
        None,
        None,
    )
    unknown = found["Dev Rao"]
    assert unknown["presence"].startswith("not known")
    assert (unknown["session"], unknown["place"], unknown["date"]) == ("s2", None, None)


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        (["s2"], ["online (zoom)", "in a room"]),
        (["s1", "s2"], ["in a room and online (zoom)", "in a room"]),
    ],
)
def test_people_who_sign_a_sheet_meet_in_a_room(
    built: Home, signed: list[str], expected: list[str]
):
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute(
            "insert into raw.loads by name select * replace ("
            "'sheet' as load_id, 'front desk' as source, 'sign-in-sheet' as variant)"
            " from raw.loads"
        )
        for session in signed:
            connection.execute(
                "insert into intermediate.int_live_runs values (?, 'front desk')",
                [session],
            )
    found = by_name(built)
    places = [found[name]["place"] for name in ("=Anna Schmidt", "Dev Rao")]
    assert places == expected


def test_the_files_hold_the_same_and_only_the_owner_may_read_them(
    built: Home, tmp_path: Path
):
    out = tmp_path / "out"
    said = export(out, *OWNER)
    assert said.exit_code == 0, said.output
    assert {(p.name, p.stat().st_mode & 0o777) for p in out.iterdir()} == {
        ("attendance-record.csv", 0o600),
        ("attendance-record.xlsx", 0o600),
        ("manifest.json", 0o600),
    }
    path = out / "attendance-record.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    book = CalamineWorkbook.from_path(str(out / "attendance-record.xlsx"))
    headings, *cells = book.get_sheet_by_name("Attendance").to_python()
    assert headings == list(HEADINGS) == list(rows[0])
    sheet = [dict(zip(headings, row, strict=True)) for row in cells]
    assert [row["session"] for row in sheet] == [row["session"] for row in rows]
    assert "'=Anna Schmidt" in {row["name"] for row in rows}
    assert "=Anna Schmidt" in {row["name"] for row in sheet}
    about = book.get_sheet_by_name("About").to_python()
    assert ["What for: audit of 3 May"] in about


def test_it_is_in_the_journal_and_the_log_without_a_name(built: Home, tmp_path: Path):
    export(tmp_path / "out", *OWNER)
    (entry,) = journal.read(built.journal, "attendance_record")
    assert (entry["role"], entry["subject"], entry["reason"]) == (
        "programme_owner",
        "C",
        "audit of 3 May",
    )
    assert entry["payload"] == {"people": 4, "sessions": 2, "left_out": 0}
    (access,) = read_accesses(built.access_log, 5)
    assert (access["kind"], access["what"]) == ("export", "attendance of C")
    for name in NAMES:
        assert name.encode() not in built.journal.read_bytes()


def test_who_asked_to_be_left_out_has_no_row_and_is_counted(
    built: Home, tmp_path: Path
):
    for number in (1, 2):  # of the list, and who teaches
        assert run("person", "restrict", f"p{number}@example.org").exit_code == 0
    assert "Ben Osei" not in by_name(built)
    assert by_name(built)["=Anna Schmidt"]["led by"] is None
    said = export(tmp_path / "out", *OWNER)
    assert "Left out by request: 1 person." in said.stderr


@pytest.mark.parametrize(
    ("settings", "words", "message"),
    [
        (ALLOWED, ("--role", "leader", "--reason", "x"), "owner of the programme"),
        (ALLOWED, ("--reason", "x"), "owner of the programme"),
        ("", OWNER, "policy does not allow"),
        ("[access]\nrosters = true\n", OWNER, "policy does not allow"),
        (ALLOWED, OWNER[:2], "a reason is missing"),
        (f"{ALLOWED}[vars]\nworks_council = true\n", OWNER, "works council"),
    ],
)
def test_names_need_role_policy_and_reason(
    built: Home, tmp_path: Path, settings: str, words: tuple[str, ...], message: str
):
    built.settings.write_text(settings)
    said = export(tmp_path / "out", *words)
    assert isinstance(said.exception, WrongUse)
    assert message in str(said.exception)
    assert not (tmp_path / "out").exists()
    assert not built.journal.exists()


def test_what_cannot_be_recorded_is_named(built: Home, tmp_path: Path):
    with pytest.raises(WrongUse, match="no such cohort") as refused:
        attendance_record(built, "none")
    assert "give the identifier of one: C (" in refused.value.one_line()
    with pytest.raises(TandemError, match="no live session"):
        attendance_record(built, "empty")
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute("drop schema marts cascade")
    with pytest.raises(WarehouseProblem, match="tandem run"):
        attendance_record(built, "C")
