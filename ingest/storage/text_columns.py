"""Which columns of the typed raw tables hold text, and what may replace such a text."""

from functools import lru_cache
from typing import Literal

import duckdb

from ingest.storage.person_columns import PERSON_COLUMNS
from ingest.storage.warehouse import DDL

Replacement = Literal["key", "null", "word"]

STATEMENT_TABLES = ("statements", "conflicts", "retained_statements")
# Made by Tandem, without a text of the delivery.
OWN = frozenset({*PERSON_COLUMNS, "load_id", "rejection_id", "delivery_id", "sha256"})
OWN_TABLES = frozenset({"layout", "kept_texts", "applied_names"})
IDENTIFIERS = ("_id", "_key", "source")


@lru_cache(maxsize=1)
def text_columns() -> dict[str, dict[str, Replacement]]:
    """Return the text columns by typed table, and what replaces a text in each.

    `key`: other rows refer to the value, so that equal values stay equal.
    `null`: the value is left out. `word`: one fixed word, where it may not be null.
    """
    with duckdb.connect() as connection:
        connection.execute(DDL)
        found = connection.sql("""
            select table_name, column_name, is_nullable
            from information_schema.columns
            where table_schema = 'raw' and data_type = 'VARCHAR'
            order by table_name, ordinal_position
        """).fetchall()
    columns: dict[str, dict[str, Replacement]] = {}
    for table, column, is_nullable in found:
        if table in {*STATEMENT_TABLES, *OWN_TABLES} or column in OWN:
            continue
        kind: Replacement = "null" if is_nullable == "YES" else "word"
        is_identifier = column.endswith(IDENTIFIERS)
        columns.setdefault(table, {})[column] = "key" if is_identifier else kind
    return columns
