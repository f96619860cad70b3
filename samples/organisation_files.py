"""The organisation's own tables, as its learning operations team keeps them.

The column names are those of Tandem's templates; a person is an e-mail address.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np

from samples.activities import Activity
from samples.catalogue import MODES, Programme, programmes
from samples.cohorts import Cohort
from samples.costs import cost_rows, hour_rows
from samples.enrolments import Enrolments
from samples.outcomes import DUE_DAYS, Outcomes
from samples.people import People
from samples.plan import DAY, Plan
from samples.roster_files import ZONE, local_day

RULES = {
    "attendance": "attend at least three quarters of the sessions",
    "certificate": "certificate issued by the learning platform",
    "assessment": "final test passed",
    "content": "all units completed",
}
OWNERS = ("Leadership academy", "Learning operations", "Compliance office")
BLANK_LANGUAGE_SHARE, LEFT_SHARE, HIRED_SHARE = 0.02, 0.015, 0.3
RECORDED_BEFORE = 60 * DAY  # the first cohort starts
CERTIFICATE_DAYS = 365  # of mandatory programmes
COLUMNS = {
    "programmes": "programme_id,programme_name,default_delivery_mode,outcome_category,"
    "second_outcome_category,is_onboarding,"
    "hybrid_pattern,completion_rule,completion_class,is_mandatory,is_high_stakes,"
    "horizon_days,attendance_threshold,audience,business_unit,owner_role,cost_currency,"
    "certificate_valid_days",
    "cohorts": "cohort_id,programme_id,cohort_name,delivery_mode,valid_from,starts_at,"
    "ends_at,time_zone,capacity",
    "activities": "activity_id,programme_id,cohort_id,activity_name,phase_no,role,"
    "due_at,weight",
    "sessions": "meeting_id,title,cohort_id,phase_no,policy",
    "people": "email,valid_from,person_kind,segment,business_unit,region,time_zone,"
    "language,tenure_band,prior_completion_band,hired_on,left_at",
    "due_dates": "programme_id,cohort_id,email,period_key,due_at",
    "waivers": "email,programme_id,cohort_id,waived_at,reason",
    "costs": "programme_id,cohort_id,kind,basis,amount,currency,incurred_on,"
    "amortised_months",
    "facilitator_hours": "programme_id,cohort_id,email,kind,hours,worked_on",
}
Row = Sequence[object]


def write(
    plan: Plan,
    folder: Path,
    people: People,
    cohorts: list[Cohort],
    enrolments: Enrolments,
    outcomes: Outcomes,
    activities: list[Activity],
) -> None:
    """Write the nine tables."""
    folder.mkdir(parents=True)
    tables = {
        "programmes": map(_programme, programmes()),
        "cohorts": map(_cohort, cohorts),
        "activities": map(_activity, activities),
        "sessions": (_session(cohort) for cohort in cohorts if cohort.is_live),
        "people": _people(plan, people, enrolments),
        "due_dates": _due_dates(people, cohorts, enrolments, outcomes),
        "waivers": _waivers(people, cohorts, enrolments, outcomes),
        "costs": cost_rows(plan, cohorts),
        "facilitator_hours": hour_rows(plan, people, cohorts),
    }
    for name, rows in tables.items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS[name].split(","))
            writer.writerows(rows)


def _programme(programme: Programme) -> Row:
    category = programme.category
    pattern = category.hybrid_pattern if "hybrid" in programme.modes else ""
    owner = OWNERS[2 if category.is_mandatory else len(programme.name) % 2]
    return (
        programme.programme_id,
        programme.name,
        programme.modes[-1],
        category.slug,
        programme.second_category,
        _boolean(programme.is_onboarding),
        pattern,
        RULES[programme.completion_class],
        programme.completion_class,
        _boolean(category.is_mandatory),
        _boolean(category.is_high_stakes),
        category.horizon_days,
        0.75,
        programme.audience,
        "Example Group",
        owner,
        "USD",
        CERTIFICATE_DAYS if category.is_mandatory else "",
    )


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _cohort(cohort: Cohort) -> Row:
    zone = cohort.zone
    starts = datetime.fromtimestamp(cohort.starts, zone).isoformat()
    ends = datetime.fromtimestamp(cohort.ends, zone).isoformat()
    return (
        cohort.cohort_id,
        programmes()[cohort.programme].programme_id,
        cohort.title,
        MODES[cohort.mode],
        starts,
        starts,
        ends,
        zone.key,
        capacity_of(cohort) if cohort.is_live else "",
    )


def capacity_of(cohort: Cohort) -> int:
    """Return the seats of a cohort: a fifth more than its enrolments."""
    return -(-cohort.size * 6 // 5)


def is_to_be_recorded(cohort: Cohort) -> bool:
    """Return whether its sessions are to be recorded: blended, and half of the live."""
    return MODES[cohort.mode] == "hybrid" or int(cohort.meeting_id) % 2 == 0


def _activity(activity: Activity) -> Row:
    return (
        activity.iri,
        activity.programme_id,
        activity.cohort_id,
        activity.name,
        activity.phase_no if activity.phase_no is not None else "",
        activity.role,
        "",
        1 if activity.role == "final_assessment" else "",
    )


def _session(cohort: Cohort) -> Row:
    """Return the key: Zoom's meeting number in groups, or the title in Teams."""
    number = cohort.meeting_id
    grouped = f"{number[:3]} {number[3:7]} {number[7:]}"
    is_blended = MODES[cohort.mode] == "hybrid"
    return (
        grouped if cohort.platform == "zoom" else "",
        "" if cohort.platform == "zoom" else cohort.title,
        cohort.cohort_id,
        2 if is_blended else 1,
        "record" if is_to_be_recorded(cohort) else "",
    )


def languages_on_record(plan: Plan, people: People) -> list[str]:
    """Return the language that the organisation knows of each person, "" for none."""
    draws = plan.stream("languages").random(people.frame.height)
    spoken = zip(people.frame["language"], draws, strict=True)
    return ["" if draw < BLANK_LANGUAGE_SHARE else one for one, draw in spoken]


def _people(plan: Plan, people: People, enrolments: Enrolments) -> Iterator[Row]:
    rng = plan.stream("leavers")
    left = _leave_moments(plan, people, enrolments, rng)
    languages = languages_on_record(plan, people)
    entered = entry_days(plan, people, enrolments)
    for number, person in enumerate(people.frame.iter_rows(named=True)):
        yield (
            person["email"],
            local_day(plan.first_day - RECORDED_BEFORE),
            "contractor" if person["is_contractor"] else "employee",
            person["segment"],
            person["business_unit"],
            person["region"],
            person["time_zone"],
            languages[number],
            person["tenure_band"],
            person["prior_completion_band"],
            entered[number],
            local_day(int(left[number])) if left[number] >= 0 else "",
        )


def entry_days(plan: Plan, people: People, enrolments: Enrolments) -> list[date]:
    """Draw each person's first day, long before the first enrolment or just before."""
    rng = plan.stream("entries")
    count = people.frame.height
    earliest = plan.first_day - RECORDED_BEFORE
    first = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(first, enrolments.person, enrolments.enrolled_at)
    before = (rng.uniform(20, 90, count) * DAY).astype(np.int64)
    is_new = (rng.random(count) < HIRED_SHARE) & (first < plan.cut_off)
    long_ago = earliest - (rng.uniform(0, 2_000, count) * DAY).astype(np.int64)
    entered = np.where(is_new, np.where(is_new, first, earliest) - before, long_ago)
    return [local_day(int(moment)) for moment in entered]


def leave_moments(plan: Plan, people: People, enrolments: Enrolments) -> np.ndarray:
    """Return when each person left the organisation (UTC seconds), -1 where not."""
    return _leave_moments(plan, people, enrolments, plan.stream("leavers"))


def _leave_moments(
    plan: Plan, people: People, enrolments: Enrolments, rng: np.random.Generator
) -> np.ndarray:
    """Draw who left, some time after the end of their last horizon."""
    count = people.frame.height
    last = np.full(count, plan.first_day)
    np.maximum.at(last, enrolments.person, enrolments.anchor + enrolments.horizon)
    left = last + (rng.uniform(5, 200, count) * DAY).astype(np.int64)
    leaves = (rng.random(count) < LEFT_SHARE) & (left <= plan.cut_off)
    leaves[people.learner_count :] = False
    return np.where(leaves, left, -1)


def _due_dates(
    people: People, cohorts: list[Cohort], enrolments: Enrolments, outcomes: Outcomes
) -> Iterator[Row]:
    """Yield a date per cohort of a mandatory programme, and the extensions."""
    email = people.frame["email"].to_list()
    for cohort in cohorts:
        programme = programmes()[cohort.programme]
        if days := DUE_DAYS.get(programme.category.slug):
            due = cohort.starts + days * DAY + 17 * 3_600
            yield programme.programme_id, cohort.cohort_id, "", "", _moment(due)
    for row in np.flatnonzero(outcomes.is_extended):
        cohort = cohorts[enrolments.cohort[row]]
        yield (
            programmes()[cohort.programme].programme_id,
            cohort.cohort_id,
            email[enrolments.person[row]],
            "",
            _moment(int(outcomes.due_at[row])),
        )


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, ZONE).isoformat()


def _waivers(
    people: People, cohorts: list[Cohort], enrolments: Enrolments, outcomes: Outcomes
) -> Iterator[Row]:
    email = people.frame["email"].to_list()
    reasons = ("recognised prior learning", "not in scope of the role")
    for row in np.flatnonzero(outcomes.waived_at >= 0):
        cohort = cohorts[enrolments.cohort[row]]
        yield (
            email[enrolments.person[row]],
            programmes()[cohort.programme].programme_id,
            cohort.cohort_id,
            _moment(int(outcomes.waived_at[row])),
            reasons[row % 2],
        )
