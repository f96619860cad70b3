"""What is proposed from few facts: evidence for and against, and none."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ingest.proposals.delivery import BLENDED, LIVE, SELF_PACED, usual_mode
from ingest.proposals.grouping import grouped
from ingest.proposals.groups import Programme
from ingest.proposals.proposal import proposal
from ingest.proposals.purpose import Shape, purpose_of
from ingest.proposals.seen import Activity, Cohort, Meeting, Seen

START = datetime(2026, 4, 1)  # noqa: DTZ001 - UTC without a zone, as raw has it
COURSE = "https://lms.example.org/course/77"


def activity(identity: str, kind: str, name: str, people: range, **more) -> Activity:
    around = more.pop("around", ())
    return Activity(
        identity,
        kind,
        name,
        frozenset(more.pop("verbs", ("completed",))),
        frozenset(people),
        around,
        START,
        START,
        None,
        **more,
    )


def seen(
    *,
    cohorts: list[Cohort] | None = None,
    meetings: list[Meeting] | None = None,
    activities: list[Activity] | None = None,
) -> Seen:
    given = {one.activity_id: one for one in activities or []}
    return Seen(
        programmes={"P": ("Lifting safely",)} if cohorts else {},
        cohorts={cohort.cohort_id: cohort for cohort in cohorts or []},
        activities=given,
        meetings=meetings or [],
        around={},
        days_of_use={
            identity: {person: [START.date()] for person in one.people}
            for identity, one in given.items()
        },
    )


def cohort(people: range) -> Cohort:
    ends = START + timedelta(days=60)
    return Cohort("C", "P", "Batch 1", START, ends, frozenset(people))


def meeting(title: str, people: range) -> Meeting:
    return Meeting(
        {("meeting", "123456789")}, [START], 60, None, "zoom", {*people}, title
    )


def unit(people: range) -> Activity:
    return activity(f"{COURSE}/1", "lesson", "Part 1", people, around=(COURSE,))


def mode(given: Seen) -> str:
    (row,) = proposal(given, "UTC")["groups"]
    return row.cells["delivery_mode"]


def test_a_group_that_only_met_is_live():
    given = seen(cohorts=[cohort(range(20))], meetings=[meeting("Lifting", range(20))])
    assert mode(given) == "Live"


def test_a_group_that_only_studied_is_self_paced():
    course = activity(COURSE, "course", "Lifting safely", range(20))
    given = seen(cohorts=[cohort(range(20))], activities=[course, unit(range(20))])
    assert mode(given) == "Self-paced"


@pytest.mark.parametrize(
    ("studied", "expected"), [(3, "Live"), (4, "Blended"), (5, "Blended")]
)
def test_a_group_is_blended_from_a_fifth_of_its_people_on(studied: int, expected: str):
    course = activity(COURSE, "course", "Lifting safely", range(20))
    given = seen(
        cohorts=[cohort(range(20))],
        meetings=[meeting("Lifting safely", range(20))],
        activities=[course, unit(range(studied))],
    )
    assert mode(given) == expected


def test_a_group_of_which_nothing_was_seen_stays_open():
    (row,) = proposal(seen(cohorts=[cohort(range(20))]), "UTC")["groups"]
    assert row.cells["delivery_mode"] == ""
    assert "please choose" in row.reasons["delivery_mode"]


def test_a_meeting_of_the_people_of_a_group_is_theirs_whatever_its_title():
    given = seen(
        cohorts=[cohort(range(20))], meetings=[meeting("Monday 9:00", range(18))]
    )
    assert grouped(given).meeting_group[0][0] == "C"


def test_a_group_of_no_programme_has_its_meeting():
    group = replace(cohort(range(20)), programme_id="")
    given = seen(cohorts=[group], meetings=[meeting("Monday 9:00", range(18))])
    assert grouped(given).meeting_group[0][0] == "C"
    assert proposal(given, "UTC")["meetings"]


def test_a_meeting_of_other_people_with_another_title_stays_open():
    given = seen(
        cohorts=[cohort(range(20))], meetings=[meeting("Town hall", range(10, 60))]
    )
    assert grouped(given).meeting_group == {}


def test_a_meeting_long_after_a_group_is_not_its_own():
    late = meeting("Monday 9:00", range(20))
    late.starts = [START + timedelta(days=400)]
    given = seen(cohorts=[cohort(range(20))], meetings=[late])
    assert grouped(given).meeting_group == {}


def test_without_a_roster_meetings_with_one_title_are_groups_of_one_programme():
    first, second = (
        meeting("Lifting - group 1", range(9)),
        meeting("Lifting - group 2", range(9, 18)),
    )
    second.keys = {("meeting", "987654321")}
    groups = grouped(seen(meetings=[first, second]))
    assert [p.name for p in groups.programmes.values()] == ["Lifting"]
    assert len(groups.cohorts) == 2


def test_content_is_part_of_the_course_that_its_platform_names():
    course = activity(COURSE, "course", "Lifting safely", range(20))
    other = activity("https://elsewhere.example.org/9", "lesson", "Yoga", range(3))
    given = seen(
        cohorts=[cohort(range(20))], activities=[course, unit(range(20)), other]
    )
    groups = grouped(given)
    assert groups.activity_programme[f"{COURSE}/1"][0] == "P"
    assert other.activity_id not in groups.activity_programme


def test_what_was_said_before_outranks_titles_and_platforms():
    course = activity(COURSE, "course", "Driving", range(20))
    given = seen(cohorts=[cohort(range(20))], activities=[course, unit(range(20))])
    given.said = {COURSE: "P"}
    groups = grouped(given)
    assert set(groups.programmes) == {"P"}
    assert groups.activity_programme[COURSE] == ("P", "You said so")


def test_a_programme_is_known_by_the_name_it_had_before():
    course = activity(COURSE, "course", "Lifting safely", range(20))
    given = seen(cohorts=[cohort(range(20))], activities=[course])
    given.programmes = {"P": ("Our name for it", "Lifting safely")}
    assert set(grouped(given).programmes) == {"P"}


def test_no_visible_cell_holds_an_address_or_a_count_of_few_people():
    nameless = activity(f"{COURSE}/9f86d081884c7d659a2f", "lesson", "", range(4))
    given = seen(cohorts=[cohort(range(20))], activities=[nameless])
    (row,) = proposal(given, "UTC")["content"]
    assert row.cells["seen"] == "Lesson, fewer than 10 people"
    assert "://" not in row.cells["activity_name"]
    assert "9f86" not in row.cells["activity_name"]


def test_a_programme_takes_the_mode_of_its_later_groups():
    modes = [(LIVE, 90), (LIVE, 90), (SELF_PACED, 30), (BLENDED, 20)]
    assert usual_mode(modes)[0] == SELF_PACED
    assert usual_mode([("", 9)])[0] == ""


SHAPE = Shape(
    mode="",
    roles=Counter(),
    unit_minutes=None,
    days_after_hiring=None,
    has_due_dates=False,
    has_searches=False,
    has_badges=False,
)


def purpose(name: str, shape: Shape = SHAPE) -> tuple[str, str]:
    return purpose_of(Programme("P", name, ""), [], shape)


def test_a_purpose_without_enough_evidence_stays_open():
    assert purpose("Project Falcon")[0] == ""
    assert "please choose" in purpose("Project Falcon")[1]


def test_two_purposes_near_each_other_stay_open_and_are_named():
    chosen, reason = purpose("Policy clinic")
    assert chosen == ""
    assert "Compliance and regulation" in reason
    assert "Reference" in reason


@pytest.mark.parametrize(
    ("units", "minutes", "expected"),
    [(3, 6.0, "microlearning"), (3, 6.5, ""), (2, 6.0, ""), (4, 2.0, "microlearning")],
)
def test_short_units_are_microlearning_from_three_on(
    units: int, minutes: float, expected: str
):
    shape = replace(
        SHAPE, mode="async", roles=Counter(unit=units), unit_minutes=minutes
    )
    assert purpose("Project Falcon", shape)[0] == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(59, "high_volume"), (60, "high_volume"), (61, "")]
)
def test_what_people_take_when_they_are_new_is_for_high_volume(
    days: int, expected: str
):
    assert purpose("Falcon", replace(SHAPE, days_after_hiring=days))[0] == expected
