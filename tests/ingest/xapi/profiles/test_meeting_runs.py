"""Where a report without a meeting's identity is split into several meetings."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.xapi.profiles.meeting_runs import Presence, first_presence, meeting_runs

START = datetime(2026, 4, 13, 9)  # noqa: DTZ001 - UTC
IDLE = timedelta(minutes=15)


def present(who: str, first: float, last: float | None) -> Presence:
    left = None if last is None else START + timedelta(minutes=last)
    return Presence(who, START + timedelta(minutes=first), left)


@pytest.mark.parametrize(("pause", "count"), [(14, 1), (15, 1), (16, 2)])
def test_a_pause_beyond_the_idle_limit_ends_a_meeting(pause, count):
    spans = [present("Ana", 0, 60), present("Ana", 60 + pause, 120)]
    assert len(meeting_runs(spans, IDLE)) == count


@pytest.mark.parametrize(("seconds", "count"), [(59, 1), (60, 1), (61, 2)])
def test_other_people_after_a_pause_are_another_meeting(seconds, count):
    spans = [present("Ana", 0, 60), present("Bo", 60 + seconds / 60, 120)]
    assert len(meeting_runs(spans, IDLE, timedelta(seconds=60))) == count


def test_people_who_come_back_later_keep_a_meeting_together():
    spans = [present("Ana", 0, 5), present("Bo", 8, 10), present("Ana", 12, 60)]
    assert meeting_runs(spans, IDLE) == [[0, 1, 2]]


def test_three_classes_after_each_other_are_three_meetings():
    spans = [present("Ana", 0, 20), present("Bo", 22, 40), present("Cy", 45, 60)]
    assert meeting_runs(spans, IDLE) == [[0], [1], [2]]


def test_an_open_connection_keeps_everything_after_it():
    spans = [present("Ana", 0, None), present("Bo", 300, 320)]
    assert meeting_runs(spans, IDLE) == [[0, 1]]


def test_an_empty_report_has_no_meeting():
    assert meeting_runs([], IDLE) == []


def test_meetings_that_begin_together_are_told_apart_by_their_first_participant():
    assert first_presence([present("Ana", 0, 1)]) != first_presence(
        [present("Bo", 0, 1)]
    )


presences = st.builds(
    lambda who, first, length: present(who, first, first + length),
    st.sampled_from(["Ana", "Bo", "Cy", "Di"]),
    st.integers(0, 300),
    st.integers(0, 60),
)


@given(st.lists(presences, max_size=12), st.randoms())
def test_every_connection_is_in_one_meeting_whatever_the_order(spans, random):
    runs = meeting_runs(spans, IDLE)
    assert sorted(at for run in runs for at in run) == list(range(len(spans)))
    shuffled = list(spans)
    random.shuffle(shuffled)
    assert [
        sorted(map(repr, (shuffled[at] for at in run)))
        for run in meeting_runs(shuffled, IDLE)
    ] == [sorted(map(repr, (spans[at] for at in run))) for run in runs]
    for before, after in pairwise(runs):
        ended = max(spans[at].left_at for at in before)
        began = min(spans[at].joined_at for at in after)
        people = [{spans[at].who for at in run} for run in (before, after)]
        assert began - ended > IDLE or not people[0] & people[1]
