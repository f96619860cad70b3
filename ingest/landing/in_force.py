"""Which body of a statement is in force, whatever the order of arrival.

Under one statement id the body with the smallest (stored_at nulls last, content_hash)
is in force, the others are conflicts; of equivalent bodies the one with the smallest
text_hash is kept, with the least stored_at. Arrivals are Parquet files that the session
variable `files` names; load_id, source and landed_at are variables too.
"""

import hashlib
from collections.abc import Callable
from functools import partial

import duckdb

MOST_EQUAL = 1_000  # equal statements without ids in one file that erasure looks for

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
UNDATED = """
select count(*) from raw.statements
where load_id = getvariable('load_id') and occurred_at is null
"""
COUNT_NAMES = ("landed_count", "replayed_count", "conflicting_count", "undated_count")


def take_in(
    connection: duckdb.DuckDBPyConnection, *, has_missing_ids: bool
) -> dict[str, int]:
    """Add the arrivals to raw.statements and raw.conflicts; return the counts.

    Args:
        connection: to the warehouse, inside a transaction.
        has_missing_ids: some arrivals have no id yet and get one.
    """
    for statement in (AS_UUID, MINTED_ID, KNOWN):
        connection.execute(statement)
    connection.execute(ARRIVALS if has_missing_ids else ARRIVALS_WITH_IDS)
    connection.execute(CONTESTED)
    landed, replayed, conflicting = connection.sql(COUNTS).fetchall()[0]
    landed += connection.execute(UNCONTESTED).fetchall()[0][0]
    connection.execute(OPEN)
    if connection.table("open_ids").limit(1).fetchall():
        connection.execute(DECIDED)
        for statement in SETTLE:
            connection.execute(statement)
    undated = connection.sql(UNDATED).fetchall()[0][0]
    counts = (landed, replayed, conflicting, undated)
    return dict(zip(COUNT_NAMES, counts, strict=True))


def minted(content_hash: str, statement_id: str) -> Callable[[str], str] | None:
    """Return how an id was made of a content hash, None if it was not.

    The id of a statement that came without one is made of its content's hash and the
    ordinal among equal ones of its file.
    """
    for ordinal in range(MOST_EQUAL):
        if minted_id(content_hash, ordinal) == statement_id:
            return partial(minted_id, ordinal=ordinal)
    return None


def minted_id(content_hash: str, ordinal: int) -> str:
    """Return the id that the macro of the same name mints."""
    text = f"{content_hash}#{ordinal}".encode()
    digits = hashlib.sha1(text, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digits[16], 16) % 4]
    return (
        f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}"
        f"-{variant}{digits[17:20]}-{digits[20:32]}"
    )
