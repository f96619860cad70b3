"""raw.kept_texts: the distinct texts of raw, in which names are looked for."""

import duckdb
import polars as pl

from ingest.storage.statement_texts import may_name, strings_of
from ingest.storage.text_columns import STATEMENT_TABLES, text_columns

BATCH_ROWS = 10_000


def texts_of_raw(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the texts of raw that could name a person, read from every table."""
    found: set[str] = set()
    documents = [(table, "statement") for table in STATEMENT_TABLES]
    for table, column in [*documents, ("rejections", "payload")]:
        reader = connection.sql(f"select {column} from raw.{table}")
        for batch in reader.to_arrow_reader(BATCH_ROWS):
            found |= set(strings_of(pl.from_arrow(batch)[column].drop_nulls()))
    for table, columns in text_columns().items():
        for column in columns:
            distinct = connection.sql(f"select distinct {column} from raw.{table}")
            found |= {text for (text,) in distinct.fetchall() if text}
    return set(filter(may_name, found))


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty the list after rows were deleted; the next commit makes it again."""
    connection.execute("delete from raw.kept_texts")
    connection.execute("delete from raw.applied_names")
