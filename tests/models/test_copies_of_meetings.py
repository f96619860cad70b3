"""Files of one meeting are one session: copies, several interfaces, restarts, titles.

All kinds are landed into one home, forwards and backwards, and the marts are compared:
the order of the files decides nothing.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.identity.resolution import resolve_identities
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.cli.dbt_runner import run_dbt
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.models.differences import differing_tables

Ask = Callable[[str], list[tuple]]
PEOPLE = ("ina", "jon", "kim", "leo", "mia", "ned")
COHORTS = ("SAVED", "PAIR", "WORD", "COLON", "TITLE", "ZOOM", "AGAIN", "PLAN",
           "MEET", "BBB", "GROUPS")  # fmt: skip
MART_MODELS = (
    "+fct_sessions",
    "+fct_session_reports",
    "+dim_session_keys",
    "dim_sessions",
)


def address(name: str) -> str:
    return f"{name}@hillside.example"


def teams_csv(
    title: str,
    starts: str,
    ends: str,
    people: list[tuple[str, str, str]],
    *,
    is_saved_again: bool = False,
) -> str:
    """Return a report; times are h:mm:ss of 14 April 2026, without an address if ''."""

    def at(clock: str) -> str:
        hour, minute, second = clock.split(":")
        if is_saved_again:
            return f"4/14/2026 {hour}:{minute}"
        return f"4/14/26, {hour}:{minute}:{second} AM"

    rows = [
        ["1. Summary"],
        ["Meeting title", title],
        ["Attended participants", str(len({name for name, _j, _l in people}))],
        ["Start time", at(starts)],
        ["End time", at(ends)],
        [],
        ["2. Participants"],
        ["Name", "First Join", "Last Leave", "In-Meeting Duration", "Email",
         "Participant ID (UPN)", "Role"],
        *([name, at(joined), at(left), "40m", *contact(name, 2), role(name)]
          for name, joined, left in people),
        [],
        ["3. In-Meeting Activities"],
        ["Name", "Join Time", "Leave Time", "Duration", "Email", "Role"],
        *([name, at(joined), at(left), "40m", *contact(name, 1), role(name)]
          for name, joined, left in people),
    ]  # fmt: skip
    mark = ";" if is_saved_again else "\t"
    return "\n".join(mark.join(row) for row in rows) + "\n"


def contact(name: str, count: int) -> list[str]:
    return [address(name.lower()) if name.lower() in PEOPLE else ""] * count


def role(name: str) -> str:
    return "Organizer" if name == "Ned" else "Presenter"


def graph_report(
    report_id: str, starts: str, ends: str, people: list[tuple[str, str, str]]
) -> dict[str, Any]:
    """Return an answer without subject and room, with fractions of seconds."""
    day = "2026-04-14T"
    return {
        "id": report_id,
        "totalParticipantCount": len(people),
        "meetingStartDateTime": f"{day}{starts}.214Z",
        "meetingEndDateTime": f"{day}{ends}.9Z",
        "attendanceRecords": [
            {
                "emailAddress": address(name.lower()),
                "role": role(name),
                "totalAttendanceInSeconds": 1,
                "identity": {"displayName": name},
                "attendanceIntervals": [
                    {
                        "joinDateTime": f"{day}{joined}.31Z",
                        "leaveDateTime": f"{day}{left}.77Z",
                    }
                ],
            }
            for name, joined, left in people
        ],
    }


def zoom_csv(
    number: str, starts: str, ends: str, people: list[str], *, has_seconds: bool = True
) -> str:
    """Return a report with its meeting's block; all people stay for the whole time."""

    def at(clock: str) -> str:
        return f"04/14/2026 {clock if has_seconds else clock[:-3]}"

    minutes = 30
    lines = [
        "Topic,ID,Host,Duration (minutes),Start time,End time,Participants,",
        f"Lab,{number},Ned (ned@hillside.example),{minutes},{at(starts)},{at(ends)},2,",
        "",
        "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest",
        *(
            f"{name.title()},{address(name)},{at(starts)},{at(ends)},{minutes},No"
            for name in people
        ),
    ]
    return "\n".join(lines) + "\n"


def milliseconds(clock: str) -> int:
    hour, minute, second = (int(part) for part in clock.split(":"))
    return 1_776_124_800_000 + 1000 * (3600 * hour + 60 * minute + second)  # 14 April


def bbb_user(name: str, spans: list[tuple[str, str]]) -> dict[str, Any]:
    sessions = [
        {"registeredOn": milliseconds(first), "leftOn": milliseconds(last)}
        for first, last in spans
    ]
    return {
        "userKey": name,
        "extId": f"acc-{name}",
        "name": f"{name} of Hillside",
        "isModerator": False,
        "isDialIn": False,
        "intIds": {f"w_{name}": {"intId": f"w_{name}", "sessions": sessions}},
        "answers": {},
        "talk": {"totalTime": 0, "lastTalkStartedOn": 0},
        "emojis": [],
        "raiseHand": [],
        "away": [],
        "webcams": [],
        "totalOfMessages": 0,
    }


def bbb_dashboard(
    internal: str, room: str, users: list[dict[str, Any]], starts: str, ends: str
) -> dict[str, Any]:
    return {
        "intId": f"{internal}-{milliseconds(starts)}",
        "extId": room,
        "name": "Studio",
        "users": {user["userKey"]: user for user in users},
        "polls": {},
        "createdOn": milliseconds(starts),
        "endedOn": milliseconds(ends),
    }


def written_files(folder: Path) -> list[Path]:
    """Write the files of every kind, and return them."""
    class_of_two = [("Ned", "9:00:00", "10:00:00"), ("Ina", "9:02:17", "9:50:42")]
    with_guest = [*class_of_two, ("Visitor", "9:03:05", "9:40:10")]
    quiet = [("Ned", "8:00:10", "8:30:00"), ("Jon", "8:01:05", "8:29:00")]
    texts = {
        "saved.csv": teams_csv("Saving lab", "8:59:35", "10:00:00", with_guest),
        "saved (edited).csv": teams_csv(
            "Saving lab", "8:59:35", "10:00:00", with_guest, is_saved_again=True
        ),
        "pair.csv": teams_csv("Pair lab", "8:00:00", "8:30:00", quiet),
        "word.csv": teams_csv("Excel-Grundlagen", "6:00:00", "7:00:00",
                              [("Ina", "6:00:00", "6:50:00")]),
        "colon.csv": teams_csv("19:kickoff", "6:00:00", "7:00:00",
                               [("Jon", "6:00:00", "6:45:00")]),
        "year.csv": teams_csv("2026", "5:00:00", "5:30:00",
                              [("Kim", "5:00:00", "5:30:00")]),
        "group one.csv": teams_csv("Two groups", "11:00:00", "11:50:00",
                                   [("Ina", "11:00:05", "11:50:00")]),
        "group two.csv": teams_csv("Two groups", "11:00:01", "11:50:00",
                                   [("Jon", "11:00:05", "11:50:00")]),
        "zoom.csv": zoom_csv("912 3456 7001", "09:00:12", "09:30:40", ["ina", "jon"]),
        "zoom saved.csv": zoom_csv(
            "912 3456 7001", "09:00:12", "09:30:40", ["ina", "jon"], has_seconds=False
        ),
        "again 1.csv": zoom_csv("912 3456 7002", "10:00:00", "10:20:00",
                                ["ina", "jon", "kim"]),
        "again 2.csv": zoom_csv("912 3456 7002", "10:23:00", "10:45:00",
                                ["ina", "jon"]),
        "later.csv": zoom_csv("912 3456 7002", "10:50:01", "11:20:00", ["ina", "jon"]),
        "planned 1.csv": zoom_csv("912 3456 7003", "13:00:00", "13:20:00", ["kim"]),
        "planned 2.csv": zoom_csv("912 3456 7003", "13:40:00", "14:00:00",
                                  ["kim", "leo"]),
        "2026-04-14 15:00 Meet lab - Attendance Report.csv": (
            "First name,Last name,Email,Duration,Time joined,Time exited\n"
            "Ina,Hill,ina@hillside.example,50 min,15:00,15:50\n"
            "Jon,Hill,jon@hillside.example,45 min,15:05,15:50\n"
            "Late,Guest,,20 min,15:30,15:50\n"
        ),
        "Meet_logs_1776200000.csv": (
            "Date,Event Name,Event Description,Meeting Code,Participant Identifier,"
            "Participant Outside Organisation,Client Type,Organizer Email,Product Type,"
            "Duration,Participant Name,Conference ID,Endpoint ID\n"
            + "".join(
                f'"Apr 14, 2026, 3:{end} PM GMT+0",Endpoint left,The endpoint left a '
                f"video meeting,NTBTYDTXBE,{who},No,Web,ned@hillside.example,Meet,"
                f"{seconds},{name},CONF7,e-{name}\n"
                for who, name, end, seconds in (
                    ("ina@hillside.example", "Ina Hill", "50:31", 3_000),
                    ("jon@hillside.example", "Jon Hill", "50:20", 2_705),
                    ("", "Late Guest", "50:31", 1_210),
                )
            )
        ),
        "LearningDashboard_Studio_2026-04-14.csv": (
            "Name,Moderator,Activity Score,Talk Time,Webcam Time,Messages,Reactions,"
            "Poll Votes,Raise Hands,Join,Left,Duration\n"
            + "".join(
                f'"{name} of Hillside","FALSE","0","-","-","0","0","0","0",'
                f'"4/14/2026, 04:{join} PM","4/14/2026, 04:{left} PM","{total}"\n'
                for name, join, left, total in (
                    ("mia", "00:05", "40:00", "00:38:00"),
                    ("leo", "02:00", "40:00", "00:38:00"),
                )
            )
        ),
        "plan.ics": (
            "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\nBEGIN:VEVENT\n"
            "UID:plan-of-lab\nDTSTAMP:20260401T000000Z\nDTSTART:20260414T130000Z\n"
            "DTEND:20260414T140000Z\nSUMMARY:Planned lab\n"
            "LOCATION:https://zoom.us/j/91234567003\nEND:VEVENT\nEND:VCALENDAR\n"
        ),
        "programmes.csv": "programme_id,default_delivery_mode\nP,sync\n",
        "cohorts.csv": "cohort_id,programme_id,delivery_mode\n"
        + "".join(f"{cohort},P,sync\n" for cohort in COHORTS),
        "enrolments.csv": "email,programme_id,cohort_id,enrolled_at\n"
        + "".join(
            f"{address(name)},P,{cohort},2026-04-01\n"
            for cohort in COHORTS
            for name in ("ina", "jon", "kim")
        ),
        "sessions.csv": (
            "title,meeting_id,series_id,join_key,cohort_id\n"
            "Saving lab,,,,SAVED\nPair lab,,,,PAIR\n,,,Excel-Grundlagen,WORD\n"
            "19:kickoff,,,,COLON\n,,,2026,TITLE\n,912 3456 7001,,,ZOOM\n"
            ",,,912 3456 7002,AGAIN\n,,plan-of-lab,,PLAN\nMeet lab,,,,MEET\n"
            ",studio-room,,,BBB\nTwo groups,,,,GROUPS\n"
        ),
    }  # fmt: skip
    answers = {
        "pair.json": graph_report("r-77", "08:00:00", "08:30:00", [
            ("Ned", "08:00:10", "08:30:00"), ("Jon", "08:01:05", "08:29:00"),
            ("Kim", "08:10:00", "08:20:00"),
        ]),
        "dashboard.json": bbb_dashboard("a" * 40, "studio-room", [
            bbb_user("mia", [("16:00:05", "16:20:00"), ("16:22:00", "16:40:00")]),
            bbb_user("leo", [("16:02:00", "16:40:00")]),
        ], "15:58:00", "16:41:00"),
        "year dashboard.json": bbb_dashboard("b" * 40, "2026", [
            bbb_user("leo", [("12:00:00", "12:30:00")]),
        ], "12:00:00", "12:31:00"),
    }  # fmt: skip
    folder.mkdir()
    texts |= {name: json.dumps(answer) for name, answer in answers.items()}
    paths = []
    for number, (name, text) in enumerate(texts.items()):
        path = folder / f"{number:02d}" / name  # a folder is one delivery for itself
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def modelled(home: Home, paths: list[Path]) -> Home:
    """Land the files one after the other, and build the marts that show sessions."""
    settings = Settings.load(home)
    for path in paths:
        reports = ingest(
            [path], home, settings, ReadOptions(tz="UTC", date_order="mdy")
        )
        assert [report.error for report in reports if report.error] == [], path
    resolve_identities(home, settings)
    kinds = ["--resource-type", "seed", "--resource-type", "model"]
    what = ["--select", "resource_type:seed", *MART_MODELS]
    run_dbt(home, settings, ["build", "--full-refresh", *kinds, *what])
    return home


@pytest.fixture(scope="module")
def both_homes(
    tmp_path_factory: pytest.TempPathFactory, parsed_project: None
) -> tuple[Home, Home]:
    """The files landed forwards, and backwards in another home."""
    folder = tmp_path_factory.mktemp("copies")
    paths = written_files(folder / "given")
    forwards = modelled(Home(folder / "forwards"), paths)
    return forwards, modelled(Home(folder / "backwards"), paths[::-1])


@pytest.fixture(scope="module")
def ask(both_homes: tuple[Home, Home]) -> Ask:
    def answer(query: str) -> list[tuple]:
        with duckdb.connect(str(both_homes[0].warehouse), read_only=True) as connection:
            connection.execute(
                "attach $vault as vault (read_only)",
                {"vault": str(both_homes[0].vault)},
            )
            return connection.sql(query).fetchall()

    return answer


def attended(ask: Ask, cohort: str) -> dict[str, tuple[float, str]]:
    """Return seconds and status of the people of a cohort's only session."""
    rows = ask(f"""
        select
            regexp_extract(identifier, '([a-z]+)@hillside', 1) as name,
            attended_seconds, attendance_status, session_id
        from marts.fct_session_attendances
        left join vault.identifiers on learner_key = actor_key
        where cohort_id = '{cohort}'
    """)
    assert len({session for *_rest, session in rows}) == 1, rows
    assert len(rows) == len({name for name, *_rest in rows}), rows
    return {name: (seconds, status) for name, seconds, status, _session in rows}


def evidence(ask: Ask, cohort: str) -> list[tuple]:
    """Return runs, reports and seconds of the gap of a cohort's sessions."""
    return ask(f"""
        select run_count, report_count, gap_seconds from marts.dim_sessions
        where cohort_id = '{cohort}' order by opened_at
    """)


def test_the_order_of_the_files_decides_nothing(both_homes: tuple[Home, Home]):
    first, second = (home.warehouse for home in both_homes)
    left_out = {"marts.dim_sources": {"row_count"}}
    differing = differing_tables(first, second, ["marts"], left_out)
    assert {table: names for table, names in differing.items() if names} == {}


def test_a_report_saved_again_without_seconds_is_one_session(ask: Ask):
    found = attended(ask, "SAVED")
    assert evidence(ask, "SAVED") == [(1, 2, 0.0)]
    assert found["ina"] == (2905.0, "attended")
    assert found["jon"] == (0.0, "no_show")
    assert found[""] == (2225.0, "walk_in")  # a guest by name, once


def test_a_csv_and_an_answer_without_subject_and_plan_are_one_session(ask: Ask):
    found = attended(ask, "PAIR")
    assert evidence(ask, "PAIR") == [(1, 2, 0.0)]
    assert found["jon"][0] == pytest.approx(1675.46)
    assert found["kim"] == (pytest.approx(600.46), "partial")  # in one report only


@pytest.mark.parametrize(
    ("cohort", "who", "seconds"), [("WORD", "ina", 3000.0), ("COLON", "jon", 2700.0)]
)
def test_a_title_of_one_word_binds_the_session_of_that_title(
    ask: Ask, cohort: str, who: str, seconds: float
):
    assert attended(ask, cohort)[who] == (seconds, "attended")


def test_a_cell_that_is_a_title_and_a_room_binds_neither_and_is_reported(ask: Ask):
    assert evidence(ask, "TITLE") == []
    assert ask("""
        select distinct cohort_id from marts.dim_session_keys where is_ambiguous
    """) == [("TITLE",)]


def test_a_zoom_report_without_seconds_is_a_copy(ask: Ask):
    assert evidence(ask, "ZOOM") == [(1, 2, 0.0)]
    assert attended(ask, "ZOOM")["ina"] == (1828.0, "attended")


def test_a_restarted_room_is_one_session_and_a_later_lesson_another(ask: Ask):
    assert evidence(ask, "AGAIN") == [(2, 2, 180.0), (1, 1, 0.0)]
    assert ask("""
        select attended_seconds from marts.fct_session_attendances
        inner join marts.dim_sessions using (session_id)
        inner join vault.identifiers on learner_key = actor_key
        where dim_sessions.cohort_id = 'AGAIN' and run_count = 2
            and identifier like '%ina@%'
    """) == [(20 * 60.0 + 22 * 60.0,)]


def test_a_planned_meeting_goes_on_in_a_new_run(ask: Ask):
    assert evidence(ask, "PLAN") == [(2, 2, 1200.0)]
    assert attended(ask, "PLAN")["kim"] == (2400.0, "partial")


def test_the_table_of_a_meet_host_and_the_log_are_one_session(ask: Ask):
    found = attended(ask, "MEET")
    assert evidence(ask, "MEET") == [(1, 2, 0.0)]
    assert found["ina"] == (3000.0, "attended")
    assert found["jon"] == (2705.0, "attended")
    assert found[""] == (1210.0, "walk_in")


def test_a_learning_dashboard_and_its_table_are_one_session(ask: Ask):
    assert evidence(ask, "BBB") == [(1, 2, 0.0)]
    assert ask("""
        select attended_seconds, count(*) from marts.fct_session_attendances
        where cohort_id = 'BBB' and join_count > 0
        group by all order by all
    """) == [(2275.0, 1), (2280.0, 1)]


def test_groups_of_one_title_with_other_people_stay_two_sessions(ask: Ask):
    assert evidence(ask, "GROUPS") == [(1, 1, 0.0), (1, 1, 0.0)]
    kinds = ask(
        "select report_kind, count(*) from marts.fct_session_reports group by 1"
    )
    assert dict(kinds) == {"run": 15, "copy": 5, "restart": 1}
