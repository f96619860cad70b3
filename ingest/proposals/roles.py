"""Propose the part that each activity plays in its programme."""

from collections.abc import Iterable

from ingest.proposals.groups import (
    COURSE_KINDS,
    Groups,
    Programme,
    group_of_activity,
    name_of,
)
from ingest.proposals.seen import Activity
from ingest.proposals.titles import words_of
from ingest.proposals.words import best_of

# Kinds that follow from use of other things and need no row of their own.
BY_PRODUCTS = frozenset(
    {
        "agent",
        "badge",
        "certificate",
        "cmi.interaction",
        "group",
        "leaderboard",
        "person",
        "profile",
        "prompt",
        "question",
        "reply",
        "search-engine",
        "session",
        "tag",
    }
)
TESTS = frozenset({"assessment", "test", "quiz", "exam", "checklist", "performance"})
FILES = frozenset({"file", "document", "link", "page", "url", "book", "glossary"})
FORUMS = frozenset({"forum-topic", "forum", "discussion", "community", "blog", "wiki"})
FEWEST_PEOPLE = 3  # a nameless thing that fewer people used gets no row
# What is worked through; a test, a recording or a reference alone is no self-study.
STUDIED = frozenset({"unit", "pre_work", "follow_up", "practice"})
KIND_WORDS = {
    "forum-topic": "forum",
    "au": "unit",
    "lesson": "lesson",
    "assessment": "test",
}


def is_shown(activity: Activity) -> bool:
    """Return whether an activity gets a row: what follows from others does not."""
    kind = activity.kind.casefold()
    if kind in BY_PRODUCTS or (kind in FORUMS and not activity.name):
        return False
    return bool(activity.name) or len(activity.people) >= FEWEST_PEOPLE


def role_of(activity: Activity, groups: Groups) -> tuple[str, str]:
    """Return the role of an activity and why."""
    known = groups.roles.get(activity.activity_id)
    if known is None:
        known = groups.roles[activity.activity_id] = _role(activity, groups)
    return known


def items_of(programme: Programme, groups: Groups) -> dict[str, list[Activity]]:
    """Return the items of a programme that get a row, by role."""
    found: dict[str, list[Activity]] = {}
    for item in filter(is_shown, programme.items):
        found.setdefault(role_of(item, groups)[0], []).append(item)
    return found


def _role(activity: Activity, groups: Groups) -> tuple[str, str]:
    kind = activity.kind.casefold()
    if kind in COURSE_KINDS:
        return "programme", "It is a course"
    about = _own_words(activity, groups)
    words = best_of("role", about)
    said = f"Its title says: {', '.join(words[2])}" if words else ""
    named = words[0] if words else ""
    if kind in TESTS:
        if named == "final_assessment":
            return named, said
        return "assessment", said or "It is a test; which one decides is not said"
    if kind in FORUMS:
        return "community", "It is a forum"
    if named in ("final_assessment", "assessment") and not _is_graded(activity):
        named, said = "unit", "It is content, and no result was reported"
    if named:
        return named, said
    if kind in FILES:
        return "reference", "It is a file or page to open"
    return "unit", f"It is a {KIND_WORDS.get(kind, kind or 'part')} of its course"


def _is_graded(activity: Activity) -> bool:
    return bool(activity.verbs & {"passed", "failed", "scored", "answered"})


def _own_words(activity: Activity, groups: Groups) -> str:
    """Return the words of an activity's title that are not those of its programme."""
    found = groups.activity_programme.get(activity.activity_id)
    name = groups.programmes[found[0]].name if found else ""
    known = set(words_of(name))
    own = [word for word in words_of(name_of(activity, groups)) if word not in known]
    return " ".join(own)


def cohort_of(activity: Activity, role: str, groups: Groups) -> tuple[str, str]:
    """Return the only group that an activity is for, and why; empty where all are."""
    own = group_of_activity(activity, groups)
    if own:
        return own, "Its address is in this group"
    if role != "recording" or activity.activity_id not in groups.activity_programme:
        return "", ""
    identity = groups.activity_programme[activity.activity_id][0]
    shares = _shares(activity.people, groups, identity)
    if shares and shares[0][0] >= 0.8 and (len(shares) < 2 or shares[1][0] <= 0.2):
        return shares[0][1], "Most of those who watched are in it"
    return "", ""


def _shares(
    people: Iterable[int], groups: Groups, programme: str
) -> list[tuple[float, str]]:
    own = set(people)
    return sorted(
        (
            (len(own & cohort.people) / max(1, len(own)), cohort.cohort_id)
            for cohort in groups.programmes[programme].cohorts
        ),
        reverse=True,
    )
