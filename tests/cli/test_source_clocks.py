"""Whose clock a source's reports print, found by meetings that calendars plan."""

from datetime import datetime, timedelta

import pytest

from tandem.cli.source_clocks import zone_that_fits

PLANNED = [datetime(2026, month, 3, 9, 0) for month in (1, 3, 5, 7, 11)]  # noqa: DTZ001
ZONES = ["Asia/Kolkata", "Europe/Warsaw"]


def read_in_kolkata(planned: datetime, late: timedelta = timedelta()) -> datetime:
    """Return when a meeting seems to be if Warsaw's clock is read as Kolkata's."""
    summer = planned.month in (5, 7)
    return planned + timedelta(hours=2 if summer else 1) - timedelta(hours=5.5) + late


def pairs(late: timedelta = timedelta()) -> list[tuple[datetime, list[datetime]]]:
    return [(read_in_kolkata(at, late), [at]) for at in PLANNED]


def test_the_zone_is_found_through_the_change_of_clocks():
    assert zone_that_fits(pairs(), "Asia/Kolkata", ZONES) == "Europe/Warsaw"


def test_the_organisation_s_zone_is_kept_where_it_fits():
    fitting = [(at, [at]) for at in PLANNED]
    assert zone_that_fits(fitting, "Asia/Kolkata", ZONES) == "Asia/Kolkata"


@pytest.mark.parametrize(
    ("minutes", "expected"), [(24, "Europe/Warsaw"), (25, "Europe/Warsaw"), (26, None)]
)
def test_a_meeting_opens_near_its_plan(minutes: int, expected: str | None):
    late = timedelta(minutes=minutes)
    assert zone_that_fits(pairs(late), "Asia/Kolkata", ZONES) == expected


@pytest.mark.parametrize(("count", "expected"), [(2, None), (3, "Europe/Warsaw")])
def test_two_meetings_decide_nothing(count: int, expected: str | None):
    assert zone_that_fits(pairs()[:count], "Asia/Kolkata", ZONES) == expected


@pytest.mark.parametrize(
    ("strays", "expected"), [(3, "Europe/Warsaw"), (4, None)]
)  # of 5 that fit and these, three of five have to fit
def test_most_meetings_have_to_fit(strays: int, expected: str | None):
    elsewhere = [(at + timedelta(days=9, minutes=70), [at]) for at in PLANNED[:strays]]
    found = zone_that_fits([*pairs(), *elsewhere], "Asia/Kolkata", ZONES)
    assert found == expected
