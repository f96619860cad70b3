"""Zone abbreviations behind a clock, read in the stated zone or by their own offset."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.connectors.meet.format.log_times import LogClock
from ingest.parsing.days import DayClock
from ingest.parsing.zone_abbreviations import (
    UnclearZone,
    abbreviated_to_utc,
    require_clear_zones,
    without_abbreviation,
)
from tandem.core.errors import UndecidedFile

NEW_YORK = ZoneInfo("America/New_York")
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Manila")
READ = {
    "Jun 5, 2026, 10:00:00 AM EDT": (5, 14),
    "Jun 5, 2026, 10:00:00 AM PDT": (5, 17),
    "2026/06/05 10:00:00 JST": (5, 1),
    "5 июн. 2026 г., 10:00:00 MSK": (5, 7),
    "5 jun 2026, 10:00:00 (CEST)": (5, 8),
    "05.06.2026, 10:00 Uhr MESZ": (5, 8),
    "2026-06-05 10:00 PTG JST": (5, 13),
    "2026-06-05 10:00 UTC": (5, 10),
    "Jun 5, 2026, 10:00 AM XYZ": (5, 14),
    "05.06.2026 10:00 Uhr": (5, 14),
}


@pytest.mark.parametrize("printed", READ)
def test_an_abbreviation_decides_the_offset(printed: str):
    day, hour = READ[printed]
    expected = datetime(2026, 6, day, hour, tzinfo=UTC).replace(tzinfo=None)
    assert DayClock(NEW_YORK, "dmy").utc(printed) == expected
    assert LogClock(NEW_YORK, "dmy").utc(printed) == expected


def test_pacific_winter_time_is_not_philippine_unless_stated():
    local = datetime(2026, 1, 20, 10, tzinfo=UTC).replace(tzinfo=None)
    assert abbreviated_to_utc(local, "PST", NEW_YORK).hour == 18
    assert abbreviated_to_utc(local, "PST", ZoneInfo("Asia/Manila")).hour == 2


@pytest.mark.parametrize(
    ("printed", "zone"),
    [
        ("2026-06-05 10:00 IST", "America/New_York"),
        ("2026-06-05 10:00 CST", "America/New_York"),
        ("2026-06-05 10:00 EST", "Europe/London"),
    ],
)
def test_an_unclear_abbreviation_is_asked(printed: str, zone: str):
    clock = DayClock(ZoneInfo(zone), None)
    with pytest.raises(UnclearZone):
        clock.utc(printed)
    with pytest.raises(UndecidedFile, match=printed[-3:]):
        require_clear_zones("log.csv", [printed], clock.utc)


def test_a_standard_name_in_summer_is_the_local_time_of_the_stated_zone():
    clock = DayClock(NEW_YORK, None)
    assert f"{clock.utc('2026-03-20 10:00 EST'):%H:%M}" == "14:00"
    assert f"{clock.utc('2026-01-20 10:00 EST'):%H:%M}" == "15:00"


def test_the_stated_zone_decides_an_unclear_abbreviation():
    clock = DayClock(ZoneInfo("Asia/Kolkata"), None)
    assert f"{clock.utc('2026-06-05 10:00 IST'):%H:%M}" == "04:30"


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001
    st.sampled_from(ZONES),
)
def test_a_time_printed_with_its_zone_is_read_as_that_instant(at: datetime, key: str):
    at = at.replace(microsecond=0)
    local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(key))
    printed = f"{local:%Y-%m-%d %H:%M:%S %Z}"
    assert DayClock(ZoneInfo(key), None).utc(printed) == at


@pytest.mark.parametrize(
    "printed", ["10:00 AM", "10:00 Uhr", "10:00 MAR", "10:00 GMT+2", "10:00 MST/PDT"]
)
def test_other_words_are_no_abbreviations(printed: str):
    assert without_abbreviation(printed) == (printed, None)
