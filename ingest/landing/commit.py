"""One load becomes part of raw: the vault first, then one transaction, loads last.

Whatever the order in which statements arrive, raw ends the same. Under one statement id
the body with the smallest (stored_at nulls last, content_hash) is in force; of
equivalent bodies the one with the smallest text_hash is kept, with the least stored_at.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingest.identity import vault
from ingest.landing import warehouse
from ingest.landing.warehouse import schemas
from tandem.files import Home

ARRIVALS = """
create or replace temp view arrivals as
select
    * exclude (statement_id, line, ordinal),
    coalesce(statement_id, minted_id(content_hash, ordinal)) as statement_id,
    getvariable('load_id') as load_id,
    getvariable('source') as source,
    getvariable('landed_at')::timestamp as landed_at
from (
    select
        *,
        case when statement_id is null then
            row_number() over (
                partition by statement_id, content_hash order by line
            ) - 1
        end as ordinal
    from read_parquet(getvariable('files'))
)
"""
# Window functions read every column of every row: only where some came without an id.
ARRIVALS_WITH_IDS = """
create or replace temp view arrivals as
select
    * exclude (line),
    getvariable('load_id') as load_id,
    getvariable('source') as source,
    getvariable('landed_at')::timestamp as landed_at
from read_parquet(getvariable('files'))
"""
AS_UUID = """
create or replace temp macro as_uuid(hex) as
hex[1:8] || '-' || hex[9:12] || '-5' || hex[14:16] || '-'
|| substr('89ab', 1 + (strpos('0123456789abcdef', hex[17]) - 1) % 4, 1)
|| hex[18:20] || '-' || hex[21:32]
"""
MINTED_ID = """
create or replace temp macro minted_id(content_hash, ordinal) as
as_uuid(sha1(content_hash || '#' || ordinal))
"""
CONTESTED = """
create or replace temp table contested as
select statement_id from arrivals group by statement_id having count(*) > 1
union
select statement_id from arrivals
semi join raw.statements using (statement_id)
"""
KNOWN = """
create or replace temp view known as
select * from raw.statements
union all by name
select * from raw.conflicts
"""
COUNTS = """
with bodies as (
    select
        statement_id,
        content_hash,
        bool_or(is_known) as is_known,
        sum(copies) as copies
    from (
        select statement_id, content_hash, false as is_known, count(*) as copies
        from arrivals semi join contested using (statement_id)
        group by all
        union all
        select statement_id, content_hash, true as is_known, 0 as copies
        from known semi join contested using (statement_id)
    )
    group by all
),
ids as (
    select
        sum(copies)::bigint as arrived,
        count(*) filter (where not is_known) as new_bodies,
        not bool_or(is_known) as is_new_id
    from bodies
    group by statement_id
)
select
    coalesce(sum(is_new_id::bigint), 0)::bigint as landed,
    coalesce(sum(arrived - new_bodies), 0)::bigint as replayed,
    coalesce(sum(new_bodies - is_new_id::bigint), 0)::bigint as conflicting
from ids
"""
UNCONTESTED = """
insert into raw.statements by name
from arrivals anti join contested using (statement_id)
"""
# What is there already, under a text hash and a stored time that are not beaten,
# changes nothing; only the ids of the other copies are decided anew.
OPEN = """
create or replace temp table open_ids as
select distinct arrivals.statement_id
from arrivals semi join contested using (statement_id)
left join known
    on
        arrivals.statement_id = known.statement_id
        and arrivals.content_hash = known.content_hash
where
    known.statement_id is null
    or arrivals.text_hash < known.text_hash
    or coalesce(arrivals.stored_at < known.stored_at, arrivals.stored_at is not null)
"""
DECIDED = """
create or replace temp table decided as
with bodies as (
    from known semi join open_ids using (statement_id)
    union all by name
    from arrivals semi join open_ids using (statement_id)
),
merged as (
    select
        * exclude (copy_rank) replace (
            min(stored_at) over same_content as stored_at,
            case
                when json_extract_string(statement, '$.timestamp') is null
                    then min(stored_at) over same_content
                else occurred_at
            end as occurred_at
        )
    from (
        select
            *,
            row_number() over (
                partition by statement_id, content_hash
                order by text_hash asc, landed_at asc, load_id asc
            ) as copy_rank
        from bodies
    )
    window same_content as (partition by statement_id, content_hash)
    qualify copy_rank = 1
)
select
    *,
    row_number() over (
        partition by statement_id order by stored_at asc nulls last, content_hash asc
    ) as body_rank
from merged
"""
SETTLE = (
    "delete from raw.statements where statement_id in (from open_ids)",
    "delete from raw.conflicts where statement_id in (from open_ids)",
    """
    insert into raw.statements by name
    select * exclude (body_rank) from decided where body_rank = 1
    """,
    """
    insert into raw.conflicts by name
    select * exclude (body_rank) from decided where body_rank > 1
    """,
)
REJECTIONS = """
insert into raw.rejections by name
select getvariable('load_id') as load_id, *
from (
    from read_parquet(getvariable('files'))
    qualify row_number() over (partition by rejection_id order by line) = 1
)
anti join raw.rejections using (rejection_id)
"""
UNDATED = """
select count(*) from raw.statements
where load_id = getvariable('load_id') and occurred_at is null
"""


@dataclass(frozen=True)
class Load:
    """What landing knows of one delivery when its Parquet is complete."""

    load_id: str
    folder: Path
    file_name: str
    header: dict[str, Any]  # columns of raw.loads that are known before the commit
    has_missing_ids: bool


def commit(home: Home, load: Load) -> dict[str, int]:
    """Write a converted load into vault and warehouse; return the row of counts.

    The vault is written first and idempotently: if the process dies between the two,
    the load is not in raw.loads, its folder is swept, and it lands again in full.
    """
    vault.deposit(home, load.folder, load.load_id, load.file_name)
    with warehouse.opened(home) as connection:
        connection.begin()
        try:
            counts = _statements(connection, load)
            counts["row_count"] = _facts(connection, load)
            _rejections(connection, load)
            _register(connection, load, counts)
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    return counts


def _statements(connection: duckdb.DuckDBPyConnection, load: Load) -> dict[str, int]:
    names = ("landed_count", "replayed_count", "conflicting_count", "undated_count")
    if not _point_at(connection, load, "statements"):
        return dict.fromkeys(names, 0)
    for statement in (AS_UUID, MINTED_ID, KNOWN):
        connection.execute(statement)
    connection.execute(ARRIVALS if load.has_missing_ids else ARRIVALS_WITH_IDS)
    connection.execute(CONTESTED)
    landed, replayed, conflicting = connection.sql(COUNTS).fetchall()[0]
    landed += connection.execute(UNCONTESTED).fetchall()[0][0]
    connection.execute(OPEN)
    if connection.table("open_ids").limit(1).fetchall():
        connection.execute(DECIDED)
        for statement in SETTLE:
            connection.execute(statement)
    undated = connection.sql(UNDATED).fetchall()[0][0]
    return dict(zip(names, (landed, replayed, conflicting, undated), strict=True))


def _point_at(connection: duckdb.DuckDBPyConnection, load: Load, part: str) -> bool:
    """Set the variables that the statements above read; False without any file."""
    files = sorted(str(file) for file in (load.folder / part).glob("*.parquet"))
    values = {
        "files": files,
        "load_id": load.load_id,
        "source": load.header["source"],
        "landed_at": load.header["started_at"],
    }
    for name in ("files", "load_id", "source", "landed_at"):
        connection.execute(f"set variable {name} = $value", {"value": values[name]})
    return bool(files)


def _facts(connection: duckdb.DuckDBPyConnection, load: Load) -> int:
    """Add the typed rows that raw does not hold yet; a report read twice adds none."""
    added = 0
    for folder in sorted((load.folder / "rows").glob("*")):
        table = folder.name
        if _point_at(connection, load, f"rows/{table}"):
            added += connection.execute(new_rows(table)).fetchall()[0][0]
    return added


def new_rows(table: str) -> str:
    """Return the SQL that adds rows to raw.<table>, a name of the layout.

    Raises:
        KeyError: the layout has no such table.
    """
    columns = [name for name in schemas()[table].names if name != "load_id"]
    named = ", ".join(columns)
    return f"""
        insert into raw.{table} by name
        select getvariable('load_id') as load_id, *
        from (
            select {named} from read_parquet(getvariable('files'))
            except
            select {named} from raw.{table}
        )
    """


def _rejections(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    if _point_at(connection, load, "rejections"):
        connection.execute(REJECTIONS)


def _register(
    connection: duckdb.DuckDBPyConnection, load: Load, counts: dict[str, int]
) -> None:
    """Write the row that makes the load count, as the last of the transaction."""
    row = load.header | counts | {"load_id": load.load_id}
    row["committed_at"] = datetime.now(UTC).replace(tzinfo=None)
    frame = pa.Table.from_pylist([row], schema=schemas()["loads"])
    connection.register("load_row", frame)
    connection.execute("insert into raw.loads by name from load_row")
    connection.unregister("load_row")
