"""No session and no connection lasts longer than 24 hours, whichever vendor says so."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from ingest.xapi.profiles.session_length import is_too_long
from tandem.core.files import Home
from tandem.core.settings import Settings

START = datetime(2026, 4, 13, 9)  # noqa: DTZ001 - UTC
DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)
File = tuple[str, str]  # name and content


def iso(at: datetime) -> str:
    return f"{at.isoformat()}Z"


def milliseconds(at: datetime) -> int:
    return int((at - datetime(1970, 1, 1)).total_seconds() * 1000)  # noqa: DTZ001


def zoom_api(end: datetime) -> File:
    meeting = {"uuid": "u1", "id": 91234567890, "participants_count": 2}
    times = {"start_time": iso(START), "end_time": iso(end), "total_minutes": 9}
    return "meeting.json", json.dumps(meeting | times)


def zoom_block(end: datetime) -> File:
    shown = "%m/%d/%Y %H:%M:%S"
    left = START + timedelta(hours=1)
    return "participants_91234567890.csv", (
        "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),"
        "Participants\n"
        f"912 3456 7890,Lab,{START:{shown}},{end:{shown}},,60,1\n\n"
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),"
        "Guest\n"
        f"Ida,ida@a.example,{START:{shown}},{left:{shown}},60,No\n"
    )


def teams_v3(end: datetime) -> File:
    shown = "%d/%m/%Y, %H:%M:%S"
    left = START + timedelta(hours=1)
    times = f"{START:{shown}}\t{left:{shown}}\t1h 0m 0s\tida@a.example"
    return "report.csv", (
        "1. Summary\nMeeting title\tLab\nAttended participants\t1\n"
        f"Start time\t{START:{shown}}\nEnd time\t{end:{shown}}\n\n"
        "2. Participants\nName\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\t"
        f"Participant ID (UPN)\tRole\nIda\t{times}\tida@a.example\tAttendee\n\n"
        "3. In-Meeting Activities\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n"
        f"Ida\t{times}\tAttendee\n"
    )


def graph(end: datetime) -> File:
    report = {
        "id": "r1",
        "meetingStartDateTime": iso(START),
        "meetingEndDateTime": iso(end),
        "attendanceRecords": [],
    }
    return "report.json", json.dumps(report)


def meet_api(end: datetime) -> File:
    record = {
        "name": "conferenceRecords/abc",
        "startTime": iso(START),
        "endTime": iso(end),
    }
    return "conference.json", json.dumps(record)


def bigbluebutton(end: datetime) -> File:
    at, until = milliseconds(START), milliseconds(START + timedelta(hours=1))
    intervals = {"w_1": {"intId": "w_1", "registeredOn": at, "leftOn": until}}
    user = {"extId": "u1", "intIds": intervals, "name": "Ida", "isModerator": False}
    meeting = {"intId": "m1-1776070800000", "extId": "lab", "users": {"u1": user}}
    times = {"createdOn": at, "endedOn": milliseconds(end)}
    return "dashboard.json", json.dumps(meeting | times)


def recording(end: datetime) -> File:
    return "recordings.xml", (
        "<response><returncode>SUCCESS</returncode><recordings><recording>"
        "<recordID>r</recordID><meetingID>lab</meetingID>"
        "<internalMeetingID>m2-1776070800000</internalMeetingID>"
        f"<startTime>{milliseconds(START)}</startTime>"
        f"<endTime>{milliseconds(end)}</endTime></recording></recordings></response>"
    )


def ics(end: datetime) -> File:
    shown = "%Y%m%dT%H%M%SZ"
    return "lab.ics", (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:e1\r\n"
        f"DTSTAMP:{START:{shown}}\r\nDTSTART:{START:{shown}}\r\n"
        f"DTEND:{end:{shown}}\r\nSUMMARY:Lab\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


SESSIONS = [zoom_api, zoom_block, teams_v3, graph, meet_api, bigbluebutton, recording]


def landed(home: Home, folder: Path, file: File, order: str | None = None) -> list[str]:
    """Land a file; return the codes of its rejections."""
    folder.mkdir(exist_ok=True)
    path = folder / file[0]
    path.write_text(file[1], encoding="utf-8")
    options = ReadOptions(tz="UTC", date_order=order)
    (report,) = ingest([path], home, Settings.load(home), options)
    assert report.error is None
    return list(report.rejected_by_code)


def count(home: Home, table: str) -> int:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.execute(f"select count(*) from raw.{table}").fetchone()[0]


@pytest.mark.parametrize("make", SESSIONS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("over", [-SECOND, timedelta(0), SECOND])
def test_a_session_of_more_than_24_hours_is_refused_with_all_of_it(
    make: Callable[[datetime], File], over: timedelta, home: Home, tmp_path: Path
):
    order = "mdy" if make is zoom_block else "dmy"
    codes = landed(home, tmp_path / "given", make(START + DAY + over), order)
    is_refused = over > timedelta(0)
    assert codes == (["session.too_long"] if is_refused else [])
    assert count(home, "technical_sessions") == (0 if is_refused else 1)
    if is_refused:
        assert count(home, "statements") == count(home, "session_claims") == 0


@pytest.mark.parametrize("over", [-SECOND, timedelta(0), SECOND])
def test_a_planned_session_of_more_than_24_hours_is_refused(
    over: timedelta, home: Home, tmp_path: Path
):
    codes = landed(home, tmp_path / "given", ics(START + DAY + over))
    is_refused = over > timedelta(0)
    assert codes == (["session.too_long"] if is_refused else [])
    assert count(home, "planned_sessions") == (0 if is_refused else 1)


LONG_ROW = {
    "participants_91234567891.csv": (
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),"
        "Guest\n"
        "Ida,ida@a.example,04/13/2026 09:00:00,04/13/2026 10:00:00,60,No\n"
        "Ola,ola@a.example,04/13/2026 09:00:00,{end:%m/%d/%Y %H:%M:%S},60,No\n"
    ),
    "list.csv": (
        "Full Name\tUser Action\tTimestamp\n"
        "Ida\tJoined\t4/13/2026, 9:00:00 AM\nIda\tLeft\t4/13/2026, 10:00:00 AM\n"
        "Ola\tJoined\t4/13/2026, 9:00:00 AM\n"
        "Ola\tLeft\t{end:%m/%d/%Y, %H:%M:%S}\n"
    ),
}


@pytest.mark.parametrize("name", LONG_ROW)
@pytest.mark.parametrize("over", [-SECOND, timedelta(0), SECOND])
def test_a_connection_of_more_than_24_hours_is_refused_alone(
    name: str, over: timedelta, home: Home, tmp_path: Path
):
    content = LONG_ROW[name].format(end=START + DAY + over)
    codes = landed(home, tmp_path / "given", (name, content), "mdy")
    is_refused = over > timedelta(0)
    assert codes == (["interval.time"] if is_refused else [])
    assert count(home, "technical_sessions") == 1


def test_a_session_of_which_only_the_day_is_known_may_end_on_the_next_day():
    one_day_and_more = START + timedelta(hours=26)
    assert is_too_long(START, one_day_and_more)
    assert not is_too_long(START, one_day_and_more, precision_seconds=86_400)
    assert not is_too_long(None, one_day_and_more)
