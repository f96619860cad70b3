"""`tandem map` proposes correct columns and names what it cannot decide."""

from pathlib import Path

import duckdb
import pytest
import xlsxwriter
import yaml
from typer.testing import CliRunner

from ingest.inspection.recognition import inspect_one
from ingest.landing.delivery import ReadOptions
from ingest.mapping.header_row import Header, header_of
from ingest.mapping.mapping_file import mapping_of
from ingest.mapping.proposal import proposal
from ingest.run import ingest
from tandem.cli.main import app
from tandem.core.errors import DamagedFile, TandemError
from tandem.core.files import Home
from tandem.core.settings import Settings

GIVEN = Path(__file__).parents[1] / "fixtures" / "mapped"
CLASSES = GIVEN / "live_classes_of_an_lms_with_session_and_minutes" / "given"


def test_a_proposed_mapping_lands_the_same_as_a_manual_one(home: Home, tmp_path: Path):
    table = CLASSES / "skolarli-live.csv"
    written = tmp_path / "proposed.yml"
    written.write_text(proposal(table), encoding="utf-8")

    options = ReadOptions(tz="Asia/Kolkata", mapping=written)
    (report,) = ingest([table], home, Settings.load(home), options)

    assert (report.error, report.landed_count, report.rejected_count) == (None, 6, 0)
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        seconds = "select sum(duration_seconds) from raw.statements"
        assert warehouse.sql(seconds).fetchall() == [(7200.0,)]


def test_undecided_keys_are_comments_and_not_filled_in(tmp_path: Path):
    table = tmp_path / "table.csv"
    rows = "".join(f"a{n}@example.org,x{n},s{n % 2},03/04/2026,{n}\n" for n in range(9))
    table.write_text(f"col1,col2,col3,col4,col5\n{rows}", encoding="utf-8")

    found = proposal(table)

    assert yaml.safe_load(found) == {
        "source": "mapped",
        "person": {"email": "col1"},
        "time": "col4",
    }
    for undecided in ("# activity:", "# verb:", "# tz:", "# date_order:"):
        assert undecided in found
    assert 'by the states in "col3"' in found
    assert "# Not used: col2, col3, col5" in found


def test_an_unedited_proposal_is_refused_with_its_missing_keys(tmp_path: Path):
    table = tmp_path / "table.csv"
    table.write_text("col1,col2\na@example.org,x\n", encoding="utf-8")
    written = tmp_path / "proposed.yml"
    written.write_text(proposal(table), encoding="utf-8")

    with pytest.raises(DamagedFile, match="activity, verb, time missing"):
        mapping_of(written)


def test_a_proposal_contains_no_personal_data():
    found = proposal(CLASSES / "skolarli-live.csv")

    assert "example.org" not in found
    assert "Negotiation" not in found


def test_the_command_prints_a_mapping_and_refuses_an_empty_table(tmp_path: Path):
    table = CLASSES / "skolarli-live.csv"
    empty = tmp_path / "empty.csv"
    empty.write_text("a,b\n", encoding="utf-8")

    printed = CliRunner().invoke(app, ["map", str(table)])
    refused = CliRunner().invoke(app, ["map", str(empty)])

    assert yaml.safe_load(printed.stdout)["session"] == {"column": "Live Class ID"}
    assert isinstance(refused.exception, DamagedFile)


LIBRARY = """\
Name,Email,User Unique ID,Content Name,Content ID,Hours Viewed,Percent Completed,\
Start (PST/PDT),Last Viewed (PST/PDT),Completed (PST/PDT),Total Assessments
Ines D,ines@example.org,u1,Tables,c1,1.25,100%,01/13/2026 09:00:00,\
01/14/2026 10:10:00,01/14/2026 10:10:00,5
Tom L,tom@example.org,u2,Tables,c1,0.2,13%,01/13/2026 09:00:00,\
01/13/2026 09:20:00,,5
Ana P,ana@example.org,u3,Tables,c1,,0%,,,,5
"""
CATALOGUE = """\
Name,Email,Course,Course ID,Enrollment Time,Last Course Activity Time,Completed,\
Removed From Program,Completion Time,Course Grade
Ines D,ines@example.org,Models,m1,2026-01-10T09:00:00Z,2026-02-20T18:00:00Z,Yes,No,\
2026-02-20T18:00:00Z,97.5
Tom L,tom@example.org,Models,m1,2026-01-10T09:00:00Z,2026-01-20T18:00:00Z,No,No,,
"""
PLATFORM = """\
Username;Full name;Email;Course name;Course code;Enrollment date;Date of completion;\
Status;Score;Total time in course
ines;Ines D;ines@example.org;Brand;F1;2026-01-12 08:00:00;2026-01-14 09:00:00;\
Completed;88;01:12:33
tom;Tom L;tom@example.org;Brand;F1;2026-01-12 08:00:00;;Subscribed;;
"""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            LIBRARY,
            [("completed", "2026-01-14 18:10"), ("progressed", "2026-01-13 17:20")],
        ),
        (CATALOGUE, [("completed", "2026-02-20 18:00")]),
        (
            PLATFORM,
            [("completed", "2026-01-14 09:00"), ("registered", "2026-01-12 08:00")],
        ),
    ],
)
def test_verbs_have_their_own_time_columns(
    text: str, wanted: list[tuple[str, str]], home: Home, tmp_path: Path
):
    table, written = tmp_path / "export.csv", tmp_path / "proposed.yml"
    table.write_text(text, encoding="utf-8")
    written.write_text(proposal(table), encoding="utf-8")
    zone = None if "tz" in yaml.safe_load(written.read_text()) else "UTC"

    options = ReadOptions(tz=zone, mapping=written)
    (report,) = ingest([table], home, Settings.load(home), options)

    assert (report.error, report.rejected_count) == (None, 0)
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        found = warehouse.sql(
            "select regexp_extract(verb_id, '[^/]+$'), "
            "strftime(occurred_at, '%Y-%m-%d %H:%M') from raw.statements order by all"
        ).fetchall()
    assert found == wanted


def test_an_unknown_export_is_not_recognised(tmp_path: Path):
    table = tmp_path / "export.csv"
    table.write_text(CATALOGUE, encoding="utf-8")
    with pytest.raises(TandemError, match="nothing here reads this"):
        inspect_one(table)


def test_a_state_is_recognised_by_its_words_unless_negated(tmp_path: Path):
    table = tmp_path / "history.csv"
    rows = (
        "100,Safety,Jan-17-2025 10:22 AM Europe/Berlin,COURSE-COMPLETED\n"
        "101,Safety,Jan-18-2025 10:22 AM Europe/Berlin,In Progress (late)\n"
        "102,Safety,Jan-19-2025 10:22 AM Europe/Berlin,Never completed\n"
    )
    header = "User ID,Item Title,Completion Date,Completion Status"
    table.write_text(f"{header}\n{rows}", encoding="utf-8")

    found = yaml.safe_load(proposal(table))

    assert found["time"] == "Completion Date"
    assert found["verb"]["values"] == {
        "COURSE-COMPLETED": "completed",
        "In Progress (late)": "progressed",
        "Never completed": "skip",
    }


def test_the_error_for_an_unknown_table_recommends_tandem_map(tmp_path: Path):
    table = tmp_path / "table.csv"
    table.write_text("col1,col2\na@example.org,x\n", encoding="utf-8")

    with pytest.raises(TandemError) as refused:
        inspect_one(table)

    assert "tandem map" in str(refused.value)


ROOM = """\
Training Name,Meeting ID,Attendee,Attendee Email,Joined At,Left At,Spent
Lab,77,Ana R,a@example.org,2026-03-17 14:01:10,2026-03-17 14:31:10,30 mins
Lab,77,Bo L,b@example.org,2026-03-17 13:58:00,2026-03-17 15:00:00,62 mins
"""
TOTALS = """\
SessionName,MeetingID,UserEmail,FirstJoinTime,LastLeaveTime,TotalTimeInSession
Basics,9,a@example.org,2026-03-17 09:01,2026-03-17 10:00,00:41:30
"""
STATES = """\
userid,courseid,completionstate,viewed,timecompleted
31,7,1,1,1772442000
32,7,2,0,1772442100
33,7,0,1,1772442200
"""


def proposed(text: str, tmp_path: Path, option: str | None = None) -> tuple[dict, str]:
    """Return the proposal for a table as a dictionary, and as text."""
    table = tmp_path / "table.csv"
    table.write_text(text, encoding="utf-8")
    found = proposal(table, option)
    return yaml.safe_load(found), found


def test_a_row_with_join_and_leave_is_proposed_as_a_connection(tmp_path: Path):
    found, _text = proposed(ROOM, tmp_path)

    assert found["verb"] == ["joined", "left"]
    assert found["times"] == {"joined": "Joined At", "left": "Left At"}
    assert found["session"] == {"column": "Meeting ID"}
    assert found["duration"] == {"column": "Spent"}


def test_a_first_join_with_a_total_is_proposed_as_attendance(tmp_path: Path):
    found, _text = proposed(TOTALS, tmp_path)

    assert (found["verb"], found["time"]) == ("attended", "FirstJoinTime")
    assert found["duration"] == {"column": "TotalTimeInSession"}
    assert found["activity"] == {"name": "SessionName"}


def test_moodles_states_and_seconds_since_1970_are_proposed(tmp_path: Path):
    found, _text = proposed(STATES, tmp_path)

    assert found["time"] == {"column": "timecompleted", "form": "unix_seconds"}
    assert found["verb"] == {
        "column": "completionstate",
        "values": {"0": "skip", "1": "completed", "2": "passed", "3": "failed"},
    }
    assert "duration" not in found


@pytest.mark.parametrize(
    "changed", [("completionstate", "state"), ("33,7,0", "33,7,4")]
)
def test_other_numbers_of_states_are_asked(changed: tuple[str, str], tmp_path: Path):
    found, text = proposed(STATES.replace(*changed), tmp_path)

    assert "verb" not in found
    assert "duration" not in found
    assert "not decided: what each value means" in text


@pytest.mark.parametrize(
    ("heading", "option", "expected"),
    [
        ("Time spent", None, {"column": "Time spent"}),
        ("Hours spent", None, {"column": "Hours spent", "format": "h:mm"}),
        ("Time spent", "m:ss", {"column": "Time spent", "format": "m:ss"}),
    ],
)
def test_the_format_of_durations_is_proposed_or_asked(
    heading: str, option: str | None, expected: dict, tmp_path: Path
):
    rows = f"Email,Course,{heading}\na@example.org,C,14:32\nb@example.org,C,2:05\n"
    found, text = proposed(rows, tmp_path, option)

    assert found["duration"] == expected
    is_asked = "# format: h:mm or m:ss  # not decided: '14:32', '2:05'" in text
    assert is_asked == ("format" not in expected)


PEOPLE = (
    "Ana R,ana@example.org,Safety,completed,2026-01-05\n"
    "Bo L,bo@example.org,Safety,completed,2026-01-06\n"
)


@pytest.mark.parametrize(("above", "first"), [("", None), ("All completions\n", 2)])
def test_a_persons_row_is_no_row_of_headings(
    above: str, first: int | None, home: Home, tmp_path: Path
):
    found, _text = proposed(above + PEOPLE, tmp_path)

    assert (found["header_line"], found.get("first_line")) == (0, first)
    assert found["person"] == {"email": "Column 2"}
    assert found["time"] == "Column 5"

    written = tmp_path / "answered.yml"
    written.write_text(yaml.safe_dump(found | {"activity": "Column 3"}), "utf-8")
    options = ReadOptions(tz="UTC", mapping=written)
    (report,) = ingest([tmp_path / "table.csv"], home, Settings.load(home), options)
    assert (report.error, report.landed_count, report.rejected_count) == (None, 2, 0)


@pytest.mark.parametrize("cell", ["ana@example.org", "2026-01-05", "5 Jan 2026", "17"])
def test_a_row_with_an_address_a_day_or_a_number_holds_no_headings(cell: str):
    rows = [(1, ["Course", cell]), (2, ["Mail", "Course"]), (3, ["a@example.org", "C"])]

    assert header_of(rows) == Header(1, 2, (5, 2))


MEETING = """\
Meeting ID,Topic,Start Time,Duration (Minutes)
912 3456 7890,Negotiation,2026-03-02 09:00,60

Participant,Mail,Entered,Exited,Minutes in call
Ana R,ana@example.org,2026-03-02 08:58,2026-03-02 10:00,62
Bo L,bo@example.org,2026-03-02 09:05,2026-03-02 09:50,45
"""


def test_the_second_of_two_headings_is_taken_and_the_session_from_the_first(
    home: Home, tmp_path: Path
):
    found, text = proposed(MEETING, tmp_path)

    assert found["header_line"] == 4
    assert found["session"] == {"fixed": "912 3456 7890", "type": "meeting"}
    assert found["times"] == {"joined": "Entered", "left": "Exited"}
    assert found["duration"] == {"column": "Minutes in call", "unit": "minutes"}
    assert text.endswith("# Not used: no column is left out\n")

    written = tmp_path / "proposed.yml"
    written.write_text(text, "utf-8")
    options = ReadOptions(tz="UTC", mapping=written)
    (report,) = ingest([tmp_path / "table.csv"], home, Settings.load(home), options)
    assert (report.error, report.landed_count, report.rejected_count) == (None, 4, 0)
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        keys = warehouse.sql("select join_key from raw.technical_sessions").fetchall()
    assert keys == [("91234567890",)]


def book(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    workbook = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        sheet = workbook.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    workbook.close()
    return path


ROWS = [
    ["Person", "Email", "Course", "Status", "Completion date"],
    ["Ana", "a@example.org", "Safety", "Completed", "2026-01-05"],
]
COVER = [["Yearly report"], ["Prepared by", "Kim"], ["For", "Directors"]]


def test_every_sheet_is_looked_at_and_the_one_with_people_taken(
    home: Home, tmp_path: Path
):
    sheets = {"Cover": COVER, "Empty": [], "Data": ROWS, "Before": ROWS}
    path = book(tmp_path / "book.xlsx", sheets)

    text = proposal(path)

    found = yaml.safe_load(text)
    assert found["sheet"] == "Data"
    assert "# Sheet 'Data' is taken." in text
    assert "# Sheet 'Cover' is left out" in text
    assert "# Sheet 'Empty' is left out: it holds no table." in text
    assert "# Sheet 'Before' has the same headings" in text
    # The preset takes the same sheet.
    options = ReadOptions(tz="UTC")
    (report,) = ingest([path], home, Settings.load(home), options)
    assert (report.error, report.variant) == (None, "lms-completions")
    assert (report.landed_count, report.rejected_count) == (1, 0)


def test_every_column_left_out_is_named(tmp_path: Path):
    text = (
        "Mail,Course,Mail,,Shoe size,Empty\n"
        "a@example.org,C,b@example.org,x,43,\n"
        "c@example.org,C,d@example.org,y,44,\n"
    )
    _found, proposed_text = proposed(text, tmp_path)

    assert proposed_text.splitlines()[-1] == (
        "# Not used: Mail (column 3, the same heading again), column 4, which has no "
        "heading, Shoe size, Empty"
    )


def test_a_roster_is_proposed_as_a_roster(tmp_path: Path, home: Home):
    table = tmp_path / "staff.csv"
    table.write_text(
        "Employee ID,Full Name,Work E-mail,Department,Hire Date,Manager\n"
        "100,Ana R,ana@example.org,Sales,2020-01-05,Kim\n",
        encoding="utf-8",
    )
    said = CliRunner().invoke(app, ["map", str(table)])

    assert "a list of people (a roster)" in said.stdout
    assert "# hired_on: Hire Date" in said.stdout
    assert said.stdout.endswith("# Not used: Manager\n")
    assert yaml.safe_load(said.stdout) is None


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (
            "Imię i nazwisko;Adres e-mail;Szkolenie;Stan;Data ukończenia\n"
            "Ana;ana@example.org;BHP;Ukończone;05.01.2026 10:00\n",
            "Ukończone",
        ),
        (
            "नाम,ईमेल,पाठ्यक्रम,स्थिति,पूर्ण होने की तिथि\n"
            "अना,ana@example.org,सुरक्षा,पूर्ण,2026-01-05 10:00\n",
            "पूर्ण",
        ),
        (
            "E-Mail;Schulung;Status;Abgeschlossen am\n"
            "ana@example.org;Brandschutz;abgeschlossen;05.01.2026\n",
            "abgeschlossen",
        ),
    ],
)
def test_headings_of_other_languages_are_known(text: str, state: str, tmp_path: Path):
    found, _text = proposed(text, tmp_path)

    assert {"person", "activity", "verb", "time"} <= set(found)
    assert found["verb"]["values"] == {state: "completed"}
