"""Propose which programme a course of a learning platform is."""

from collections import defaultdict

from ingest.proposals.activities import Activity
from ingest.proposals.alike import MANY_PEOPLE, programme_like
from ingest.proposals.groups import COURSE_KINDS, Groups, Programme
from ingest.proposals.seen import Seen
from ingest.proposals.titles import base_title, words_of

MANY_PARTS = 0.5
FEWEST_PARTS = 2  # that show alone that two courses are one
Titles = set[tuple[str, ...]]


def place_courses(seen: Seen, groups: Groups) -> None:
    """Put each course into the programme of its title, else into a new one."""
    parts: dict[str, Titles] = defaultdict(set)
    for activity in seen.activities.values():
        for around in activity.around:
            if activity.name:
                parts[around].add(words_of(activity.name))
    for course in seen.activities.values():
        if course.kind.casefold() not in COURSE_KINDS or not course.name:
            continue
        match = said_of(course, seen, groups)
        match = match or programme_like(course.name, course.people, groups.programmes)
        match = match or _same_course(course, parts, groups)
        if match is None:
            programme = groups.named(course.name, "")
            match = programme.programme_id, "A course of the learning platform"
        identity, _reason = match
        groups.activity_programme[course.activity_id] = match
        programme = groups.programmes[identity]
        if identity not in {*seen.programmes, *seen.written}:
            _name_after(course, programme)
        if course.name not in programme.names:
            programme.other_names += (course.name,)
        programme.courses.append(course)
        programme.people |= course.people


def said_of(activity: Activity, seen: Seen, groups: Groups) -> tuple[str, str] | None:
    """Return the programme that the organisation gave an activity before."""
    identity = seen.said.get(activity.activity_id, "")
    return (identity, "You said so") if identity in groups.programmes else None


def _same_course(
    course: Activity, parts: dict[str, Titles], groups: Groups
) -> tuple[str, str] | None:
    """Return the programme of the course that another kind of file names.

    A report is named after a course's short name, a log names it in full. What is in it
    has the same titles in both.
    """
    own = parts[course.activity_id]
    for identity, programme in groups.programmes.items():
        for other in programme.courses:
            if not course.connectors.isdisjoint(other.connectors):
                continue
            theirs = parts[other.activity_id]
            shared = len(own & theirs)
            if not shared or shared < MANY_PARTS * min(len(own), len(theirs)):
                continue
            people = len(course.people & other.people)
            fewer = min(len(course.people), len(other.people))
            if shared >= FEWEST_PARTS or people >= MANY_PEOPLE * fewer:
                return identity, f"Its parts have the titles of those of {other.name}"
    return None


def _name_after(course: Activity, programme: Programme) -> None:
    """Name a programme after the title of a course rather than after its short name."""
    is_short = len(words_of(programme.name)) == 1 < len(words_of(course.name))
    if is_short and programme.courses:
        programme.other_names += (programme.name,)
        programme.name = base_title(course.name)
