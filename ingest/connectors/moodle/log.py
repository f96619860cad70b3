"""Moodle's own log as its pages let one download it: CSV, a spreadsheet, any language.

Headings and names of events are in the language of whoever downloaded it, descriptions
are English everywhere and bear the ids; so a log is recognised and read by them. Its
times are those of the downloader's zone. Who used which address of which network is
not read, nor is what somebody wrote.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ingest.connectors.moodle.format.events import OTHER_MODULE, Event, event_of
from ingest.identity.agents import account_agent
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.mapping.tables import (
    SPREADSHEETS,
    TEXTS,
    csv_lines,
    encoding_and_delimiter,
    sheet_lines,
    whole_lines,
)
from ingest.parsing.days import DayClock, day_clock
from ingest.parsing.times import Order, needs_order, order_of, zone
from ingest.xapi.ids import statement_id
from ingest.xapi.terms import activity_types, verbs
from tandem.core.errors import DamagedFile, UndecidedFile

NAME = "moodle_log"
SOURCE = "moodle"
DESCRIBES = re.compile(r"(?:the )?user with (?:the )?id '-?\d+'", re.IGNORECASE)
# Before a description: time, who, whom it is about, context, component, event.
BEFORE = 6
UNREADABLE = (UnicodeError, ValueError, csv.Error, DamagedFile)

Lines = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Entry:
    """A line of a log: when, who is shown, where it was, what the description says."""

    line: int
    printed: str
    shown: str
    context: str
    event: Event


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise descriptions, which are English in every language."""
    if not head or path.suffix.lower() not in (*TEXTS, *SPREADSHEETS):
        return None
    try:
        lines = _lines(path, head)
    except UNREADABLE:
        return None
    if _described_in(lines[:200]) is None:
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="log",
        confidence=0.9,
        reason="descriptions of events as Moodle's log words them",
        needs=("--tz",),
        **encoding_and_delimiter(path, head),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land a statement for each line of which somebody is the subject.

    Raises:
        UndecidedFile: nothing says the zone, or the order of day and month.
    """
    lines = _lines(delivery.path, None)
    place = _described_in(lines)
    if place is None:
        raise DamagedFile("it holds no events", delivery.path.name, "export it again")
    entries = list(_entries(lines, place))
    clock = _clock(delivery, [entry.printed for entry in entries])
    told = _Teller(delivery, entries)
    for entry in entries:
        try:
            at = clock.utc(entry.printed)
        except ValueError as error:
            message = f"{delivery.path.name} line {entry.line}: {error}"
            writer.reject(entry.line, "moodle.time", "$", message, entry.printed)
            continue
        if at is not None:
            told.tell(entry, at)
    writer.documents(told.said)


def _lines(path: Path, head: bytes | None) -> Lines:
    """Return the rows; of a text only those of its head where that is given."""
    if path.suffix.lower() in SPREADSHEETS:
        return sheet_lines(path)
    return csv_lines(path.read_bytes() if head is None else whole_lines(head))


def _described_in(lines: Lines) -> int | None:
    """Return the column of descriptions: where most rows hold one."""
    places = Counter(
        place
        for _line, cells in lines
        for place, cell in enumerate(cells)
        if DESCRIBES.match(cell)
    )
    place, count = places.most_common(1)[0] if places else (0, 0)
    return place if place >= BEFORE and 3 * count >= len(lines) - 1 else None


def _entries(lines: Lines, place: int) -> Iterator[Entry]:
    for line, cells in lines:
        if len(cells) > place and (event := event_of(cells[place])):
            when, who, whom, context, _component, _name = cells[place - BEFORE : place]
            shown = whom if event.is_of_another else who
            yield Entry(line, when, shown.strip("-"), context, event)


def _clock(delivery: Delivery, printed: list[str]) -> DayClock:
    if not delivery.options.tz:
        raise UndecidedFile(
            "its times carry no time zone",
            delivery.path.name,
            "pass --tz, e.g. --tz Europe/London, or set it for the source in "
            "tandem.toml",
        )
    tz = zone(delivery.options.tz)
    order = delivery.options.date_order or _order_by_sequence(printed, tz)
    return day_clock(delivery.path.name, tz, order, printed)


def _order_by_sequence(printed: Sequence[str], tz: ZoneInfo) -> Order | None:
    """Return the order of day and month in which the log runs one way in time."""
    if order_of(printed) or not needs_order(printed):
        return None
    orders: tuple[Order, ...] = ("dmy", "mdy")
    running = [order for order in orders if _runs_one_way(printed, DayClock(tz, order))]
    return running[0] if len(running) == 1 else None


def _runs_one_way(printed: Sequence[str], clock: DayClock) -> bool:
    times: list[datetime] = []
    for text in printed:
        try:
            at = clock.utc(text)
        except ValueError:  # in the hour that a change of clocks repeats or skips
            continue
        times += [at] if at else []
    steps = {later > earlier for earlier, later in pairwise(times) if later != earlier}
    return len(steps) == 1


def _named(context: str) -> str:
    """Return what a context names: `Quiz: Final test`, the kind in any language."""
    return re.split(r": |：", context, maxsplit=1)[-1].strip()


class _Teller:
    """Turns lines into statements; ids are the same in every log that holds a line."""

    def __init__(self, delivery: Delivery, entries: list[Entry]) -> None:
        self.source = delivery.source
        self.said: list[dict[str, Any]] = []
        self._seen: Counter[tuple[str, ...]] = Counter()
        courses = {entry.event.course for entry in entries if entry.event.course}
        # A log of one course seldom names it; a log of the site names many.
        self._only_course = next(iter(courses)) if len(courses) == 1 else None
        self._names: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        for entry in entries:
            target = entry.event.target or "site"
            if entry.event.kind != OTHER_MODULE:
                self._kinds[target] = entry.event.kind
            if entry.event.names_target and (name := _named(entry.context)):
                self._names[target] = name

    def tell(self, entry: Entry, at: datetime) -> None:
        """Note one statement; `at` is naive UTC."""
        event = entry.event
        home = f"https://tandem.example/accounts/{self.source}"
        target = event.target or "site"
        timestamp = f"{at.isoformat()}Z"
        key = (event.user, event.verb, target, event.words, timestamp)
        ordinal = self._seen[key]
        self._seen[key] += 1
        context: dict[str, Any] = {"platform": "Moodle"}
        course = event.course or self._only_course
        if course and target != f"course/{course}":
            grouping = [self._activity(f"course/{course}")]
            context["contextActivities"] = {"grouping": grouping}
        self.said.append(
            {
                "id": statement_id(self.source, "log", *key, str(ordinal)),
                "actor": account_agent(home, event.user, entry.shown),
                "verb": {"id": verbs()[event.verb]},
                "object": self._activity(target),
                "context": context,
                "timestamp": timestamp,
            }
        )

    def _activity(self, target: str) -> dict[str, Any]:
        kind = "course" if target.startswith("course/") else self._kinds.get(target)
        definition: dict[str, Any] = {"type": activity_types()[kind or OTHER_MODULE]}
        if name := self._names.get(target):
            definition["name"] = {"und": name}
        iri = f"https://tandem.example/activities/{self.source}/{target}"
        return {"objectType": "Activity", "id": iri, "definition": definition}
