"""Without a roster nobody's account is known: time says how a group was delivered."""

from datetime import datetime, timedelta

import pytest

from ingest.proposals.delivery import AROUND, BLENDED, LIVE, mode_of
from ingest.proposals.groups import Groups, Programme
from ingest.proposals.seen import Activity, Cohort, Meeting, Seen

MET_AT = datetime(2026, 3, 2, 9)  # noqa: DTZ001 - UTC, as the warehouse writes it
MET = frozenset(range(10))
UNIT = "https://lms.example.org/unit/1"


def judged(
    users: int, away: timedelta, *, same: int = 0, listed: frozenset[int] = frozenset()
) -> tuple[str, str]:
    """Return the mode of a group of ten that met once.

    Args:
        users: how many worked on a unit of its programme.
        away: from the meeting to their day.
        same: how many of them are among those who met.
        listed: whom a roster lists.
    """
    people = [*range(same), *range(100, 100 + users - same)]
    day = (MET_AT + away).date()
    verbs, who = frozenset({"completed"}), frozenset(people)
    unit = Activity(UNIT, "unit", "Unit 1", verbs, who, (), None, None, 10.0)
    cohort = Cohort("C", "P", "Group 1", MET_AT, MET_AT, listed)
    meeting = Meeting({("meeting", "1")}, [MET_AT], people=set(MET))
    programme = Programme("P", "Programme", "", items=[unit], cohorts=[cohort])
    groups = Groups({"P": programme}, {0: ("C", "")}, cohorts={"C": cohort})
    groups.roles[UNIT] = ("unit", "")
    used = {UNIT: {person: [day] for person in people}}
    seen = Seen({}, {"C": cohort}, {UNIT: unit}, [meeting], {}, used)
    return mode_of(cohort, programme, seen, groups, 1)


@pytest.mark.parametrize(("users", "mode"), [(1, LIVE), (2, BLENDED), (3, BLENDED)])
def test_enough_people_around_its_meetings_make_it_blended(users: int, mode: str):
    found, why = judged(users, timedelta(days=-3))
    assert found == mode
    assert "nothing says whether those met: please check" in why


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize(("beyond", "mode"), [(-1, BLENDED), (0, BLENDED), (1, LIVE)])
def test_work_further_than_a_month_away_is_not_its_own(
    side: int, beyond: int, mode: str
):
    away = side * (AROUND + timedelta(days=beyond))
    assert judged(5, away)[0] == mode


def test_people_known_in_both_decide_themselves():
    """Two of ten who met are known in the platform: only what they did counts."""
    assert judged(5, timedelta(3), same=2)[0] == BLENDED
    assert judged(5, timedelta(3), same=2, listed=MET)[0] == BLENDED
    found, why = judged(5, timedelta(400), same=2)
    assert found == LIVE
    assert "please check" not in why


def test_without_any_use_it_is_live():
    found, why = judged(0, timedelta(0))
    assert (found, why) == (LIVE, "1 meeting; self-paced content of it was not used")
