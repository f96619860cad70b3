"""The current version of each statement, whatever the order of arrival.

Of the bodies with one statement id, the one with the smallest (stored_at nulls last,
content_hash) is current and the others are conflicts. Of equivalent bodies the one with
the smallest text_hash is kept, with the least stored_at. Arrivals are the Parquet files
of one or more loads: the session variable `files` lists them, and `loads` maps each to
a struct of load_id, source and landed_at. Loads are counted in the order of their ids,
as if each had been committed alone.
"""

import hashlib
from collections.abc import Callable
from functools import partial

import duckdb

from ingest.storage.change_ledger import record_ids, record_loads
from ingest.storage.shortened import SHORT, SHORTENED, WHOLE

MOST_EQUAL = 1_000  # equal statements without id in one file whose ids are found again

# Of the two texts one is null in the Parquet, and follows from the other.
FILES = f"""
create or replace temp view arriving as
select
    * exclude (filename, its_load, statement, short_statement),
    {SHORT},
    {WHOLE},
    its_load.load_id as load_id,
    its_load.source as source,
    its_load.landed_at as landed_at
from (
    select *, getvariable('loads')[filename] as its_load
    from read_parquet(getvariable('files'), filename = true)
)
"""
ARRIVALS = """
create or replace temp view arrivals as
select
    * exclude (statement_id, line, ordinal),
    coalesce(statement_id, minted_id(content_hash, ordinal)) as statement_id
from (
    select
        *,
        case when statement_id is null then
            row_number() over (
                partition by load_id, statement_id, content_hash order by line
            ) - 1
        end as ordinal
    from arriving
)
"""
# The window function reads every column of every row, so it runs only where needed.
ARRIVALS_WITH_IDS = """
create or replace temp view arrivals as
select * exclude (line) from arriving
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
select * exclude (short_statement) from raw.statements
union all by name
select * from raw.conflicts
"""
# A new id counts as landed in the first load that holds it. A further body counts as a
# conflict in the first load that holds it. Every other copy is a replay.
COUNTS = """
with copies as (
    select load_id, statement_id, content_hash, count(*) as copies
    from arrivals semi join contested using (statement_id)
    group by all
),
known_bodies as (
    select distinct statement_id, content_hash
    from known semi join contested using (statement_id)
),
ids as (
    select
        statement_id,
        min(load_id) as load_id,
        count(*) filter (where is_known) = 0 as is_new
    from (
        select load_id, statement_id, false as is_known from copies
        union all
        select null as load_id, statement_id, true as is_known from known_bodies
    )
    group by statement_id
),
counted as (
    select load_id, 0 as landed, copies as arrived, 0 as fresh from copies
    union all
    select min(load_id) as load_id, 0 as landed, 0 as arrived, 1 as fresh
    from copies anti join known_bodies using (statement_id, content_hash)
    group by statement_id, content_hash
    union all
    select load_id, 1 as landed, 0 as arrived, 0 as fresh from ids where is_new
),
contested_counts as (
    select
        load_id,
        sum(landed) as landed,
        sum(arrived) as arrived,
        sum(fresh) as fresh
    from counted
    group by load_id
),
totals as (
    select load_id, count(*) as arrived from arriving group by load_id
)
select
    totals.load_id,
    (totals.arrived - coalesce(c.arrived, 0) + coalesce(c.landed, 0))::bigint as landed,
    (coalesce(c.arrived, 0) - coalesce(c.fresh, 0))::bigint as replayed,
    (coalesce(c.fresh, 0) - coalesce(c.landed, 0))::bigint as conflicting
from totals
left join contested_counts as c on totals.load_id = c.load_id
"""
UNCONTESTED = """
insert into raw.statements by name
select * exclude (statement)
from arrivals anti join contested using (statement_id)
"""
# An arrival that is known already, with no smaller text hash and no earlier stored
# time, changes nothing; only the other ids are decided again.
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
    select columns(lambda c: c <> 'short_statement')
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
MERGE = (
    "delete from raw.statements where statement_id in (from open_ids)",
    "delete from raw.conflicts where statement_id in (from open_ids)",
    f"""
    insert into raw.statements by name
    select * exclude (body_rank, statement), {SHORTENED}
    from decided where body_rank = 1
    """,
    """
    insert into raw.conflicts by name
    select * exclude (body_rank) from decided where body_rank > 1
    """,
)
UNDATED = """
select load_id, count(*) filter (where occurred_at is null) from raw.statements
where load_id between getvariable('first_load') and getvariable('last_load')
group by load_id
order by load_id
"""
# The row of an id that was decided again may be one of an earlier load.
OF_EARLIER_LOADS = """
from decided
where
    body_rank = 1
    and load_id not between getvariable('first_load') and getvariable('last_load')
"""
COUNT_NAMES = ("landed_count", "replayed_count", "conflicting_count", "undated_count")


def upsert(
    connection: duckdb.DuckDBPyConnection, *, has_missing_ids: bool
) -> dict[str, dict[str, int]]:
    """Add the arrivals to raw.statements and raw.conflicts; return counts by load.

    Args:
        connection: to the warehouse, inside `changing` of the change ledger.
        has_missing_ids: some arrivals have no id and get one.
    """
    for statement in (AS_UUID, MINTED_ID, KNOWN, FILES):
        connection.execute(statement)
    connection.execute(ARRIVALS if has_missing_ids else ARRIVALS_WITH_IDS)
    connection.execute(CONTESTED)
    counted = connection.sql(COUNTS).fetchall()
    connection.execute(UNCONTESTED)
    connection.execute(OPEN)
    if connection.table("open_ids").limit(1).fetchall():
        connection.execute(DECIDED)
        for statement in MERGE:
            connection.execute(statement)
        record_ids(connection, OF_EARLIER_LOADS)
    undated = dict(connection.sql(UNDATED).fetchall())
    record_loads(connection, list(undated))
    return {
        load_id: dict(zip(COUNT_NAMES, (*counts, undated.get(load_id, 0)), strict=True))
        for load_id, *counts in counted
    }


def id_of_content(content_hash: str, statement_id: str) -> Callable[[str], str] | None:
    """Return the function that made an id from a content hash, None if none did.

    A statement without id gets one from the hash of its content and its ordinal among
    the equal statements of its file.
    """
    for ordinal in range(MOST_EQUAL):
        if minted_id(content_hash, ordinal) == statement_id:
            return partial(minted_id, ordinal=ordinal)
    return None


def minted_id(content_hash: str, ordinal: int) -> str:
    """Return the id that the SQL macro of the same name makes."""
    text = f"{content_hash}#{ordinal}".encode()
    digits = hashlib.sha1(text, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digits[16], 16) % 4]
    return (
        f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}"
        f"-{variant}{digits[17:20]}-{digits[20:32]}"
    )
