"""Propose a programme for groups that a list of people names without one."""

from collections import Counter, defaultdict

from ingest.proposals.alike import MOST_PEOPLE, about, programme_like
from ingest.proposals.groups import Groups, Programme
from ingest.proposals.seen import Cohort, Meeting, Seen
from ingest.proposals.titles import base_words, without_numbers

Found = tuple[Programme, str]


def place_without_programme(groups: Groups, seen: Seen) -> None:
    """Put each group without a programme into one: a known one, else a new one.

    Evidence in this order: the group's own name, titles of its meetings, what almost
    all of its people used, other groups of its name. Otherwise groups of one name
    without their numbers are one programme, so that a person finds and moves them.
    """
    meetings: dict[str, list[Meeting]] = defaultdict(list)
    for number, (cohort_id, _why) in groups.meeting_group.items():
        meetings[cohort_id].append(seen.meetings[number])
    unplaced = [cohort for cohort in groups.cohorts.values() if not cohort.programme_id]
    for cohort in sorted(unplaced, key=lambda c: c.is_course_list):
        if cohort.is_course_list and _is_listed(cohort, groups, seen):
            groups.forget(cohort.cohort_id)
            continue
        found = _by_name(cohort, groups)
        found = found or _by_meetings(meetings[cohort.cohort_id], groups)
        found = found or _by_use(cohort, groups)
        if found:
            groups.place(cohort.cohort_id, *found)
    for cohort in list(groups.cohorts.values()):
        if not cohort.programme_id:
            found = _by_siblings(cohort, groups) or _by_own_words(cohort, groups)
            groups.place(cohort.cohort_id, *found)


def _is_listed(cohort: Cohort, groups: Groups, seen: Seen) -> bool:
    """Return whether a roster lists almost all whom a report of the course lists."""
    found = _by_name(cohort, groups)
    if found is None:
        return False
    programme, _reason = found
    listed = set(seen.written.get(programme.programme_id, ())).union(
        *(one.people for one in programme.cohorts if not one.is_course_list)
    )
    return len(cohort.people & listed) >= MOST_PEOPLE * len(cohort.people)


def _by_name(cohort: Cohort, groups: Groups) -> Found | None:
    match = programme_like(cohort.name, (), groups.programmes)
    return (groups.programmes[match[0]], match[1]) if match else None


def _by_meetings(meetings: list[Meeting], groups: Groups) -> Found | None:
    """Return the programme that most meetings of a group are called after."""
    titled = [meeting for meeting in meetings if meeting.title]
    if not titled:
        return None
    counts = Counter(base_words(meeting.title) for meeting in titled)
    words, _count = counts.most_common(1)[0]
    title = next(m.title for m in titled if base_words(m.title) == words)
    match = programme_like(title, (), groups.programmes)
    if match:
        return groups.programmes[match[0]], "Titles of its meetings name the programme"
    reason = "Its meetings have this title; no file names its programme"
    return groups.named(title, reason), reason


def _by_use(cohort: Cohort, groups: Groups) -> Found | None:
    """Return the only programme that almost all people of a group took part in."""
    shared = [
        (len(cohort.people & programme.people) / len(cohort.people), programme)
        for programme in groups.programmes.values()
        if cohort.people and programme.courses
    ]
    most = [(share, programme) for share, programme in shared if share >= MOST_PEOPLE]
    if len(most) != 1:
        return None
    share, programme = most[0]
    return (
        programme,
        f"{about(share)} of its people took it, and no other course".capitalize(),
    )


def _by_siblings(cohort: Cohort, groups: Groups) -> Found | None:
    """Return the only programme that has groups of the same name without its number."""
    words = _words(cohort.name)
    having = {
        other.programme_id
        for other in groups.cohorts.values()
        if other.programme_id and _words(other.name) == words
    }
    if len(having) != 1:
        return None
    return groups.programmes[having.pop()], "It has other groups of this name"


def _words(name: str) -> str:
    return " ".join(base_words(without_numbers(name)))


def _by_own_words(cohort: Cohort, groups: Groups) -> Found:
    reason = "No file names its programme: groups of this name are put together"
    return groups.named(without_numbers(cohort.name), reason), reason
