"""Intervals made of a first join, a last leave and a total duration."""

from datetime import datetime

import pytest

from ingest.xapi.profiles.aggregates import interval_from_total, sum_by_person
from ingest.xapi.profiles.virtual_classroom import Interval

PERSON = {"mbox": "mailto:asha.rao@example.org"}
TEN = datetime.fromisoformat("2026-03-02T10:00")
ELEVEN = datetime.fromisoformat("2026-03-02T11:00")
HALF_PAST = datetime.fromisoformat("2026-03-02T10:30")


@pytest.mark.parametrize(
    ("left", "seconds", "expected"),
    [
        (ELEVEN, 3600.0, Interval(PERSON, TEN, ELEVEN)),
        (ELEVEN, 3541.0, Interval(PERSON, TEN, ELEVEN)),
        (ELEVEN, 1800.0, Interval(PERSON, TEN, HALF_PAST, is_imputed=True)),
        (ELEVEN, 7200.0, Interval(PERSON, TEN, ELEVEN)),
        (None, 1800.0, Interval(PERSON, TEN, HALF_PAST, is_imputed=True)),
        (ELEVEN, None, Interval(PERSON, TEN, ELEVEN)),
        (None, None, Interval(PERSON, TEN, None)),
    ],
    ids=["filled", "rounded", "gaps", "two devices", "still there", "none", "open"],
)
def test_the_total_duration_sets_the_length_of_the_interval(left, seconds, expected):
    assert interval_from_total(PERSON, TEN, left, seconds, 60) == expected


def test_values_of_one_person_add_up_in_any_letter_case_of_the_address():
    upper_case = {"mbox": "mailto:ASHA.RAO@example.org"}
    assert sum_by_person([(PERSON, 240.0), (upper_case, 240.0)]) == [(PERSON, 480.0)]
