"""Propose on which day a group begins, where no roster says it."""

from collections.abc import Callable
from datetime import date, datetime

from ingest.proposals.groups import Groups
from ingest.proposals.seen import Cohort, Seen


def first_day(
    cohort: Cohort,
    seen: Seen,
    groups: Groups,
    local: Callable[[datetime], datetime],
) -> tuple[date | None, str]:
    """Return the first day of a group and why; None where nothing was seen of it.

    Enrolments that no list dates count from this day, so a person checks it.

    Args:
        cohort: the group.
        seen: what is landed.
        groups: what belongs to it.
        local: converts a time (UTC) to the organisation's clock.
    """
    if cohort.starts_at:
        return local(cohort.starts_at).date(), ""
    starts = [
        at
        for number, (cohort_id, _why) in groups.meeting_group.items()
        if cohort_id == cohort.cohort_id
        for at in seen.meetings[number].starts
    ]
    if starts:
        return local(min(starts)).date(), "Day of its first meeting; please check"
    programme = groups.programmes[cohort.programme_id]
    used = [
        day
        for item in (*programme.courses, *programme.items)
        for person, days in seen.days_of_use.get(item.activity_id, {}).items()
        if person in cohort.people
        for day in days
        if day
    ]
    if used:
        return min(used), "Day on which its people first used its content; please check"
    return None, ""
