"""Connections from the event log of Teams' first attendance lists (2020-21).

A list that was downloaded during the meeting lacks the last leave of everyone who was
still there: their connection stays open, it gets no end that nobody knows.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.report_tables import Rows
from ingest.connectors.teams.format.shapes import is_time
from ingest.connectors.teams.format.words import JOINED, JOINED_BEFORE, LEFT
from ingest.landing.delivery import LoadWriter
from tandem.core.errors import UndecidedFile

ACTIONS = dict.fromkeys(JOINED, "joined") | dict.fromkeys(LEFT, "left")
ACTIONS |= dict.fromkeys(JOINED_BEFORE, "joined before")


@dataclass(frozen=True)
class Connection:
    """One stay in UTC; `is_bound` where its join is only known not to be later."""

    row: list[str]
    joined_at: datetime
    left_at: datetime | None
    is_bound: bool = False


def meanings(log: Rows, file_name: str) -> dict[str, str]:
    """Return what each action of a log means: by dictionary, else by its place.

    Everyone's first event is a join, so the one action that is nobody's first is the
    leave.

    Raises:
        UndecidedFile: the places leave it open.
    """
    log = [(line, row) for line, row in log if is_time(row[2])]  # the last may be cut
    used = list(dict.fromkeys(row[1].casefold() for _line, row in log))
    if all(action in ACTIONS for action in used):
        return {action: ACTIONS[action] for action in used}
    firsts: dict[str, str] = {}
    for _line, row in log:
        firsts.setdefault(row[0], row[1].casefold())
    never_first = [action for action in used if action not in set(firsts.values())]
    known = {action: ACTIONS[action] for action in used if action in ACTIONS}
    if len(never_first) > 1 or (not never_first and len(used) > 1):
        raise UndecidedFile(
            f"its actions ({', '.join(used)}) do not show which one is leaving",
            file_name,
            "download the list in English, or the attendance report after the meeting",
        )
    shown = dict.fromkeys(used, "joined") | dict.fromkeys(never_first, "left")
    return shown | known


def connections(
    log: Rows, clock: LocalClock, writer: LoadWriter, file_name: str
) -> list[Connection]:
    """Return the stays of everyone; what cannot be paired is rejected with its line."""
    meaning = meanings(log, file_name)
    by_person: dict[str, list[tuple[datetime, int, list[str]]]] = defaultdict(list)
    for line, row in log:
        try:
            moment = clock.utc(row[2])
            if row[1].casefold() not in meaning:
                raise ValueError(f"{row[1]!r} is neither joining nor leaving")
        except ValueError as error:
            _reject(writer, line, row, str(error))
            continue
        by_person[row[0]].append((moment, line, row))
    found: list[Connection] = []
    for events in by_person.values():
        events.sort(key=lambda event: event[0])  # stable: ties keep the file's order
        found += _paired(events, meaning, writer)
    return found


def _paired(
    events: list[tuple[datetime, int, list[str]]],
    meaning: dict[str, str],
    writer: LoadWriter,
) -> Iterator[Connection]:
    """Close the oldest open join with each leave: devices come and go in order."""
    is_open: deque[Connection] = deque()
    for moment, line, row in events:
        action = meaning[row[1].casefold()]
        if action != "left":
            is_open.append(Connection(row, moment, None, action == "joined before"))
        elif is_open:
            joined = is_open.popleft()
            yield Connection(joined.row, joined.joined_at, moment, joined.is_bound)
        else:
            _reject(writer, line, row, "it leaves without having joined")
    yield from is_open


def _reject(writer: LoadWriter, line: int, row: list[str], message: str) -> None:
    payload = dict(enumerate(row))
    writer.reject(line, "interval.time", "$", f"no interval: {message}", payload)
