"""Leave texts that name a person out of what raw holds already.

A text is replaced as a whole and by the same rule as at landing, so that raw is the
same whether the text or the name came first.
"""

import json
from collections.abc import Callable, Collection
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from ingest.storage.canonical import canonical_text
from ingest.storage.change_ledger import record_ids
from ingest.storage.columns import columns_of
from ingest.storage.shortened import SHORTENED
from ingest.storage.statement_texts import KeyOfText, without_texts
from ingest.storage.text_columns import (
    STATEMENT_TABLES,
    WITHHELD,
    Replacement,
    text_columns,
)
from ingest.storage.warehouse import schemas

Row = dict[str, Any]

# A merge of several bodies decides these; the rest follows from the statement.
NOT_FROM_ONE_BODY = {"statement_id", "stored_at", "occurred_at"}
ONE_ROW_EACH = frozenset({"loads", "rejections"})
BATCH_ROWS = 10_000
INSERTED = dict.fromkeys(STATEMENT_TABLES, "from withheld_rows") | {
    "statements": f"select * exclude (statement), {SHORTENED} from withheld_rows"
}


def withhold(
    connection: duckdb.DuckDBPyConnection, named: Collection[str], key_of: KeyOfText
) -> None:
    """Leave texts out of every table of raw, inside `changing` of the change ledger.

    Args:
        connection: to the warehouse.
        named: whole texts, each of which names somebody.
        key_of: what replaces an id or URL.
    """
    if not named:
        return
    for table in STATEMENT_TABLES:
        _in_statements(connection, table, named, key_of)
    for table in text_columns():
        _in_rows(connection, table, named, key_of)
    connection.execute(
        "delete from raw.kept_texts where text in (select unnest($named))",
        {"named": sorted(named)},
    )


def holding(texts: pl.Series, named: Collection[str]) -> pl.Series:
    """Return which canonical texts of statements hold one of some texts."""
    quoted = [json.dumps(text, ensure_ascii=False) for text in sorted(named)]
    return texts.str.contains_any(quoted)


def changed_row(row: Row, named: Collection[str], key_of: KeyOfText) -> Row:
    """Return a row of raw.statements without some texts; hashes stay as they are."""
    statement = without_texts(json.loads(row["statement"]), named, key_of)
    columns = {
        name: value
        for name, value in columns_of(statement).items()
        if name in row and name not in NOT_FROM_ONE_BODY
    }
    return row | columns | {"statement": canonical_text(statement)}


def replacing(
    kind: Replacement, named: Collection[str], key_of: KeyOfText
) -> Callable[[str], str | None]:
    """Return what becomes of a text in a column of this kind."""
    instead: dict[Replacement, Callable[[str], str | None]] = {
        "key": key_of,
        "null": lambda _text: None,
        "word": lambda _text: WITHHELD,
    }
    return lambda text: instead[kind](text) if text in named else text


def _in_statements(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    named: Collection[str],
    key_of: KeyOfText,
) -> None:
    rows = _rows_holding(connection, table, named)
    of_source = replacing("key", named, key_of)
    for first in range(0, len(rows), BATCH_ROWS):
        some = {"some": rows[first : first + BATCH_ROWS]}
        these = f"from raw.{table} where rowid in (select unnest($some))"
        before = connection.sql(
            f"select columns(lambda c: c <> 'short_statement') {these}", params=some
        ).to_arrow_table()
        connection.execute(f"delete {these}", some)
        after = [
            changed_row(row, named, key_of) | {"source": of_source(row["source"])}
            for row in before.to_pylist()
        ]
        connection.register("withheld_rows", pa.Table.from_pylist(after, before.schema))
        connection.execute(f"insert into raw.{table} by name {INSERTED[table]}")
        if table == "statements":
            record_ids(connection, "from withheld_rows")
        connection.unregister("withheld_rows")


def _rows_holding(
    connection: duckdb.DuckDBPyConnection, table: str, named: Collection[str]
) -> list[int]:
    """Return the row ids of the statements that hold one of some texts."""
    found: list[int] = []
    query = f"select rowid, statement, source from raw.{table}"
    for batch in connection.sql(query).to_arrow_reader(BATCH_ROWS):
        frame = pl.from_arrow(batch)
        is_held = holding(frame["statement"], named)
        is_held |= frame["source"].is_in(sorted(named))
        found += frame["rowid"].filter(is_held).to_list()
    return found


def _in_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    named: Collection[str],
    key_of: KeyOfText,
) -> None:
    is_changed = False
    for column, kind in text_columns()[table].items():
        if table == "rejections" and column == "payload":
            continue
        found = connection.execute(
            f"select distinct {column} from raw.{table}"
            f" where {column} in (select unnest($named))",
            {"named": sorted(named)},
        ).fetchall()
        replace = replacing(kind, named, key_of)
        for (text,) in found:
            connection.execute(
                f"update raw.{table} set {column} = $by where {column} = $text",
                {"by": replace(text), "text": text},
            )
        is_changed |= bool(found)
    if table == "rejections":
        _in_payloads(connection, named)
    if is_changed and table not in ONE_ROW_EACH:
        _drop_repetitions(connection, table)


def _in_payloads(connection: duckdb.DuckDBPyConnection, named: Collection[str]) -> None:
    for text in sorted(named):
        connection.execute(
            "update raw.rejections set payload = null where contains(payload, $text)",
            {"text": json.dumps(text, ensure_ascii=False)},
        )


def _drop_repetitions(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Keep one of rows that differed in the withheld text alone, as landing does."""
    names = schemas()[table].names
    if "load_id" not in names:
        return
    others = ", ".join(name for name in names if name != "load_id")
    connection.execute(
        f"create or replace temp table distinct_rows as"
        f" select min(load_id) as load_id, {others} from raw.{table} group by {others}"
    )
    connection.execute(f"delete from raw.{table}")
    connection.execute(f"insert into raw.{table} by name from distinct_rows")
    connection.execute("drop table distinct_rows")
