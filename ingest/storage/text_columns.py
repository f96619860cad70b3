"""Which places of raw hold text, and what may replace a text there."""

from functools import lru_cache
from typing import Literal

import duckdb

from ingest.storage.extensions import identifier_extensions
from ingest.storage.layout import DDL
from ingest.storage.person_columns import PERSON_COLUMNS

Replacement = Literal["key", "null", "word"]

WITHHELD = "(withheld)"
# Texts that a statement needs to be valid: they become keys, other texts are left out.
_REQUIRED = (
    "id type moreInfo homePage usageType fileUrl objectType contentType sha2 timestamp"
    " stored version registration duration mbox_sha1sum"
)
REQUIRED_TEXTS = frozenset(_REQUIRED.split())

STATEMENT_TABLES = ("statements", "conflicts", "retained_statements")
# Made by Tandem, without a text of the delivery.
_OWN = "load_id rejection_id delivery_id sha256 connector repairs cursor"
OWN = frozenset({*PERSON_COLUMNS, *_OWN.split()})
_OWN_TABLES = (
    "layout kept_texts applied_names derived_links printed_names restrictions"
    " changed_statements last_build corrections"
)
OWN_TABLES = frozenset(_OWN_TABLES.split())
IDENTIFIERS = ("_id", "_key", "source", "variant", "registration")


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


def is_identifier(name: str) -> bool:
    """Return whether a property or extension holds an id, which others refer to."""
    return name in REQUIRED_TEXTS or name in identifier_extensions()
