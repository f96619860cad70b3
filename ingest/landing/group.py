"""Converted deliveries, and groups of them that share one commit."""

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

import duckdb

from ingest.identity.pseudonyms import Pseudonyms
from ingest.landing.commit import Load, commit
from ingest.landing.report import LoadReport
from tandem.core.errors import DamagedFile, TandemError
from tandem.core.files import Home

DELIVERIES_A_GROUP, STATEMENTS_A_GROUP = 200, 50_000
DAMAGES = (OSError, MemoryError, UnicodeError, duckdb.Error)


@dataclass(frozen=True)
class LandingContext:
    """What landing needs: home, open warehouse, secret and tombstones of the vault."""

    home: Home
    warehouse: duckdb.DuckDBPyConnection
    secret: bytes = field(repr=False)
    tombstones: frozenset[str] = frozenset()

    def pseudonyms(self) -> Pseudonyms:
        """Return empty pseudonyms for one load."""
        return Pseudonyms(self.secret, self.tombstones)


@dataclass(frozen=True)
class Converted:
    """A delivery converted to Parquet below landing/, not yet in raw."""

    load: Load
    report: LoadReport

    def discard(self) -> None:
        """Remove its Parquet."""
        shutil.rmtree(self.load.folder, ignore_errors=True)


class Group:
    """Converted deliveries that are committed together.

    A context: deliveries not yet committed when it is left are discarded.
    """

    def __init__(self, context: LandingContext) -> None:
        self._context = context
        self._waiting: list[Converted | LoadReport] = []

    def __enter__(self) -> "Group":
        """Return the empty group."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the folders of deliveries that were not committed."""
        for delivery in self._ready():
            delivery.discard()

    def add(self, delivery: Converted | LoadReport) -> list[LoadReport]:
        """Add a delivery; return the reports if the group is full and was committed."""
        self._waiting.append(delivery)
        ready = self._ready()
        size = sum(delivery.report.read_count for delivery in ready)
        is_full = len(ready) >= DELIVERIES_A_GROUP or size >= STATEMENTS_A_GROUP
        return self.commit_all() if is_full else []

    def commit_all(self) -> list[LoadReport]:
        """Commit the waiting deliveries; return their reports in the order added."""
        ready = self._ready()
        counts = self._committed(ready)
        reports = [
            delivery
            if isinstance(delivery, LoadReport)
            else counts[delivery.load.load_id]
            for delivery in self._waiting
        ]
        for delivery in ready:
            delivery.discard()
        self._waiting = []
        return reports

    def _ready(self) -> list[Converted]:
        return [
            delivery for delivery in self._waiting if isinstance(delivery, Converted)
        ]

    def _committed(self, ready: list[Converted]) -> dict[str, LoadReport]:
        """Commit together; if that fails, one by one, to name the delivery at fault."""
        context = self._context
        if not ready:
            return {}
        try:
            found = commit(
                context.home, context.warehouse, [delivery.load for delivery in ready]
            )
        except DAMAGES as error:
            if len(ready) == 1:
                failed = damaged(ready[0].report.path, error).one_line()
                return {ready[0].load.load_id: replace(ready[0].report, error=failed)}
            alone = [self._committed([delivery]) for delivery in ready]
            return {
                name: report for reports in alone for name, report in reports.items()
            }
        return {
            delivery.load.load_id: replace(delivery.report, **counts)
            for delivery, counts in zip(ready, found, strict=True)
        }


def damaged(path: Path, error: Exception) -> TandemError:
    """Return the error for a delivery that could not be read or written."""
    is_forbidden = isinstance(error, PermissionError)
    reason = getattr(error, "strerror", None) or error or type(error).__name__
    return DamagedFile(
        f"reading stopped ({reason}); nothing of it has landed",
        path.name,
        "allow reading it, then again"
        if is_forbidden
        else "check the file and the free space, then again",
    )
