"""Devices of rooms are known by name, and counted beside the meeting."""

from pathlib import Path

import duckdb
import pytest

from ingest.connectors.room_devices import is_room_device, room_count
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

ZOOM = (
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
    "{},,2026-03-02 09:00:00,2026-03-02 10:00:00,60,Yes\n"
    "{},,2026-03-02 09:05:00,2026-03-02 09:30:00,25,Yes\n"
    "Ida Holm,ida@example.org,2026-03-02 09:00:00,2026-03-02 10:00:00,60,No\n"
)
TEAMS = (
    "Full Name,User Action,Timestamp\n"
    "{},Joined,2026-03-02 09:00:00\n{},Joined,2026-03-02 09:05:00\n"
    "Ida Holm,Joined,2026-03-02 09:00:00\nIda Holm,Left,2026-03-02 10:00:00\n"
)


@pytest.mark.parametrize(
    "name",
    [
        "Room 4.12",
        "room-4",
        "Room B 12",
        "Conference Room Berlin",
        "Berlin Conference Room",
        "MTR-Berlin-01",
        "Zoom Room",
        "Boardroom",
        "teams-room-2",
        "Meetingraum 3",
        "Besprechungsraum Nord",
        "Raum 4.12",
        "Salle 12",
        "Salle de réunion Sud",
        "Sala 3",
        "Sala konferencyjna A",
        "Zaal 2",
        "कक्ष 4",
        "सम्मेलन कक्ष",
    ],
)
def test_a_room_is_known_by_its_name(name: str):
    assert is_room_device(name)


@pytest.mark.parametrize(
    "name",
    [
        "Sala Ahmed",  # words that are surnames or first names as well
        "Hans Zimmer",
        "Salle, Anna",
        "Anna Holm (Room 4)",  # a person who says where she sits
        "Breakout Room 1",
        "Roomi Khan",
        "Vroom 3",
        "Raumann 4",
        "",
    ],
)
def test_a_person_is_no_room(name: str):
    assert not is_room_device(name)


def test_each_room_counts_once():
    assert room_count(["Room 4", "room 4", "Room 5", "Ida Holm"]) == 2
    assert room_count(["Ida Holm"]) == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [("participants_84512349876.csv", ZOOM), ("meetingAttendanceList.csv", TEAMS)],
)
@pytest.mark.parametrize(
    ("first", "second", "count"),
    [("Room 4.12", "Raum 3", 2), ("Room 4.12", "Bo Lund", 1), ("Ed Lund", "Bo Ek", 0)],
)
def test_a_report_counts_the_rooms_in_it(
    home: Home,
    tmp_path: Path,
    name: str,
    text: str,
    first: str,
    second: str,
    count: int,
):
    path = tmp_path / name
    path.write_text(text.format(first, second))
    options = ReadOptions(tz="UTC", date_order="ymd")
    (report,) = ingest([path], home, Settings.load(home), options)
    assert report.error is None
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        found = warehouse.sql(
            "select value from raw.session_claims where claim = 'room_device_count'"
        ).fetchall()
    assert found == ([(float(count),)] if count else [])
