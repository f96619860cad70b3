"""What is proposed to belong together, and the names that things have in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import chain, count

from ingest.proposals.seen import Activity, Cohort
from ingest.proposals.titles import base_title, base_words, from_address
from ingest.storage.programme_ids import content_id

COURSE_KINDS = frozenset({"course", "programme", "program", "curriculum", "path"})


@dataclass
class Programme:
    """A programme as proposed; `reason` says what was put together."""

    programme_id: str
    name: str
    reason: str
    courses: list[Activity] = field(default_factory=list)
    items: list[Activity] = field(default_factory=list)
    cohorts: list[Cohort] = field(default_factory=list)
    people: set[int] = field(default_factory=set)
    other_names: tuple[str, ...] = ()  # before somebody changed it

    @property
    def names(self) -> tuple[str, ...]:
        """All names that it has or had."""
        return (self.name, *self.other_names)


@dataclass
class Groups:
    """What belongs to what, with reasons; what is missing was left open."""

    programmes: dict[str, Programme] = field(default_factory=dict)
    meeting_group: dict[int, tuple[str, str]] = field(default_factory=dict)
    activity_programme: dict[str, tuple[str, str]] = field(default_factory=dict)
    activity_cohort: dict[str, str] = field(default_factory=dict)
    cohorts: dict[str, Cohort] = field(default_factory=dict)
    cohort_reasons: dict[str, str] = field(default_factory=dict)
    roles: dict[str, tuple[str, str]] = field(default_factory=dict)  # worked out once

    def place(self, cohort_id: str, programme: Programme, reason: str) -> None:
        """Put a group into a programme."""
        cohort = self.cohorts[cohort_id]
        if cohort.programme_id != programme.programme_id:
            cohort = replace(cohort, programme_id=programme.programme_id)
            self.cohorts[cohort_id] = cohort
        programme.cohorts.append(cohort)
        programme.people |= cohort.people
        self.cohort_reasons[cohort_id] = reason

    def forget(self, cohort_id: str) -> None:
        """Leave out a group; what met with it is open again."""
        del self.cohorts[cohort_id]
        self.meeting_group = {
            number: found
            for number, found in self.meeting_group.items()
            if found[0] != cohort_id
        }

    def named(self, title: str, reason: str) -> Programme:
        """Add a programme with the words of a title that are no number or date."""
        identity = new_id(title, self.programmes)
        programme = Programme(identity, base_title(title), reason)
        self.programmes[identity] = programme
        return programme


def group_of_activity(activity: Activity, groups: Groups) -> str | None:
    """Return the only group that an activity's own address belongs to."""
    address = activity.activity_id
    while "/" in address:
        address = address.rsplit("/", 1)[0]
        if address in groups.activity_cohort:
            return groups.activity_cohort[address]
    return None


def activity_id(activity: Activity, groups: Groups) -> str:
    """Return the hidden id of an activity; a course names those of its groups."""
    if activity.kind.casefold() not in COURSE_KINDS:
        return activity.activity_id
    found = groups.activity_programme.get(activity.activity_id)
    own = {
        address: cohort
        for address, cohort in groups.activity_cohort.items()
        if found and groups.cohorts[cohort].programme_id == found[0]
    }
    return content_id(activity.activity_id, own)


def name_of(activity: Activity, groups: Groups) -> str:
    """Return words for an activity: its name, or the end of its address."""
    if activity.name:
        return activity.name
    words = from_address(activity.activity_id)
    found = groups.activity_programme.get(activity.activity_id)
    where = groups.programmes[found[0]].name if found else ""
    name = f"{where}, {words}" if where and words else where or words
    return name or "Without a name"


def new_id(title: str, taken: Iterable[str]) -> str:
    """Return an id made of the words of a title, which nothing else has."""
    words = "-".join(base_words(title))[:40] or "programme"
    slug = re.sub(r"[^\w-]+", "", words)
    used = set(taken)
    options = chain([slug], (f"{slug}-{number}" for number in count(2)))
    return next(name for name in options if name not in used)


def unique_names(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a name for each id; equal names are numbered.

    Args:
        names: pairs of id and name.
    """
    taken: set[str] = set()
    found: dict[str, str] = {}
    for identity, name in names:
        plain = " ".join(name.split()) or "Without a name"
        options = chain([plain], (f"{plain} ({number})" for number in count(2)))
        chosen = next(o for o in options if o.casefold() not in taken)
        taken.add(chosen.casefold())
        found[identity] = chosen
    return found
