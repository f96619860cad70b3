"""Propose what finishing means, whether it is an obligation, and for whom."""

from collections import Counter
from statistics import median

from ingest.proposals.groups import Programme
from ingest.proposals.roles import STUDIED
from ingest.proposals.words import best_of, found

RULES = {
    "attendance": "Attended at least three quarters of the sessions",
    "content": "All units completed",
    "assessment": "Final test passed",
    "certificate": "Reported as completed by the learning platform",
}
FEW = 0.2  # a smaller share of finishers is single mistakes
OBLIGATIONS = frozenset({"compliance", "high_stakes"})
EVERYONE = 0.6
NEW_DAYS = 60  # at most so long after the first day at work
AUDIENCES = {"managers": "Managers", "newcomers": "New joiners"}


def finished_by(
    programme: Programme, roles: Counter[str], met_count: int, pattern: str
) -> tuple[str, str]:
    """Return the class of completion of a programme, and why."""
    if any(course.is_reported for course in programme.courses):
        return "certificate", "A report of the learning platform lists who completed it"
    if roles["final_assessment"]:
        return "assessment", "It has a final test"
    is_reported = any(
        course.finisher_count > FEW * len(course.people) for course in programme.courses
    )
    is_optional = pattern == "micro_community"
    units = sum(roles[role] for role in STUDIED - {"pre_work", "follow_up"})
    if units and (is_optional or not met_count):
        return "content", "It has units to work through, and no final test"
    if is_reported:
        return "certificate", "The learning platform reports completions of the course"
    if met_count:
        return "attendance", "It has meetings, and no completion is reported"
    if units:
        return "content", "It has units to work through, and no final test"
    return "", "No meeting, test or completion was seen: please choose"


def mandatory(programme: Programme, purpose: str) -> tuple[str, str]:
    """Return whether a programme is an obligation, and why; empty where not known."""
    due = sum(cohort.due_at is not None for cohort in programme.cohorts)
    has_due = due or any(course.due for course in programme.courses)
    if has_due:
        return "yes", "Groups or courses of it have due dates"
    if purpose in OBLIGATIONS:
        return "yes", "Usual for this purpose; please check"
    return "", "No due date was seen"


def days_to_finish(programme: Programme) -> tuple[str, str]:
    """Return the usual days from the beginning of a group to its due date, and why."""
    spans = [
        (cohort.due_at - cohort.starts_at).days
        for cohort in programme.cohorts
        if cohort.due_at and cohort.starts_at and cohort.due_at > cohort.starts_at
    ]
    if not spans:
        return "", "No due date was seen; empty means 90 days"
    return str(
        round(median(spans))
    ), "Usual time from a group's beginning to its due date"


def audience(programme: Programme, title: str, all_people: int) -> tuple[str, str]:
    """Return whom a programme is for, and why; empty where not known."""
    words = best_of("audience", title)
    if words:
        return AUDIENCES[words[0]], f"title: {', '.join(words[2])}"
    share = len(programme.people) / all_people if all_people else 0.0
    if share >= EVERYONE:
        return "Everyone", "Most of all people took it"
    return "", "Its title does not say"


def for_new_joiners(programme: Programme) -> str:
    """Return yes where the title or first days at work say so, else nothing."""
    if "newcomers" in found("audience", programme.name):
        return "yes"
    days = days_after_hiring(programme)
    return "yes" if days is not None and days <= NEW_DAYS else ""


def days_after_hiring(programme: Programme) -> float | None:
    """Return how long after their first day people usually began; None if unknown."""
    known = [
        cohort.days_after_hiring
        for cohort in programme.cohorts
        if cohort.days_after_hiring is not None
    ]
    return median(known) if known else None
