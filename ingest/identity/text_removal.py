"""Texts of raw that name a person: certainly, which are withheld, or perhaps."""

from collections.abc import Collection
from dataclasses import dataclass

import duckdb
import polars as pl

from ingest.identity.pseudonyms import ERASED, Pseudonyms
from ingest.identity.traces import Traces
from ingest.identity.withheld_texts import holding
from ingest.parsing.personal_data import Keys, keyed_identifier
from ingest.storage.kept_texts import BATCH_ROWS, texts_of_raw
from ingest.storage.statement_texts import KeyOfText
from ingest.storage.text_columns import STATEMENT_TABLES, text_columns

PLACES_SHOWN = 20
UNCERTAIN = "may name the person by a first name, surname or word alone"


@dataclass(frozen=True)
class NamedTexts:
    """Distinct texts of raw."""

    certain: frozenset[str]
    uncertain: frozenset[str]


def named_texts(connection: duckdb.DuckDBPyConnection, traces: Traces) -> NamedTexts:
    """Return the texts of raw that name the person, certainly or perhaps."""
    if not _has_texts(connection):
        return NamedTexts(frozenset(), frozenset())
    texts = texts_of_raw(connection)
    certain = frozenset(filter(traces.are_in, texts))
    uncertain = frozenset(filter(traces.may_be_in, texts - certain))
    return NamedTexts(certain, uncertain)


def key_of_text(traces: Traces, pseudonyms: Pseudonyms) -> KeyOfText:
    """Return what replaces an id, as landing will once the person is erased."""

    def of_address(address: str) -> str:
        return ERASED if traces.are_in(address) else pseudonyms.key_of_address(address)

    keys = Keys(of_address, pseudonyms.key_of_text)

    def replaced(text: str) -> str:
        shown = keyed_identifier(text, keys)
        return pseudonyms.key_of_text(text) if traces.are_in(shown) else shown

    return replaced


def places_of(
    connection: duckdb.DuckDBPyConnection, texts: Collection[str]
) -> list[str]:
    """Return lines that say where raw holds texts, without quoting them."""
    if not texts:
        return []
    places: list[str] = []
    for table in STATEMENT_TABLES:
        found: list[str] = []
        reader = connection.sql(f"select statement_id, statement from raw.{table}")
        for batch in reader.to_arrow_reader(BATCH_ROWS):
            frame = pl.from_arrow(batch)
            is_held = holding(frame["statement"], texts)
            found += frame["statement_id"].filter(is_held).to_list()
        if found:
            places.append(_line(table, "statement", len(found), min(found)))
    for table, columns in text_columns().items():
        for column in columns:
            count, example = connection.execute(
                f"select count(*), min(load_id) from raw.{table}"
                f" where {column} in (select unnest($texts))",
                {"texts": sorted(texts)},
            ).fetchall()[0]
            if count:
                places.append(_line(table, column, count, f"load {example}"))
    return places


def _line(table: str, column: str, count: int, example: str) -> str:
    rows = "1 row" if count == 1 else f"{count:,} rows, first"
    return (
        f"warehouse.duckdb raw.{table}, column {column}, {rows} {example}: {UNCERTAIN}"
    )


def _has_texts(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.sql(
        "select 1 from duckdb_tables()"
        " where schema_name = 'raw' and table_name = 'kept_texts'"
    )
    return bool(found.fetchall())
