"""What `tandem status` reports about: sources, refusals, bindings, what is published.

Everything is read from the warehouse, the published file and the vault's list of files
that did not land, whose names are the only place that may name people.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb

from tandem.cli.nobody_enrolled import nobody_enrolled
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home, read_status, unusable_database
from tandem.core.query_access import queried_file
from tandem.core.seeds import seed_rows

if TYPE_CHECKING:
    from ingest.landing.unread_files import UnreadFile

SOURCES = """
select
    source, min(connector) as connector, max(committed_at) as landed_at,
    max(report_end_at) as reported_to
from raw.loads group by source order by source
"""
BUILT = """
select source, watermark_at, coalesce(is_ended, false) as is_ended, actor_count,
    matched_count, unbound_count, statement_count
from marts.dim_sources
"""
# What to check in a delivery that landed has no line and concerns all of it.
REFUSED = """
select l.source, r.code, min(r.message) as rule, count(*) as row_count,
    r.line is null and coalesce(r.json_path, '$') = '$' as is_finding
from raw.rejections as r inner join raw.loads as l on r.load_id = l.load_id
where {current}
group by all order by is_finding, row_count desc, l.source, r.code
"""
CURRENT = "l.superseded_by is null"
# Refusals of earlier readings: of files that landed again, or of an earlier version of
# their mapping.
SUPERSEDED = """
select l.source, sum(l.rejected_count)::bigint as row_count,
    sum(l.rejected_count) filter (where not exists (
        from raw.loads as later
        where later.sha256 = l.sha256 and later.load_id > l.load_id
    ))::bigint as not_landed_again
from raw.loads as l
where l.superseded_by is not null and l.rejected_count > 0
group by l.source order by l.source
"""
SUPERSEDING = """
from duckdb_columns() where schema_name = 'raw' and table_name = 'loads'
    and column_name = 'superseded_by'
"""
SESSIONS = """
select count(*), count(*) filter (where cohort_id is null) from marts.dim_sessions
"""
PUBLISHED = "select as_of, published_at, organisation_name, is_sample from pub.snapshot"


@dataclass
class Source:
    """One source: times are UTC without a zone, counts are null where not built yet."""

    name: str
    connector: str
    landed_at: datetime
    newest_at: datetime | None
    is_ended: bool = False
    people: tuple[int, int] | None = None  # accounts, and those of known people
    unbound: tuple[int, int] | None = None  # statements, and those of no programme

    def lag_days(self, now: datetime) -> int | None:
        """Return whole days since the newest record, None where none has a date."""
        return None if self.newest_at is None else (now - self.newest_at).days

    def is_late(self, days: int, now: datetime) -> bool:
        """Return whether it is late, by the rule of pages and notices."""
        if self.newest_at is None or self.is_ended:
            return False
        return self.newest_at < now - timedelta(days=days)

    def deletions(self) -> Iterator[tuple[dict[str, str], date]]:
        """Yield the vendor's reports, and the day from which newer data are lost."""
        if self.newest_at is None or self.is_ended:
            return
        for row in seed_rows("vendor_retention"):
            days = int(row["retention_days"] or 0)
            if row["vendor"] == self.connector and days > 0:
                yield row, self.newest_at.date() + timedelta(days=days)


@dataclass
class Standing:
    """How a home stands.

    Attributes:
        sources: by name.
        refused: source, code, rule, number of rows, whether they landed all the same.
        superseded: source, number of rows that only earlier readings refused, and those
            of them whose files did not land again.
        sessions: live sessions, and those of no cohort; None where not built.
        unread: files of which nothing landed; their names may name people.
        nobody: why nobody is enrolled and what to do, "" where somebody is.
        published: as_of, published_at, organisation and is_sample; None before.
        in_use: why the warehouse could not be read now; "" where it could.
    """

    sources: list[Source] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    superseded: list[dict[str, Any]] = field(default_factory=list)
    sessions: tuple[int, int] | None = None
    unread: "list[UnreadFile]" = field(default_factory=list)
    nobody: str = ""
    published: dict[str, Any] | None = None
    in_use: str = ""

    @property
    def is_sample(self) -> bool:
        """Whether the published organisation is invented."""
        return bool(self.published and self.published["is_sample"])


def standing_of(home: Home) -> Standing:
    """Return how a home stands; what cannot be read now is left out and said."""
    from ingest.landing.unread_files import unread_files

    found = Standing()
    if home.warehouse.exists():
        try:
            with duckdb.connect(str(home.warehouse), read_only=True) as connection:
                _read(connection, found, read_status(home).get("identity", {}))
                found.nobody = nobody_enrolled(connection)
                found.unread = unread_files(home, connection)
        except duckdb.Error as error:
            known = unusable_database(home.warehouse, error)
            found.in_use = known.what if known else "it cannot be read now"
    found.published = _published(home)
    return found


def _read(
    connection: duckdb.DuckDBPyConnection, found: Standing, resolved: dict[str, Any]
) -> None:
    tables = {
        f"{schema}.{name}"
        for schema, name in connection.sql(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
    }
    if "raw.loads" not in tables:
        return
    built = (
        {row["source"]: row for row in _rows(connection, BUILT)}
        if "marts.dim_sources" in tables
        else {}
    )
    for row in _rows(connection, SOURCES):
        of_build = built.get(row["source"], {})
        found.sources.append(
            Source(
                row["source"],
                row["connector"],
                row["landed_at"],
                of_build.get("watermark_at") or row["reported_to"],
                of_build.get("is_ended", False),
                _pair(of_build, "actor_count", "matched_count")
                or _resolved(resolved, row["source"]),
                _pair(of_build, "statement_count", "unbound_count"),
            )
        )
    # A home of an earlier version has no such column before its next landing.
    has_superseded = bool(connection.sql(SUPERSEDING).fetchall())
    current = CURRENT if has_superseded else "true"
    found.refused = _rows(connection, REFUSED.format(current=current))
    if has_superseded:
        found.superseded = _rows(connection, SUPERSEDED)
    if "marts.dim_sessions" in tables:
        found.sessions = connection.sql(SESSIONS).fetchall()[0]


def _pair(row: dict[str, Any], whole: str, part: str) -> tuple[int, int] | None:
    return (row[whole], row[part] or 0) if row.get(whole) else None


def _resolved(counters: dict[str, Any], source: str) -> tuple[int, int] | None:
    """Return accounts and known ones as landing left them, before any build."""
    count = counters.get("accounts", {}).get(source)
    return (count, counters.get("matched", {}).get(source, 0)) if count else None


def _published(home: Home) -> dict[str, Any] | None:
    """Return what the published file says of itself, None where there is none."""
    try:
        file = queried_file(home, with_persons=False)
        with duckdb.connect(str(file), read_only=True) as connection:
            (row,) = _rows(connection, PUBLISHED)
    except (WarehouseProblem, ValueError, OSError, duckdb.Error):
        return None
    return row


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = connection.sql(query)
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def utc_now() -> datetime:
    """Return now, UTC without a zone, as the warehouse writes times."""
    return datetime.now(UTC).replace(tzinfo=None)
