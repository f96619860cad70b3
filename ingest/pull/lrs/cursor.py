"""How far an LRS has been read: a cursor in raw.loads, committed with what was read.

`since` moves only when a reading has reached its end. A reading that was interrupted
is `open` and continues by its `more` link, which an LRS keeps for 24 hours (xAPI 2.0,
4.1.6.1); CURSOR_TTL stays an hour below that.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import duckdb
import msgspec

from ingest.pull.lrs.answers import PulledStatement

CURSOR_TTL = timedelta(hours=23)
PROBES = 3
SMALLEST_GAP = timedelta(milliseconds=20)


class Probe(msgspec.Struct, frozen=True):
    """A statement that shows which time an LRS filters by `since`; times are UTC."""

    mark: str  # hash of its id: the cursor outlives an erasure
    stored: datetime
    timestamp: datetime

    @property
    def gap(self) -> timedelta:
        """The time between the event and its storing, as an absolute value."""
        return abs(self.stored - self.timestamp)


class Reading(msgspec.Struct, frozen=True):
    """A reading that has not reached its end."""

    more: str
    more_at: datetime
    ceiling: datetime  # nothing stored after it is visible_until to be visible
    latest: datetime | None = None
    is_sorted: bool = True


class Cursor(msgspec.Struct, frozen=True):
    """How far one LRS has been read."""

    lrs: str
    since: datetime | None = None
    probes: tuple[Probe, ...] = ()
    open: Reading | None = None
    is_unstored: bool = False  # statements came without stored: `since` misses them
    is_circular: bool = False  # its last page repeats, and may not be the last

    def as_json(self) -> str:
        """Return the text for raw.loads.cursor."""
        return msgspec.json.encode(self).decode()

    def resumable(self, now: datetime) -> Reading | None:
        """Return the reading to continue, if its link is younger than CURSOR_TTL."""
        if self.open and now - self.open.more_at < CURSOR_TTL:
            return self.open
        return None


def last_cursor(connection: duckdb.DuckDBPyConnection, lrs: str) -> Cursor:
    """Return what the last committed load of an LRS left, a fresh one if none did."""
    rows = connection.execute(
        "select cursor from raw.loads where connector = 'lrs' and cursor is not null"
        " order by load_id desc"
    ).fetchall()
    for (text,) in rows:
        found = msgspec.json.decode(text, type=Cursor)
        if found.lrs == lrs:
            return found
    return Cursor(lrs)


def marked(statement_id: str) -> str:
    """Return the hash by which a probe recognises its statement."""
    return hashlib.sha256(statement_id.encode()).hexdigest()[:32]


def with_probes(
    kept: Iterable[Probe], statements: Iterable[PulledStatement]
) -> tuple[Probe, ...]:
    """Return the best few probes: those whose two times lie farthest apart."""
    found = {probe.mark: probe for probe in kept}
    least = min((p.gap for p in found.values()), default=SMALLEST_GAP)
    for statement in statements:
        if statement.stored and statement.timestamp and statement.statement_id:
            gap = abs(statement.stored - statement.timestamp)
            if gap >= SMALLEST_GAP and (gap > least or len(found) < PROBES):
                mark = marked(statement.statement_id)
                found[mark] = Probe(mark, statement.stored, statement.timestamp)
    best = sorted(found.values(), key=lambda probe: (-probe.gap, probe.mark))
    return tuple(best[:PROBES])


@dataclass(frozen=True)
class Extent:
    """The times that one reading has covered so far, page by page."""

    ceiling: datetime | None = None
    latest: datetime | None = None
    is_sorted: bool = True
    unstored_count: int = 0
    probes: tuple[Probe, ...] = ()

    def beyond(
        self,
        statements: tuple[PulledStatement, ...],
        visible_until: Iterable[datetime | None],
    ) -> "Extent":
        """Return the extent after another page.

        Args:
            statements: of the page.
            visible_until: times up to which all that is stored is visible: the clock
                of the LRS, its Consistent-Through header, and our own clock; UTC.
        """
        stored = [statement.stored for statement in statements if statement.stored]
        times = [self.latest, *stored] if self.latest else stored
        ceilings = [time for time in (self.ceiling, *visible_until) if time]
        return replace(
            self,
            ceiling=min(ceilings, default=None),
            latest=max(times, default=None),
            is_sorted=self.is_sorted and times == sorted(times),
            unstored_count=self.unstored_count + len(statements) - len(stored),
            probes=with_probes(self.probes, statements),
        )

    def reached(self, before: datetime | None) -> datetime | None:
        """Return the cursor at the end of the reading; it never goes back."""
        if not self.latest:
            return before
        here = min(self.latest, self.ceiling) if self.ceiling else self.latest
        return max(before, here) if before else here
