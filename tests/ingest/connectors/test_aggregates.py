"""The one connection that a total of seconds allows."""

from datetime import datetime

import pytest

from ingest.xapi.profiles.aggregates import interval_from_total, sum_by_person
from ingest.xapi.profiles.virtual_classroom import Interval

WHO = {"mbox": "mailto:asha.rao@example.org"}
TEN = datetime.fromisoformat("2026-03-02T10:00")
ELEVEN = datetime.fromisoformat("2026-03-02T11:00")
HALF_PAST = datetime.fromisoformat("2026-03-02T10:30")


@pytest.mark.parametrize(
    ("left", "seconds", "expected"),
    [
        (ELEVEN, 3600.0, Interval(WHO, TEN, ELEVEN)),
        (ELEVEN, 3541.0, Interval(WHO, TEN, ELEVEN)),
        (ELEVEN, 1800.0, Interval(WHO, TEN, HALF_PAST, is_imputed=True)),
        (ELEVEN, 7200.0, Interval(WHO, TEN, ELEVEN)),
        (None, 1800.0, Interval(WHO, TEN, HALF_PAST, is_imputed=True)),
        (ELEVEN, None, Interval(WHO, TEN, ELEVEN)),
        (None, None, Interval(WHO, TEN, None)),
    ],
    ids=["filled", "rounded", "gaps", "two devices", "still there", "none", "open"],
)
def test_a_total_decides_how_long_somebody_was_there(left, seconds, expected):
    assert interval_from_total(WHO, TEN, left, seconds, 60) == expected


def test_equal_claims_of_one_person_add_up():
    shouted = {"mbox": "mailto:ASHA.RAO@example.org"}
    assert sum_by_person([(WHO, 240.0), (shouted, 240.0)]) == [(WHO, 480.0)]
