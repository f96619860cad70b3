"""Read one LRS from its cursor on, without missing a statement."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

from ingest.pull.lrs.access import Access
from ingest.pull.lrs.answers import Page, PulledStatement
from ingest.pull.lrs.client import Client
from ingest.pull.lrs.cursor import Cursor, Extent, Probe, Reading, marked
from ingest.pull.lrs.paging import Pages
from tandem.core.counted import counted
from tandem.core.errors import DeliveryError, KeyProblem

LandBatch = Callable[[list[PulledStatement], Cursor], None]
TICK = timedelta(milliseconds=1)
WIDEST_PROBE = timedelta(seconds=1)
PROBE_PAGES = 20
RECENT = 10_000  # ids, by which the end of the list is recognised
BYTES_A_LOAD = 64 << 20
SKEW = timedelta(minutes=2)


@dataclass
class Pull:
    """One pull of one LRS.

    Args:
        client: of the LRS.
        cursor: how far it has been read.
        land_batch: lands statements together with the cursor that they lead to.
    """

    client: Client
    cursor: Cursor
    land_batch: LandBatch
    notes: list[str] = field(default_factory=list)
    _waiting: list[PulledStatement] = field(default_factory=list)
    _extent: Extent = field(default_factory=Extent)
    _recent: deque[str | None] = field(default_factory=lambda: deque(maxlen=RECENT))
    _is_circular: bool = False
    _began: datetime | None = None  # by the clock of the LRS
    _open: Reading | None = None  # where to continue if the next page fails

    @property
    def access(self) -> Access:
        """How the LRS is read."""
        return self.client.access

    def run(self) -> None:
        """Read to the end and move the cursor.

        Raises:
            DeliveryError: the LRS cannot be read to its end; what was read lands, and
                the cursor says how to go on.
            KeyProblem: it refuses the credentials.
        """
        self.client.negotiate()
        try:
            self._run()
        except (DeliveryError, KeyProblem):
            if self._waiting:
                self._land(self._open)
            raise

    def _run(self) -> None:
        pages = self._resumed()
        is_full = False
        if pages is None:
            since = self._since()
            is_full = since is None
            self._extent = Extent(probes=self.cursor.probes if since else ())
            pages = self._query(since)
        self._read(pages)
        if pages.is_loop:
            self._read_behind_loop(pages)
        self._finish()
        if is_full:
            self._note_filter()

    def _resumed(self) -> Pages | None:
        """Return the other pages of an interrupted reading, None if there is none."""
        reading = self.cursor.resumable(_now())
        if reading is None:
            return None
        try:
            page = self.client.next(reading.more)
        except DeliveryError:
            self.notes.append(
                "the reading that was cut short could not go on by its more link; "
                "it begins again"
            )
            return None
        self._extent = Extent(
            reading.ceiling, reading.latest, reading.is_sorted, 0, self.cursor.probes
        )
        return Pages(self.client, page, self.access.most_pages)

    def _since(self) -> datetime | None:
        """Return from which stored time to read, None for everything."""
        if self.cursor.since is None:
            return None
        if self.cursor.is_unstored:
            self.notes.append(
                "it has statements without a stored time, which since would miss: "
                "it is read in full"
            )
            return None
        if self.cursor.is_circular:
            return None
        if not self._filters_stored(self.cursor.probes):
            self.notes.append(
                "it is not proved that its since filters by stored time: "
                "it is read in full"
            )
            return None
        return self.cursor.since - timedelta(minutes=self.access.overlap_minutes)

    def _query(self, since: datetime | None, ascending: str = "true") -> Pages:
        parameters = {"ascending": ascending}
        if since is not None:
            parameters["since"] = _written(since)
        page = self.client.first(**parameters)
        return Pages(self.client, page, self.access.most_pages)

    def _read(self, pages: Pages) -> None:
        for page in pages:
            self._look_at_clock(page)
            promised = (page.answered_at, page.consistent_through, _now())
            self._extent = self._extent.beyond(page.statements, promised)
            self._waiting += page.statements
            self._recent.extend(page.ids)
            if self._is_new(page):
                return  # stored since we began to read: the next pull's
            self._open = self._reading(page.more) if page.more else None
            if page.more and self._is_full():
                self._land(self._open)

    def _is_full(self) -> bool:
        size = sum(len(statement.text) for statement in self._waiting)
        many = self.access.statements_a_load
        return len(self._waiting) >= many or size >= BYTES_A_LOAD

    def _is_new(self, page: Page) -> bool:
        """Return whether all of a page was stored well after the pull began."""
        self._began = self._began or page.answered_at
        if not (page.statements and page.answered_at and self._began):
            return False
        earliest, latest = self._began + SKEW, page.answered_at + TICK * 1_000
        return self._extent.is_sorted and all(
            statement.stored and earliest < statement.stored <= latest
            for statement in page.statements
        )

    def _reading(self, more: str) -> Reading:
        extent = self._extent
        ceiling = extent.ceiling or _now()
        return Reading(more, _now(), ceiling, extent.latest, extent.is_sorted)

    def _land(self, reading: Reading | None, *, is_end: bool = False) -> None:
        extent = self._extent
        cursor = Cursor(
            self.cursor.lrs,
            extent.reached(self.cursor.since) if is_end else self.cursor.since,
            extent.probes,
            reading,
            self.cursor.is_unstored or extent.unstored_count > 0,
            self._is_circular,
        )
        if self._waiting or cursor != self.cursor:
            self.land_batch(self._waiting, cursor)
        self.cursor, self._waiting = cursor, []

    def _finish(self) -> None:
        self._land(None, is_end=True)
        if self._extent.unstored_count:
            some = counted(self._extent.unstored_count, "statement")
            self.notes.append(
                f"{some} came without a stored time; until it gives one, it is read in "
                "full each time"
            )

    def _read_behind_loop(self, pages: Pages) -> None:
        """Read on where `more` links repeat pages, until all statements were read.

        Raises:
            DeliveryError: there are statements that paging does not reach.
        """
        self.notes.append(
            "its more link comes back to a page that was there before; "
            "the statements after it were requested again"
        )
        while (before := self._extent.latest) is not None:
            self._read(self._query(before - TICK))
            if self._extent.latest == before:
                break
        backwards = self._query(None, ascending="false")
        is_same_way = backwards.first.ids == pages.first.ids
        if not is_same_way and self._has_read(backwards.first):
            return  # reading backwards begins with statements that were read
        self._read(backwards)
        if not backwards.is_loop:
            return
        if not (is_same_way and pages.is_repeat):
            self._open = None
            raise DeliveryError(
                "its pages go round in a circle from either end: there may be "
                "statements between that cannot be reached",
                self.access.shown,
                "what was read has landed; set another page_size in tandem.toml's "
                "[lrs.NAME], then again",
            )
        self._is_circular = True
        self.notes.append(
            "whether more pages follow the one that it repeats is unknown; "
            "it is read in full each time"
        )

    def _has_read(self, page: Page) -> bool:
        """Return whether a page's statements were read, unless stored since then."""
        ceiling = self._extent.ceiling or _now()
        return all(
            statement.statement_id in self._recent
            or (statement.stored or ceiling) > ceiling
            for statement in page.statements
        )

    def _filters_stored(self, probes: tuple[Probe, ...]) -> bool:
        """Return whether `since` is proved to filter by stored time.

        The query covers a moment around a statement's stored time that excludes its
        event time. If the statement is not in the answer, it was voided since, or the
        filter is another one.
        """
        return any(self._is_found(probe) for probe in probes)

    def _is_found(self, probe: Probe) -> bool:
        half = min(probe.gap / 2, WIDEST_PROBE)
        since, until = probe.stored - half, probe.stored + half
        try:
            first = self.client.first(
                ascending="true", since=_written(since), until=_written(until)
            )
            pages = Pages(self.client, first, PROBE_PAGES + 1)
            return any(
                statement.statement_id and marked(statement.statement_id) == probe.mark
                for page in islice(pages, PROBE_PAGES)
                for statement in page.statements
            )
        except DeliveryError:  # a refused query proves nothing
            return False

    def _note_filter(self) -> None:
        """Note if the next pull of an LRS must be a full reading again."""
        probes = self.cursor.probes
        if probes and not self._filters_stored(probes):
            self.notes.append(
                "its since filters the time of the event, not stored: what comes late "
                "would be missed, so it is read in full each time"
            )

    def _look_at_clock(self, page: Page) -> None:
        if page.answered_at is None or self._began is not None:
            return
        ahead = page.answered_at - _now()
        if abs(ahead) > SKEW:
            way = "ahead of" if ahead > timedelta() else "behind"
            minutes = round(abs(ahead).total_seconds() / 60)
            self.notes.append(
                f"its clock is {counted(minutes, 'minute')} {way} this machine's"
            )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _written(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds") + "Z"
