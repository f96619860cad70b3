"""Days of other calendars, printed placeholders for no day, and named zones."""

from datetime import UTC, date, datetime

import pytest

from ingest.parsing.days import DayClock, day_clock
from ingest.parsing.times import zone

CLOCK = DayClock(zone("UTC"), None)
ERAS = {
    "令和2年4月1日": date(2020, 4, 1),
    "令和元年5月1日": date(2019, 5, 1),
    "平成31年4月30日": date(2019, 4, 30),
    "R2.4.1": date(2020, 4, 1),
    "S60/12/31": date(1985, 12, 31),
    "民國113年4月1日": date(2024, 4, 1),
}


MONTHS_BY_NAME = (
    "Jan-17-2025",
    "Jan/17/2025",
    "January 17th, 2025",
    "Jan 17 2025",
    "2025-Jan-17",
    "2025. január 17.",
    "17-JAN-25",
    "17 janv. 2025",
)


@pytest.mark.parametrize("printed", MONTHS_BY_NAME)
def test_a_month_by_name_needs_no_date_order(printed: str):
    assert day_clock("list", zone("UTC"), None, [printed]).day(printed) == date(
        2025, 1, 17
    )


@pytest.mark.parametrize("printed", ERAS)
def test_era_years_are_converted(printed: str):
    assert day_clock("list", zone("UTC"), None, [printed]).day(printed) == ERAS[printed]


def test_era_day_with_an_invalid_month_is_refused():
    with pytest.raises(ValueError, match="month"):
        CLOCK.day("令和2年13月1日")


@pytest.mark.parametrize(
    "printed", ["0000-00-00", "00/00/0000", "0000-00-00 00:00:00", "31.12.9999"]
)
def test_placeholders_for_no_day_are_none(printed: str):
    assert day_clock("list", zone("UTC"), None, [printed]).utc(printed) is None


def test_a_zone_name_after_a_time_is_used():
    at = datetime(2026, 1, 16, 19, 5, tzinfo=UTC).replace(tzinfo=None)

    assert CLOCK.utc("16-Jan-2026 02:05 PM America/New York") == at
    assert CLOCK.utc("2026-01-16 20:05 Europe/Berlin") == at
