"""Remove a person from the warehouse: delete their rows, replace keys in others."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from ingest.identity.people import Person
from ingest.identity.pseudonyms import ERASED
from ingest.identity.secret import content_key
from ingest.identity.tombstones import VOIDED
from ingest.identity.withheld_texts import withhold
from ingest.storage.canonical import canonical_text, keyed_hash, text_hash
from ingest.storage.change_ledger import changing, record_all
from ingest.storage.columns import columns_of
from ingest.storage.current_version import DECIDED, KNOWN, MERGE, id_of_content
from ingest.storage.kept_texts import forget
from ingest.storage.person_columns import KEPT_WITHOUT_PERSON, PERSON_COLUMNS
from ingest.storage.shortened import SHORTENED
from ingest.storage.statement_texts import KeyOfText
from ingest.storage.text_columns import text_columns
from ingest.storage.warehouse import schemas
from ingest.xapi.validation import canonical

Row = dict[str, Any]
STATEMENT_TABLES = ("statements", "conflicts", "retained_statements")
NOT_FROM_ONE_BODY = {"statement_id", "stored_at", "occurred_at"}
BATCH_ROWS = 10_000
REWRITTEN = dict.fromkeys(STATEMENT_TABLES, "from rewritten") | {
    "statements": f"select * exclude (statement), {SHORTENED} from rewritten"
}

BY_OR_ABOUT = f"""
(
    (list_contains($keys, actor_key) and verb_id <> '{VOIDED}')
    or (object_kind in ('agent', 'group') and list_contains($keys, object_id))
)
"""
MENTIONED = f"not coalesce({BY_OR_ABOUT}, false) and regexp_matches(statement, $any)"

# Ids whose current version is gone or has another hash: they are decided again.
OPEN = """
create or replace temp table open_ids as
select distinct statement_id from touched
semi join raw.conflicts using (statement_id)
"""
NO_ARRIVALS = """
create or replace temp view arrivals as select * from known limit 0
"""
DERIVED = """
select schema_name from duckdb_schemas()
where
    database_name = current_database() and not internal
    and schema_name not in ('raw', 'main')
"""


@dataclass(frozen=True)
class Target:
    """The person to remove, and the secret that hashes are keyed with."""

    person: Person
    secret: bytes

    @property
    def parameters(self) -> Row:
        """Parameters of the conditions above."""
        keys = sorted(self.person.keys)
        return {"keys": keys, "any": "|".join(keys)}


def counted(connection: duckdb.DuckDBPyConnection, target: Target) -> dict[str, int]:
    """Return the number of rows in raw about a person, by table; changes nothing.

    `raw.statements mentioning` are statements of others: only the key is replaced.
    """
    there = _tables(connection)
    counts: dict[str, int] = {}
    for table in [name for name in STATEMENT_TABLES if name in there]:
        counts[f"raw.{table}"] = _count(connection, table, BY_OR_ABOUT, target)
        mentions = _count(connection, table, MENTIONED, target)
        counts[f"raw.{table} mentioning"] = mentions
    for table in there:
        if columns := person_columns(table):
            counts[f"raw.{table}"] = _count(connection, table, _any(columns), target)
    return {name: count for name, count in counts.items() if count}


def remove(
    connection: duckdb.DuckDBPyConnection,
    target: Target,
    rejections: list[str],
    texts: Collection[str],
    key_of_text: KeyOfText,
) -> None:
    """Remove a person from raw, and drop all that was derived from raw.

    The next build makes all schemas but raw again. This opens a transaction of its own.

    Args:
        connection: to the warehouse.
        target: the person.
        rejections: ids of rejected payloads that name the person.
        texts: texts of raw that name the person, to be withheld.
        key_of_text: what replaces such a text where it is an id.
    """
    with changing(connection):
        connection.execute("create temp table touched (statement_id varchar)")
        for table in STATEMENT_TABLES:
            _remove_statements(connection, table, target)
        _choose_current_versions(connection)
        for table in sorted(schemas()):
            if columns := person_columns(table):
                _remove_rows(connection, table, columns, target)
        connection.execute(
            "delete from raw.rejections where list_contains($ids, rejection_id)",
            {"ids": rejections},
        )
        _replace_keys(connection, target)
        keys = re.compile(target.parameters["any"])
        withhold(connection, {keys.sub(ERASED, text) for text in texts}, key_of_text)
        forget(connection)
        for (schema,) in connection.sql(DERIVED).fetchall():
            connection.execute(f'drop schema "{schema}" cascade')
        connection.execute("drop table touched")
        record_all(connection)


def person_columns(table: str) -> list[str]:
    """Return the columns of a typed raw table that hold the person of a row."""
    if table in STATEMENT_TABLES:
        return []
    return [name for name in PERSON_COLUMNS if name in schemas()[table].names]


def _any(columns: list[str]) -> str:
    tests = " or ".join(f"list_contains($keys, {column})" for column in columns)
    return f"coalesce({tests}, false)"


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.sql(
        "select table_name from duckdb_tables() where schema_name = 'raw' order by 1"
    ).fetchall()
    return [table for (table,) in found if table in schemas()]


def _used(condition: str, target: Target) -> Row:
    return {n: v for n, v in target.parameters.items() if f"${n}" in condition}


def _count(
    connection: duckdb.DuckDBPyConnection, table: str, condition: str, target: Target
) -> int:
    query = f"select count(*) from raw.{table} where {condition}"
    return connection.execute(query, _used(condition, target)).fetchall()[0][0]


def _remove_statements(
    connection: duckdb.DuckDBPyConnection, table: str, target: Target
) -> None:
    """Delete statements by or about the person, rewrite those that mention them."""
    for condition in (BY_OR_ABOUT, MENTIONED):
        connection.execute(
            f"insert into touched select statement_id from raw.{table}"
            f" where {condition}",
            _used(condition, target),
        )
    connection.execute(
        f"delete from raw.{table} where {BY_OR_ABOUT}", _used(BY_OR_ABOUT, target)
    )
    connection.execute(
        "create or replace temp table mentioning as"
        f" select *, row_number() over () as place from raw.{table}"
        f" where {MENTIONED}",
        target.parameters,
    )
    connection.execute(f"delete from raw.{table} where {MENTIONED}", target.parameters)
    count = connection.table("mentioning").count("*").fetchall()[0][0]
    for first in range(1, count + 1, BATCH_ROWS):
        some = connection.sql(
            "select columns(lambda c: c not in ('place', 'short_statement'))"
            " from mentioning"
            " where place >= $first and place < $first + $some",
            params={"first": first, "some": BATCH_ROWS},
        ).to_arrow_table()
        rows = [rewritten(row, target) for row in some.to_pylist()]
        connection.register("rewritten", pa.Table.from_pylist(rows, some.schema))
        connection.execute(f"insert into raw.{table} by name {REWRITTEN[table]}")
        connection.execute("insert into touched select statement_id from rewritten")
        connection.unregister("rewritten")
    connection.execute("drop table mentioning")


def rewritten(row: Row, target: Target) -> Row:
    """Return a row of raw.statements with ERASED for the person's keys.

    The content hash is the one that landing would compute now. Where the collection
    policy withheld part of what was hashed, it cannot be recomputed and stays.
    """
    secret = content_key(target.secret)
    before = json.loads(row["statement"])
    is_whole = content_hash_of(before, secret) == row["content_hash"]
    text = re.sub(target.parameters["any"], ERASED, row["statement"])
    statement = json.loads(text)
    columns = {
        name: value
        for name, value in columns_of(statement).items()
        if name in row and name not in NOT_FROM_ONE_BODY
    }
    text = canonical_text(statement)
    content_hash = (
        content_hash_of(statement, secret) if is_whole else row["content_hash"]
    )
    changed = {"content_hash": content_hash, "text_hash": text_hash(text, secret)}
    if "id" not in statement:
        id_for = id_of_content(row["content_hash"], row["statement_id"])
        if id_for is not None:
            changed["statement_id"] = id_for(content_hash)
    return row | columns | changed | {"statement": text}


def content_hash_of(statement: Row, key: bytes) -> str:
    """Return the content hash of a pseudonymous statement, as landing makes it."""
    return keyed_hash(canonical_text(canonical(statement)), key)


def _choose_current_versions(connection: duckdb.DuckDBPyConnection) -> None:
    """Choose the current version again where the one that was current is gone."""
    connection.execute(OPEN)
    connection.execute(KNOWN)
    connection.execute(NO_ARRIVALS)
    connection.execute(DECIDED)
    for statement in MERGE:
        connection.execute(statement)


def _remove_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: list[str],
    target: Target,
) -> None:
    condition = _any(columns)
    parameters = _used(condition, target)
    if table in KEPT_WITHOUT_PERSON:
        query = f"update raw.{table} set actor_key = '{ERASED}' where {condition}"
        connection.execute(query, parameters)
    else:
        connection.execute(f"delete from raw.{table} where {condition}", parameters)


def _replace_keys(connection: duckdb.DuckDBPyConnection, target: Target) -> None:
    """Replace the person's keys in ids that held an address when they landed."""
    for table, columns in text_columns().items():
        for column in columns:
            connection.execute(
                f"update raw.{table}"
                f" set {column} = regexp_replace({column}, $any, $by, 'g')"
                f" where regexp_matches({column}, $any)",
                {"any": target.parameters["any"], "by": ERASED},
            )
