"""Who and what no export holds: people under restriction, and what is about them."""

import duckdb

from ingest.identity.current_links import CURRENT_LINKS
from ingest.identity.tombstones import VOIDED

# Every account of a person one of whose accounts is under restriction, and the person.
RESTRICTED = f"""
create temp table restricted as
with accounts as (
    select actor_key
    from raw.restrictions
    qualify row_number() over (
        partition by actor_key order by restricted_at desc, is_lifted asc
    ) = 1 and not is_lifted
),

links as (select actor_key, learner_key from ({CURRENT_LINKS})),

learners as (
    select coalesce(links.learner_key, accounts.actor_key) as learner_key
    from accounts left join links using (actor_key)
)

select learner_key as actor_key from learners
union
select actor_key from links semi join learners using (learner_key)
union
select actor_key from accounts
"""
COUNT_RESTRICTED = "select count(*) from restricted"
# By them, about them, or naming them in any other place.
LEFT_OUT = f"""
create temp table left_out as
with about as (
    select statement_id, verb_id, object_id
    from raw.statements
    where list_has_any(
        regexp_extract_all(statement, '"name":"([0-9a-f]{{32}})"', 1),
        (select coalesce(list(actor_key), []) from restricted)
    )
)

select statement_id from about
union
-- Without the statement that voids it, a statement would hold again.
select lower(object_id) from about where verb_id = '{VOIDED}'
"""
NOBODY = "create temp table left_out as select '' as statement_id limit 0"


def find_left_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temp tables `restricted` (actor_key) and `left_out` (statement_id).

    Args:
        connection: to the warehouse; nothing of the file is changed.
    """
    connection.execute(RESTRICTED)
    ((count,),) = connection.sql(COUNT_RESTRICTED).fetchall()
    connection.execute(LEFT_OUT if count else NOBODY)
