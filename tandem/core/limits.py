"""Limits on what is unpacked, read, fetched and queried, from [limits] in tandem.toml.

No delivery and no answer may take the machine down. docs/limits.md gives the reason of
each limit. Sizes are in MB of 1,000,000 bytes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from typing import Any

from tandem.core.errors import LimitExceeded, WrongUse

MB = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What one delivery, answer or query may take.

    Attributes:
        unpacked_mb: unpacked from one delivery, archives in archives included.
        ratio: unpacked size to packed size, above `ratio_from_mb`.
        ratio_from_mb: unpacked size from which the ratio counts.
        members: files in one archive.
        depth: archives within archives.
        seconds: unpacking one delivery, reading one file in a process of its own, or
            receiving one answer.
        reader_mb: memory of the process that reads one spreadsheet or large file.
        parsed_mb: a file, or the text of one, that is held in memory as a whole.
        line_mb: one statement.
        columns: of a table.
        page_mb: one page of an LRS's statements.
        answer_mb: one answer of a vendor's API.
        short_answer_mb: an LRS's about resource, an access token.
        query_seconds: one query of `tandem sql`.
        query_mb: memory of one query of `tandem sql`; more is written to disk.
        query_disk_mb: what such a query may write to disk.
        database_mb: memory of DuckDB in a build or a publish, less where the machine
            has little; more is written to disk.
    """

    unpacked_mb: float = 20_000
    ratio: float = 200
    ratio_from_mb: float = 64
    members: float = 10_000
    depth: float = 3
    seconds: float = 900
    reader_mb: float = 2_000
    parsed_mb: float = 1_000
    line_mb: float = 64
    columns: float = 16_384
    page_mb: float = 256
    answer_mb: float = 64
    short_answer_mb: float = 1
    query_seconds: float = 300
    query_mb: float = 2_000
    query_disk_mb: float = 20_000
    database_mb: float = 3_000

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> "Limits":
        """Return the limits that a table sets, the usual ones for all others.

        Args:
            table: [limits] of tandem.toml.
            where: its place, for messages.

        Raises:
            WrongUse: there is no such limit, or a value is not a number above 0.
        """
        if not isinstance(table, Mapping):
            raise WrongUse("limits is no table", where, "begin it with [limits]")
        known = [field.name for field in fields(cls)]
        if unknown := sorted(set(table) - set(known)):
            words = f"no such limit: {', '.join(unknown)}"
            raise WrongUse(words, where, f"there are {', '.join(known)}")
        for name, value in table.items():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number or not value > 0:
                raise WrongUse(f"{name} is not a number above 0", where, "correct it")
        return cls(**table)

    def size(self, name: str) -> int:
        """Return a limit in bytes."""
        return round(getattr(self, name) * MB)

    def refuse(self, name: str, what: str, where: str = "") -> LimitExceeded:
        """Return the error for what exceeds a limit.

        Args:
            name: of the limit, as in tandem.toml.
            what: what exceeds it, as a clause to which the limit is added.
            where: the delivery, answer or query.
        """
        number = f"{getattr(self, name):,g}"
        return LimitExceeded(
            f"{what} (limit {name} = {number})",
            where,
            f"if that is right, set a larger {name} under [limits] in tandem.toml",
        )


USUAL = Limits()
_current: ContextVar[Limits] = ContextVar("limits", default=USUAL)


def current_limits() -> Limits:
    """Return the limits that the running command applies."""
    return _current.get()


@contextmanager
def applied(limits: Limits) -> Iterator[None]:
    """Apply limits while the block runs."""
    token = _current.set(limits)
    try:
        yield
    finally:
        _current.reset(token)
