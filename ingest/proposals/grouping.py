"""Propose what belongs together: courses, groups, meetings and content by programme.

Evidence in this order: what a platform or roster itself says, equal titles, shared
people with similar titles, shared people alone. What has none of it stays open.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta

from ingest.proposals.groups import COURSE_KINDS, Groups, Programme, new_id
from ingest.proposals.seen import Activity, Cohort, Meeting, Seen
from ingest.proposals.titles import base_title, contained, similarity, words_of

ALIKE = 0.8  # titles that share four of five words
RELATED = 0.3  # titles that share a third of their words
MOST_PEOPLE, MANY_PEOPLE = 0.8, 0.5
AROUND_DATES = timedelta(days=14)


def grouped(seen: Seen) -> Groups:
    """Return the proposed groups."""
    groups = Groups(cohorts=dict(seen.cohorts))
    for identity, names in seen.programmes.items():
        name, *others = names or (identity,)
        programme = Programme(identity, name, "", other_names=tuple(others))
        groups.programmes[identity] = programme
    for cohort in seen.cohorts.values():
        if not cohort.programme_id:
            continue
        programme = groups.programmes.setdefault(
            cohort.programme_id,
            Programme(cohort.programme_id, base_title(cohort.name), "Groups of it"),
        )
        programme.cohorts.append(cohort)
        programme.people |= cohort.people
        groups.cohort_reasons[cohort.cohort_id] = "The roster says so"
    _place_courses(seen, groups)
    _place_meetings(seen, groups)
    _place_content(seen, groups)
    for programme in groups.programmes.values():
        programme.reason = _contents(programme, groups)
    return groups


def _place_courses(seen: Seen, groups: Groups) -> None:
    for course in seen.activities.values():
        if course.kind.casefold() not in COURSE_KINDS or not course.name:
            continue
        match = _said(course, seen, groups)
        match = match or _programme_like(course.name, course.people, groups.programmes)
        if match is None:
            identity = new_id(course.name, groups.programmes)
            name = base_title(course.name)
            groups.programmes[identity] = Programme(identity, name, "")
            match = identity, "A course of the learning platform"
        identity, _reason = match
        groups.activity_programme[course.activity_id] = match
        programme = groups.programmes[identity]
        programme.courses.append(course)
        programme.people |= course.people


def _said(activity: Activity, seen: Seen, groups: Groups) -> tuple[str, str] | None:
    """Return the programme that the organisation gave an activity before."""
    identity = seen.said.get(activity.activity_id, "")
    return (identity, "You said so") if identity in groups.programmes else None


def _programme_like(
    title: str, people: Iterable[int], programmes: dict[str, Programme]
) -> tuple[str, str] | None:
    """Return the programme that a title and people point to, and why."""
    own = set(people)
    scored = []
    for identity, programme in programmes.items():
        alike = max(similarity(title, name) for name in programme.names)
        if alike == 0 and not own:
            continue
        share = len(own & programme.people) / len(own) if own else 0.0
        scored.append((alike, share, identity))
    best = max(scored, default=(0.0, 0.0, ""))
    alike, share, identity = best
    if alike == 1:
        return identity, "It has the same title"
    if alike >= ALIKE:
        return identity, "Its title is almost the same"
    if identity and any(contained(n, title) for n in programmes[identity].names):
        return identity, "Its title begins or ends with that of the programme"
    related = max(((s, a, i) for a, s, i in scored if a >= RELATED), default=None)
    if related and related[0] >= MANY_PEOPLE:
        return related[2], f"Similar title, and {_about(related[0])} of its people"
    return None


def _place_meetings(seen: Seen, groups: Groups) -> None:
    groups_of_person: dict[int, list[str]] = defaultdict(list)
    for cohort in seen.cohorts.values():
        for person in cohort.people:
            groups_of_person[person].append(cohort.cohort_id)
    by_words: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for cohort in seen.cohorts.values():
        by_words[words_of(cohort.name)].append(cohort.cohort_id)
    has_roster = bool(seen.cohorts)
    for number, meeting in enumerate(seen.meetings):
        same = by_words.get(words_of(meeting.title), []) if meeting.title else []
        if len(same) == 1:
            groups.meeting_group[number] = same[0], "It has the title of the group"
            continue
        match = _group_with_people(meeting, groups, groups_of_person)
        if match is None and meeting.title:
            match = _new_group(meeting, groups, seen.cohorts, is_open=not has_roster)
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
        here = count / len(meeting.people)
        theirs = count / max(1, len(cohort.people))
        scored.append((alike + here + theirs, alike, here, theirs, cohort_id))
    if not scored:
        return None
    scored.sort(reverse=True)
    _score, alike, here, theirs, cohort_id = scored[0]
    reason = f"{_about(here)} of those who met are in the group, at its time"
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


def _new_group(
    meeting: Meeting, groups: Groups, seen_cohorts: Collection[str], *, is_open: bool
) -> tuple[str, str] | None:
    """Return a new group for a meeting of a known programme; without a roster, of any.

    Args:
        meeting: that no group has.
        groups: that it may be added to.
        seen_cohorts: groups of a roster.
        is_open: whether a title of its own makes a programme, as there is no roster.
    """
    match = _programme_like(meeting.title, meeting.people, groups.programmes)
    if match is None and not is_open:
        return None
    if match is None:
        identity = new_id(meeting.title, groups.programmes)
        groups.programmes[identity] = Programme(
            identity, base_title(meeting.title), "Meetings with this title"
        )
        match = identity, "Meetings with this title"
    identity, reason = match
    if any(c.cohort_id in seen_cohorts for c in groups.programmes[identity].cohorts):
        return None  # a roster lists its groups, and which one met is not clear
    cohort_id = new_id(meeting.title, groups.cohorts)
    cohort = Cohort(
        cohort_id,
        identity,
        meeting.title,
        min(meeting.starts, default=None),
        max(meeting.starts, default=None),
        frozenset(meeting.people),
    )
    groups.cohorts[cohort_id] = cohort
    groups.cohort_reasons[cohort_id] = reason
    groups.programmes[identity].cohorts.append(cohort)
    groups.programmes[identity].people |= meeting.people
    return cohort_id, "A group of its own: no roster lists one for this meeting"


def _place_content(seen: Seen, groups: Groups) -> None:
    by_tail = {cohort.casefold(): cohort for cohort in seen.cohorts}
    for around in {*seen.around, *seen.activities}:
        parts = [part.casefold() for part in around.split("/")]
        if parts[-1] in by_tail and around not in groups.activity_programme:
            groups.activity_cohort[around] = by_tail[parts[-1]]
    for activity in seen.activities.values():
        known = groups.activity_programme.get(activity.activity_id)
        found = known or _said(activity, seen, groups)
        found = found or _programme_around(activity, groups)
        if found is None and activity.name:
            found = _programme_like(activity.name, activity.people, groups.programmes)
        if found is None:
            continue
        groups.activity_programme[activity.activity_id] = found
        if known is None:
            groups.programmes[found[0]].items.append(activity)


def _programme_around(activity: Activity, groups: Groups) -> tuple[str, str] | None:
    named = groups.activity_cohort
    cohorts = [named[one] for one in activity.around if one in named]
    for around in activity.around:
        if around in groups.activity_programme:
            identity = groups.activity_programme[around][0]
            return identity, "The platform says that it is part of this course"
    if cohorts:
        programme = groups.cohorts[cohorts[0]].programme_id
        return programme, "The platform says that a group of it used this"
    address = activity.activity_id
    while "/" in address.removeprefix("https://").removeprefix("http://"):
        address = address.rsplit("/", 1)[0]
        if address in groups.activity_programme:
            return groups.activity_programme[address][0], "Its address is in the course"
        if address in groups.activity_cohort:
            cohort = groups.cohorts[groups.activity_cohort[address]]
            return cohort.programme_id, "Its address is in a group of it"
    return None


def _contents(programme: Programme, groups: Groups) -> str:
    own = {cohort.cohort_id for cohort in programme.cohorts}
    met = sum(group in own for group, _why in groups.meeting_group.values())
    parts = [
        _count(len(programme.courses), "course"),
        _count(len(programme.cohorts), "group"),
        _count(met, "meeting series"),
        _count(len(programme.items), "item of content", "items of content"),
    ]
    words = ", ".join(filter(None, parts)) or "nothing used yet"
    return words[0].upper() + words[1:]


def _count(number: int, one: str, many: str = "") -> str:
    plural = many or (one if one.endswith("s") else f"{one}s")
    return f"{number} {one if number == 1 else plural}" if number else ""


def _about(share: float) -> str:
    return f"about {round(share * 10) * 10} %"
