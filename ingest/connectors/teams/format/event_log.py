"""Connections from the event log of Teams' first attendance lists (2020-21).

A list that was downloaded during the meeting lacks the last leave of everyone who was
still connected: their connection stays without an end.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.report_tables import Rows, is_time
from ingest.connectors.teams.format.phrases import ACTIONS
from ingest.landing.delivery import LoadWriter
from ingest.xapi.profiles.session_length import is_too_long, words_of_length
from tandem.core.errors import UndecidedFile


@dataclass(frozen=True)
class Connection:
    """One connection in UTC; `is_imputed` where the log gives only the latest join."""

    row: list[str]
    joined_at: datetime
    left_at: datetime | None
    is_imputed: bool = False


def action_kinds(log: Rows, file_name: str) -> dict[str, str]:
    """Return the kind of each action: by known phrases, else by its position.

    Everyone's first event is a join, so the only action that is never a person's first
    event is the leave.

    Raises:
        UndecidedFile: the positions do not decide it.
    """
    log = [(line, row) for line, row in log if is_time(row[2])]  # skips a cut last row
    actions = list(dict.fromkeys(row[1].casefold() for _line, row in log))
    known = {a: kind for a in actions if (kind := ACTIONS.field_of(a))}
    if len(known) == len(actions):
        return known
    first_actions: dict[str, str] = {}
    for _line, row in log:
        first_actions.setdefault(row[0], row[1].casefold())
    never_first = [a for a in actions if a not in set(first_actions.values())]
    if len(never_first) > 1 or (not never_first and len(actions) > 1):
        raise UndecidedFile(
            f"its actions ({', '.join(actions)}) do not show which one is leaving",
            file_name,
            "download the list in English, or the attendance report after the meeting",
        )
    by_position = dict.fromkeys(actions, "joined") | dict.fromkeys(never_first, "left")
    return by_position | known


def connections(
    log: Rows, clock: LocalClock, writer: LoadWriter, file_name: str
) -> list[Connection]:
    """Return everyone's connections; rejects events that cannot be paired, by line.

    Raises:
        UndecidedFile: the log does not show which action is the leave.
    """
    kinds = action_kinds(log, file_name)
    by_person: dict[str, list[tuple[datetime, int, list[str]]]] = defaultdict(list)
    for line, row in log:
        try:
            occurred_at = clock.utc(row[2])
            if row[1].casefold() not in kinds:
                raise ValueError(f"{row[1]!r} is neither joining nor leaving")
        except ValueError as error:
            _reject(writer, line, row, str(error))
            continue
        by_person[row[0]].append((occurred_at, line, row))
    paired: list[Connection] = []
    for events in by_person.values():
        events.sort(key=lambda event: event[0])  # stable: ties keep the file's order
        paired += _pair_events(events, kinds, writer)
    return paired


def _pair_events(
    events: list[tuple[datetime, int, list[str]]],
    kinds: dict[str, str],
    writer: LoadWriter,
) -> Iterator[Connection]:
    """Yield connections; a leave closes the oldest open join of the person.

    A person with two devices may have two open joins.
    """
    open_connections: deque[Connection] = deque()
    for occurred_at, line, row in events:
        kind = kinds[row[1].casefold()]
        if kind != "left":
            is_imputed = kind == "joined_before"
            open_connections.append(Connection(row, occurred_at, None, is_imputed))
        elif open_connections and is_too_long(
            open_connections[0].joined_at, occurred_at
        ):
            message = words_of_length(open_connections[0].joined_at, occurred_at)
            _reject(writer, line, row, message)
        elif open_connections:
            joined = open_connections.popleft()
            yield Connection(
                joined.row, joined.joined_at, occurred_at, joined.is_imputed
            )
        else:
            _reject(writer, line, row, "it leaves without having joined")
    yield from open_connections


def _reject(writer: LoadWriter, line: int, row: list[str], message: str) -> None:
    payload = dict(enumerate(row))
    writer.reject(line, "interval.time", "$", f"no interval: {message}", payload)
