"""Propose how a group was delivered, and how blended programmes are put together."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ingest.proposals import counts
from ingest.proposals.groups import Groups, Programme
from ingest.proposals.roles import STUDIED, items_of
from ingest.proposals.seen import Cohort, Seen
from tandem.core.counted import counted

LIVE, SELF_PACED, BLENDED = "sync", "async", "hybrid"
ENOUGH_USE = 0.2  # of a live group's people worked on self-paced content
FEWEST_USERS = 2
BEFORE, AFTER = timedelta(days=60), timedelta(days=150)
AROUND = timedelta(days=30)  # of its meetings, where only time says whose work it was


@dataclass(frozen=True)
class Step:
    """A step of a blended programme, and the roles whose activities belong to it."""

    number: int
    name: str
    mode: str
    is_required: bool
    roles: frozenset[str]
    reason: str


def met(seen: Seen, groups: Groups) -> dict[str, int]:
    """Return how many meetings each group has."""
    found: Counter[str] = Counter()
    for number, (cohort, _why) in groups.meeting_group.items():
        days = {at.date() for at in seen.meetings[number].starts}
        found[cohort] += max(1, len(days))
    return dict(found)


def mode_of(
    cohort: Cohort, programme: Programme, seen: Seen, groups: Groups, met_count: int
) -> tuple[str, str]:
    """Return the mode of a group and why; empty where nothing was seen of it."""
    of_group = [
        n for n, (one, _why) in groups.meeting_group.items() if one == cohort.cohort_id
    ]
    met_people = frozenset().union(*(seen.meetings[n].people for n in of_group))
    if not cohort.people:  # no roster lists them
        cohort = replace(cohort, people=met_people)
    users, count = _users(cohort, programme, seen, groups), len(cohort.people)
    share = users / count if count else 0.0
    used = f"{counts.share(users, count)} worked on self-paced content"
    sessions = f"{met_count} meeting{'s' * (met_count != 1)}"
    if met_count and not users and seen.known_share < ENOUGH_USE:
        starts = [at.date() for n in of_group for at in seen.meetings[n].starts]
        days = _days_of_study(programme, seen, groups)
        mode, why = _mode_by_time(starts, days, len(met_people))
        return mode, f"{sessions}; {why}"
    if met_count and share >= ENOUGH_USE and users >= FEWEST_USERS:
        return BLENDED, f"{sessions}, and {used}"
    if met_count:
        return LIVE, f"{sessions}; {used}"
    if users >= FEWEST_USERS:
        return SELF_PACED, f"No meeting; {used}"
    return "", "Neither a meeting nor self-paced work was seen: please choose"


def _mode_by_time(
    starts: list[date], days: set[tuple[int, date]], met_count: int
) -> tuple[str, str]:
    """Return the mode of a group that met, where hardly anybody's account is known.

    Without a roster nothing says which account of the platform is whose. Blended where
    enough people, for those who met, worked on the programme's self-paced content
    around its meetings. A group without meetings that ran at the same time can be
    taken for this one's work: the reason says so.

    Args:
        starts: days on which it met.
        days: who worked on self-paced content of its programme, and on which day.
        met_count: how many people met.
    """
    if not days or not starts:
        return LIVE, "self-paced content of it was not used"
    first, last = min(starts) - AROUND, max(starts) + AROUND
    near = {person for person, day in days if first <= day <= last}
    is_blended = len(near) >= max(FEWEST_USERS, ENOUGH_USE * met_count)
    people = counted(len(near), "person", "people")
    return BLENDED if is_blended else LIVE, (
        f"{people} worked on its self-paced content within a month of them, and "
        "nothing says whether those met: please check"
    )


def _days_of_study(
    programme: Programme, seen: Seen, groups: Groups
) -> set[tuple[int, date]]:
    """Return who worked on self-paced content of a programme on which day."""
    by_role = items_of(programme, groups)
    return {
        (person, day)
        for role in STUDIED
        for item in by_role.get(role, ())
        for person, days in seen.days_of_use.get(item.activity_id, {}).items()
        for day in days
    }


def _users(cohort: Cohort, programme: Programme, seen: Seen, groups: Groups) -> int:
    found = set()
    by_role = items_of(programme, groups)
    for item in (one for role in STUDIED for one in by_role.get(role, ())):
        days = seen.days_of_use.get(item.activity_id, {})
        for person in cohort.people & item.people:
            if any(_is_during(day, cohort) for day in days.get(person, ())):
                found.add(person)
    return len(found)


def _is_during(day: object, cohort: Cohort) -> bool:
    if cohort.starts_at is None:
        return True
    ends = (cohort.ends_at or cohort.starts_at) + AFTER
    return (cohort.starts_at - BEFORE).date() <= day <= ends.date()  # type: ignore[operator]


def usual_mode(modes: list[tuple[str, int]]) -> tuple[str, str]:
    """Return a programme's mode from those of its later groups and their people.

    Args:
        modes: mode and number of people of each group, in order of time.
    """
    modes = [pair for pair in modes if pair[0]]
    modes = modes[len(modes) // 2 :]
    people: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for mode, count in modes:
        people[mode] += count
        groups[mode] += 1
    if not people:
        return "", "Nothing was seen of its groups: please choose"
    mode = max(people, key=lambda m: (people[m], groups[m]))
    if len(people) == 1:
        return mode, "Its later groups are"
    some = f"{groups[mode]} of its {groups.total()} later groups"
    return mode, f"{some}, with most of the people"


def pattern_of(programme: Programme, groups: Groups) -> tuple[str, str]:
    """Return the pattern of a blended programme and why."""
    roles = set(items_of(programme, groups))
    if "community" in roles and "unit" in roles:
        return "micro_community", "Self-paced units, a forum and meetings"
    if "unit" in roles:
        return "self_study_milestones", "Self-paced units with meetings between them"
    if "reference" in roles:
        return "live_core_reference", "Meetings with material to look things up"
    if roles & {"pre_work", "follow_up"}:
        return "prework_live_followup", "Preparation or follow-up around meetings"
    return "", "The parts do not tell: please choose if you know"


def steps_of(programme: Programme, pattern: str, groups: Groups) -> list[Step]:
    """Return the steps of a blended programme, from the parts that it has."""
    roles = set(items_of(programme, groups))
    drafts: list[tuple[str, str, bool, frozenset[str], str]] = []
    if "pre_work" in roles:
        own = frozenset({"pre_work"})
        drafts.append(("Preparation", SELF_PACED, True, own, "It has preparation"))
    if "unit" in roles or "practice" in roles:
        own = frozenset({"unit", "practice"})
        name = "Units" if pattern == "micro_community" else "Self-study"
        drafts.append((name, SELF_PACED, True, own, "It has self-paced units"))
    name = {"self_study_milestones": "Milestones", "micro_community": "Community"}
    is_required = pattern != "micro_community"
    own = frozenset({"live", "recording"})
    live = name.get(pattern, "Session")
    drafts.append((live, LIVE, is_required, own, "Its groups met"))
    if "follow_up" in roles:
        own = frozenset({"follow_up"})
        drafts.append(("Follow-up", SELF_PACED, True, own, "It has a follow-up"))
    return [Step(number, *draft) for number, draft in enumerate(drafts, start=1)]
