"""Propose which group meets: by the group's title, its people, or its programme."""

from collections import Counter, defaultdict
from datetime import timedelta

from ingest.proposals.alike import (
    MANY_PEOPLE,
    MOST_PEOPLE,
    RELATED,
    about,
    programme_like,
)
from ingest.proposals.groups import Groups, new_id
from ingest.proposals.seen import Cohort, Meeting, Seen
from ingest.proposals.titles import similarity, words_of

AROUND_DATES = timedelta(days=14)
OF_PROGRAMME = "Its title names the programme {name}"


def place_by_people(seen: Seen, groups: Groups) -> None:
    """Give meetings to the group of their title, or to the one whose people met."""
    groups_of_person: dict[int, list[str]] = defaultdict(list)
    for cohort in seen.cohorts.values():
        for person in cohort.people:
            groups_of_person[person].append(cohort.cohort_id)
    by_words: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for cohort in seen.cohorts.values():
        by_words[words_of(cohort.name)].append(cohort.cohort_id)
    for number, meeting in enumerate(seen.meetings):
        same = by_words.get(words_of(meeting.title), []) if meeting.title else []
        if len(same) == 1:
            groups.meeting_group[number] = same[0], "It has the title of the group"
            continue
        match = _group_with_people(meeting, groups, groups_of_person)
        if match:
            groups.meeting_group[number] = match


def place_by_title(seen: Seen, groups: Groups) -> None:
    """Give the other meetings to a group of the programme that their title names."""
    listed = {c for c, one in seen.cohorts.items() if not one.is_course_list}
    for number, meeting in enumerate(seen.meetings):
        if number in groups.meeting_group or not meeting.title:
            continue
        match = _of_programme(meeting, groups, listed)
        if match is None:
            match = _new_group(meeting, groups, listed, is_open=not listed)
        if match:
            groups.meeting_group[number] = match


def _group_with_people(
    meeting: Meeting, groups: Groups, groups_of_person: dict[int, list[str]]
) -> tuple[str, str] | None:
    """Return the group whose people meet, where the title or the dates agree."""
    if not meeting.people:
        return None
    shared = Counter(
        cohort for person in meeting.people for cohort in groups_of_person[person]
    )
    scored = []
    for cohort_id, count in shared.items():
        cohort = groups.cohorts[cohort_id]
        if not _meets_during(meeting, cohort):
            continue
        # A list of people may name a group and no programme.
        programme = groups.programmes.get(cohort.programme_id)
        names = cohort.name, *(programme.names if programme else ())
        alike = max(similarity(meeting.title, name) for name in names)
        if cohort.is_course_list and alike < RELATED:
            continue  # people of a course meet for much else
        here = count / len(meeting.people)
        theirs = count / max(1, len(cohort.people))
        scored.append((alike + here + theirs, alike, here, theirs, cohort_id))
    if not scored:
        return None
    scored.sort(reverse=True)
    if len(scored) > 1 and scored[0][:-1] == scored[1][:-1]:
        return None
    _score, alike, here, theirs, cohort_id = scored[0]
    reason = (
        f"{about(here)} of those who met are in the group, at its time".capitalize()
    )
    if alike >= RELATED and max(here, theirs) >= MANY_PEOPLE:
        return cohort_id, f"{reason}; the titles are alike"
    is_only = len(scored) == 1 or scored[1][2] < here / 2
    if here >= MOST_PEOPLE and theirs >= MANY_PEOPLE and is_only:
        return cohort_id, f"{reason}, and of no other group"
    return None


def _meets_during(meeting: Meeting, cohort: Cohort) -> bool:
    if not meeting.starts or not cohort.starts_at:
        return True
    ends = cohort.ends_at or max(meeting.starts)
    middle = meeting.starts[len(meeting.starts) // 2]
    return cohort.starts_at - AROUND_DATES <= middle <= ends + AROUND_DATES * 6


def _of_programme(
    meeting: Meeting, groups: Groups, listed: set[str]
) -> tuple[str, str] | None:
    """Return the group of a roster that met, where a title names its programme.

    Where the programme has several groups at that time, the people decide. Where they
    do not, no group is named, and the reason says so.
    """
    match = programme_like(meeting.title, (), groups.programmes)
    if match is None:
        return None
    programme = groups.programmes[match[0]]
    named = OF_PROGRAMME.format(name=programme.name)
    own = [c for c in programme.cohorts if c.cohort_id in listed]
    fitting = [c for c in own if _meets_during(meeting, c)]
    if not fitting:
        return None
    shares = sorted(
        ((len(c.people & meeting.people), c.cohort_id) for c in fitting), reverse=True
    )
    most, cohort_id = shares[0]
    others = {p for c in groups.cohorts.values() if c not in fitting for p in c.people}
    if len(fitting) == 1 and (most or not others & meeting.people):
        return cohort_id, f"{named}, and this is its only group at that time"
    if len(fitting) > 1 and most > 2 * shares[1][0]:
        return cohort_id, f"{named}, and most of those who met are in this group"
    return "", f"{named}; which of its groups met is not clear: please choose"


def _new_group(
    meeting: Meeting, groups: Groups, listed: set[str], *, is_open: bool
) -> tuple[str, str] | None:
    """Return a new group for a meeting of a known programme; without a roster, of any.

    Args:
        meeting: that no group has.
        groups: that it may be added to.
        listed: groups of a roster.
        is_open: whether a title of its own makes a programme, as there is no roster.
    """
    match = programme_like(meeting.title, meeting.people, groups.programmes)
    if match is None and not is_open:
        return None
    if match is None:
        programme = groups.named(meeting.title, "Meetings with this title")
        reason = programme.reason
    else:
        programme, reason = groups.programmes[match[0]], match[1]
    if any(c.cohort_id in listed for c in programme.cohorts):
        return None  # a roster lists its groups, and which one met is not clear
    cohort_id = new_id(meeting.title, groups.cohorts)
    groups.cohorts[cohort_id] = Cohort(
        cohort_id,
        programme.programme_id,
        meeting.title,
        min(meeting.starts, default=None),
        max(meeting.starts, default=None),
        frozenset(meeting.people),
    )
    groups.place(cohort_id, programme, reason)
    return cohort_id, "A group of its own: no roster lists one for this meeting"
