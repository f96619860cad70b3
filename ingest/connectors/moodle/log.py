"""Land a log that was downloaded from Moodle: CSV or a spreadsheet, any language.

Headings and event names are in the language of the person who downloaded it.
Descriptions are always English and hold the ids, so the log is recognised and read by
its descriptions. Its times are in the downloader's zone. IP addresses and texts that
people wrote are not read.
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

from ingest.connectors.local_clock import required_zone
from ingest.connectors.moodle.format.events import OTHER_MODULE, Event, event_of
from ingest.identity.agents import account_agent
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.mapping.tables import (
    SPREADSHEETS,
    TEXTS,
    csv_lines,
    encoding_and_delimiter,
    sheet_lines,
    whole_lines,
)
from ingest.parsing.days import DayClock, day_clock
from ingest.parsing.times import Order, needs_order, order_of
from ingest.xapi.ids import statement_id
from ingest.xapi.terms import activity_types, verbs
from tandem.core.errors import DamagedFile

NAME = "moodle_log"
SOURCE = "moodle"
DESCRIBES = re.compile(r"(?:the )?user with (?:the )?id '-?\d+'", re.IGNORECASE)
# Before the description: time, user, affected user, context, component, event.
COLUMNS_BEFORE = 6
UNREADABLE = (UnicodeError, ValueError, csv.Error, DamagedFile)

Lines = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Entry:
    """A line of a log: printed time, name of the user, context and described event."""

    line: int
    printed: str
    user_name: str
    context: str
    event: Event


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the descriptions, which are English in a log of any language."""
    if not head or path.suffix.lower() not in (*TEXTS, *SPREADSHEETS):
        return None
    try:
        lines = _lines(path, head)
    except UNREADABLE:
        return None
    if _description_column(lines[:200]) is None:
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="log",
        found=(Evidence.OWN_FORM,),
        reason="descriptions of events in Moodle's log",
        needs=("--tz",),
        **encoding_and_delimiter(path, head),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land a statement for each line that names a user.

    Raises:
        DamagedFile: no line describes an event.
        UndecidedFile: the zone, or the order of day and month, is not known.
    """
    lines = _lines(delivery.path, None)
    place = _description_column(lines)
    if place is None:
        raise DamagedFile("it holds no events", delivery.path.name, "export it again")
    entries = list(_entries(lines, place))
    clock = _clock(delivery, [entry.printed for entry in entries])
    log = _StatementLog(delivery, entries)
    for entry in entries:
        try:
            at = clock.utc(entry.printed)
        except ValueError as error:
            message = f"{delivery.path.name} line {entry.line}: {error}"
            writer.reject(entry.line, "moodle.time", "$", message, entry.printed)
            continue
        if at is not None:
            log.add(entry, at)
    writer.documents(log.statements)


def _lines(path: Path, head: bytes | None) -> Lines:
    """Return the rows of a file; for a text only those of its head if given."""
    if path.suffix.lower() in SPREADSHEETS:
        return sheet_lines(path)
    return csv_lines(path.read_bytes() if head is None else whole_lines(head))


def _description_column(lines: Lines) -> int | None:
    """Return the index of the column in which most rows have a description."""
    places = Counter(
        place
        for _line, cells in lines
        for place, cell in enumerate(cells)
        if DESCRIBES.match(cell)
    )
    place, count = places.most_common(1)[0] if places else (0, 0)
    return place if place >= COLUMNS_BEFORE and 3 * count >= len(lines) - 1 else None


def _entries(lines: Lines, place: int) -> Iterator[Entry]:
    for line, cells in lines:
        if len(cells) > place and (event := event_of(cells[place])):
            time, user, affected, context, _component, _name = cells[
                place - COLUMNS_BEFORE : place
            ]
            name = affected if event.is_affected_user else user
            yield Entry(line, time, name.strip("-"), context, event)


def _clock(delivery: Delivery, printed: list[str]) -> DayClock:
    tz = required_zone(delivery)
    order = delivery.options.date_order or _order_by_sequence(printed, tz)
    return day_clock(delivery.path.name, tz, order, printed)


def _order_by_sequence(printed: Sequence[str], tz: ZoneInfo) -> Order | None:
    """Return the only order of day and month in which the times are monotonic."""
    if order_of(printed) or not needs_order(printed):
        return None
    orders: tuple[Order, ...] = ("dmy", "mdy")
    possible = [
        order for order in orders if _is_monotonic(printed, DayClock(tz, order))
    ]
    return possible[0] if len(possible) == 1 else None


def _is_monotonic(printed: Sequence[str], clock: DayClock) -> bool:
    """Return whether the times only rise or only fall."""
    times: list[datetime] = []
    for text in printed:
        try:
            at = clock.utc(text)
        except ValueError:  # in an hour that a clock change repeats or skips
            continue
        times += [at] if at else []
    steps = {later > earlier for earlier, later in pairwise(times) if later != earlier}
    return len(steps) == 1


def _name_in(context: str) -> str:
    """Return the name in a context such as `Quiz: Final test`, in any language."""
    return re.split(r": |：", context, maxsplit=1)[-1].strip()


class _StatementLog:
    """Converts lines to statements; a line has the same id in every log."""

    def __init__(self, delivery: Delivery, entries: list[Entry]) -> None:
        self.source = delivery.source
        self.statements: list[dict[str, Any]] = []
        self._ordinals: Counter[tuple[str, ...]] = Counter()
        courses = {entry.event.course for entry in entries if entry.event.course}
        # Lines of a course's own log often omit the course; a site log names many.
        self._only_course = next(iter(courses)) if len(courses) == 1 else None
        self._names: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        for entry in entries:
            target = entry.event.target or "site"
            if entry.event.kind != OTHER_MODULE:
                self._kinds[target] = entry.event.kind
            if entry.event.names_target and (name := _name_in(entry.context)):
                self._names[target] = name

    def add(self, entry: Entry, at: datetime) -> None:
        """Add one statement; `at` is naive UTC."""
        event = entry.event
        home = f"https://tandem.example/accounts/{self.source}"
        target = event.target or "site"
        timestamp = f"{at.isoformat()}Z"
        key = (event.user, event.verb, target, event.description, timestamp)
        ordinal = self._ordinals[key]
        self._ordinals[key] += 1
        context: dict[str, Any] = {"platform": "Moodle"}
        course = event.course or self._only_course
        if course and target != f"course/{course}":
            grouping = [self._activity(f"course/{course}")]
            context["contextActivities"] = {"grouping": grouping}
        self.statements.append(
            {
                "id": statement_id(self.source, "log", *key, str(ordinal)),
                "actor": account_agent(home, event.user, entry.user_name),
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
