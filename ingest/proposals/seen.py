"""What is landed about courses, groups, meetings and activities, read from schema raw.

People are counts and sets of numbers that hold for one reading only; no key leaves it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import duckdb

from ingest.parsing.join_keys import title_key
from ingest.proposals.activities import Activity, with_courses
from ingest.proposals.queries import (
    ATTENDED,
    COHORTS,
    DUE,
    ENROLMENTS,
    FIRST_USES,
    GROUPINGS,
    HELD,
    HOSTS,
    INVITED,
    LEARNERS,
    LEARNING,
    PEOPLE,
    PLANNED,
    PROGRAMMES,
    SAID,
    USES,
    WRITTEN,
)
from tandem.core.files import Home


@dataclass
class Cohort:
    """A group of a roster, or one that is proposed for a meeting series."""

    cohort_id: str
    programme_id: str
    name: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    people: frozenset[int] = frozenset()
    due_at: datetime | None = None
    days_after_hiring: float | None = None
    roster_programme: str = ""  # in which a roster enrols its people
    is_course_list: bool = False  # whether it is whom a report of a course lists


@dataclass
class Meeting:
    """A meeting or series: its keys, times (UTC), people, and who hosts it."""

    keys: set[tuple[str, str]] = field(default_factory=set)
    starts: list[datetime] = field(default_factory=list)
    minutes: float | None = None
    zone: str | None = None
    platform: str = ""
    people: set[int] = field(default_factory=set)
    title: str = ""
    known_as: set[str] = field(default_factory=set)
    hosts: set[int] = field(default_factory=set)


@dataclass
class Seen:
    """Everything that proposals are made from."""

    programmes: dict[str, tuple[str, ...]]  # id -> names, the current one first
    cohorts: dict[str, Cohort]
    activities: dict[str, Activity]
    meetings: list[Meeting]
    around: dict[str, frozenset[str]]  # id of a surrounding activity -> kinds within
    days_of_use: dict[str, dict[int, list[Any]]]  # activity -> person -> days
    said: dict[str, str] = field(default_factory=dict)  # activity -> programme
    # Programmes that a list of people names, and whom it enrols without a group.
    written: dict[str, frozenset[int]] = field(default_factory=dict)
    has_people: bool = True  # whether a roster or list says who people are

    @cached_property
    def known_share(self) -> float:
        """The share of those who meet or are listed whom the platform knows as well."""
        met = [one.people for one in (*self.meetings, *self.cohorts.values())]
        here: set[int] = set().union(*met)
        there: set[int] = set().union(*(one.people for one in self.activities.values()))
        return len(here & there) / len(here) if here else 0.0


def seen(home: Home, titles: dict[str, str]) -> Seen:
    """Read what is landed.

    Args:
        home: whose warehouse is read; nothing else writes meanwhile.
        titles: titles of meetings by their keys, as far as files at hand hold them.
    """
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        connection.execute(LEARNERS)
        connection.execute(LEARNING)
        read = _Reader(connection)
        cohorts = read.cohorts()
        known = titles | _titles_of(cohorts)
        written = {one: frozenset(who or ()) for one, who in read.rows(WRITTEN)}
        return Seen(
            programmes={
                identity: tuple(dict.fromkeys(filter(None, [name, *names])))
                for identity, name, names in read.rows(PROGRAMMES)
            },
            cohorts=cohorts,
            activities=read.activities(),
            meetings=read.meetings(known, _learners(cohorts, written)),
            around={
                around: frozenset(_tail(kind) for kind in kinds if kind)
                for around, kinds in read.rows(GROUPINGS)
            },
            days_of_use=read.days_of_use(),
            said=dict(read.rows(SAID)),
            written=written,
            has_people=bool(read.rows(PEOPLE)),
        )


def _learners(
    cohorts: dict[str, Cohort], written: dict[str, frozenset[int]]
) -> frozenset[int]:
    """Return whom any roster lists as a learner."""
    people = (cohort.people for cohort in cohorts.values())
    return frozenset().union(*people, *written.values())


def _titles_of(cohorts: dict[str, Cohort]) -> dict[str, str]:
    """Return names of groups by the key that a meeting of that title has."""
    return {title_key(c.name): c.name for c in cohorts.values() if c.name}


def _tail(address: str | None) -> str:
    return (address or "").rstrip("/").replace("#", "/").rsplit("/", 1)[-1]


class _Reader:
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def cohorts(self) -> dict[str, Cohort]:
        found = {
            cohort_id: Cohort(cohort_id, programme_id, name or cohort_id, starts, ends)
            for cohort_id, programme_id, name, starts, ends in self.rows(COHORTS)
        }
        for row in self.rows(ENROLMENTS):
            cohort_id, programme_id, people, due_count, due_at, *rest = row
            if not cohort_id:
                continue
            cohort = found.setdefault(
                cohort_id, Cohort(cohort_id, programme_id or "", cohort_id)
            )
            cohort.people = frozenset(people)
            cohort.roster_programme = programme_id or ""
            cohort.due_at = due_at if due_count == 1 else None
            cohort.days_after_hiring, cohort.is_course_list = rest
        for cohort_id, _programme, due_at in self.rows(DUE):
            if cohort_id in found:
                found[cohort_id].due_at = due_at
        return found

    def activities(self) -> dict[str, Activity]:
        found = {}
        for row in self.rows(USES):
            identity, kind, name, verbs, people, around, parents, *rest = row
            first_at, last_at, seconds, due, finishers, is_reported, connectors = rest
            found[identity] = Activity(
                identity,
                _tail(kind),
                name or "",
                frozenset(map(_tail, verbs)),
                frozenset(people),
                tuple(dict.fromkeys([*parents, *around])),
                first_at,
                last_at,
                seconds / 60 if seconds else None,
                tuple(due or ()),
                finishers,
                is_reported,
                frozenset(connectors or ()),
            )
        return with_courses(found)

    def days_of_use(self) -> dict[str, dict[int, list[Any]]]:
        found: dict[str, dict[int, list[Any]]] = {}
        for identity, person, days in self.rows(FIRST_USES):
            found.setdefault(identity, {})[person] = days
        return found

    def meetings(
        self, titles: dict[str, str], learners: frozenset[int]
    ) -> list[Meeting]:
        """Join planned series and reports of meetings by what they share.

        A host is none of those who met, unless a roster lists the host as a learner.
        """
        invited, attended = self._people(INVITED), self._people(ATTENDED)
        hosts = self._people(HOSTS)
        found: list[Meeting] = []
        by_key: dict[tuple[str, str], Meeting] = {}
        for series, number, title, starts, minutes, zone, ids in self.rows(PLANNED):
            keys = _keys(series, number)
            meeting = _merged(found, by_key, keys or _keys(None, None, title))
            _add(meeting, [*keys, *_keys(None, None, title)], starts, minutes)
            meeting.zone = meeting.zone or zone
            meeting.people.update(*(invited.get(one, ()) for one in ids))
            meeting.hosts.update(*(hosts.get(one, ()) for one in ids))
        of_title: dict[tuple[str, str], list[Meeting]] = {}
        for meeting in found:
            for key in meeting.keys:
                of_title.setdefault(key, []).append(meeting)
        for source, number, title, starts, minutes, ids in self.rows(HELD):
            keys = _keys(None, number)
            same_title = of_title.get(("title", title or ""), [])
            if not keys and len(same_title) == 1:
                meeting = same_title[0]
            else:
                meeting = _merged(found, by_key, keys or _keys(None, None, title))
            own = _keys(None, None, title) if len(same_title) < 2 else []
            _add(meeting, [*keys, *own], starts, minutes)
            meeting.platform = meeting.platform or source
            meeting.people.update(*(attended.get(one, ()) for one in ids))
            meeting.hosts.update(*(hosts.get(one, ()) for one in ids))
        _without_shared_titles(found)
        for meeting in found:
            meeting.hosts -= learners
            meeting.people -= meeting.hosts
            named = sorted(titles[k] for k in meeting.known_as if k in titles)
            meeting.title = named[0] if named else ""
        return [meeting for meeting in found if meeting.keys]

    def _people(self, sql: str) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for identity, person in self.rows(sql):
            found.setdefault(identity, set()).add(person)
        return found


def _without_shared_titles(meetings: list[Meeting]) -> None:
    """Take away the key of a title that several meetings have, where others remain."""
    counts = Counter(key for meeting in meetings for key in meeting.keys)
    for meeting in meetings:
        shared = {k for k in meeting.keys if k[0] == "title" and counts[k] > 1}
        meeting.known_as |= {key for _kind, key in meeting.keys}
        if shared < meeting.keys:
            meeting.keys -= shared


def _keys(
    series: str | None, number: str | None, title: str | None = None
) -> list[tuple[str, str]]:
    given: Iterator[tuple[str, str | None]] = iter(
        (("series", series), ("meeting", number), ("title", title))
    )
    return [(kind, key) for kind, key in given if key]


def _merged(
    found: list[Meeting],
    by_key: dict[tuple[str, str], Meeting],
    keys: list[tuple[str, str]],
) -> Meeting:
    meeting = next((by_key[key] for key in keys if key in by_key), None)
    if meeting is None:
        meeting = Meeting()
        found.append(meeting)
    by_key.update(dict.fromkeys(keys, meeting))
    return meeting


def _add(
    meeting: Meeting,
    keys: list[tuple[str, str]],
    starts: list[datetime],
    minutes: float | None,
) -> None:
    meeting.keys.update(keys)
    meeting.starts = sorted({*meeting.starts, *(at for at in starts if at)})
    meeting.minutes = meeting.minutes or minutes
