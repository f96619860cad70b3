"""Personal data in the texts of typed facts: ids become keys, other texts are left out.

Distinct texts are examined, not rows: a column of a report repeats few of them.
"""

from collections.abc import Callable, Iterator

import polars as pl

from ingest.parsing.personal_data import Keys, is_clean, keyed_identifier
from ingest.storage.statement_texts import may_name
from ingest.storage.text_columns import WITHHELD, Replacement, text_columns

Replace = Callable[[str], str | None]


def without_personal_data(table: str, frame: pl.DataFrame, keys: Keys) -> pl.DataFrame:
    """Return rows of raw.<table> without addresses, phone numbers and IP addresses."""

    def identifier(text: str) -> str:
        return keyed_identifier(text, keys)

    def other(by: str | None) -> Replace:
        return lambda text: text if is_clean(text) else by

    ways: dict[Replacement, Replace] = {
        "key": identifier,
        "null": other(None),
        "word": other(WITHHELD),
    }
    changed = [
        replaced(frame[column], ways[kind])
        for column, kind in text_columns().get(table, {}).items()
        if column in frame.columns and frame[column].dtype == pl.String
    ]
    return frame.with_columns(changed)


def replaced(column: pl.Series, replace: Replace) -> pl.Series:
    """Return a column in which each distinct text is replaced."""
    made = {text: replace(text) for text in column.unique().drop_nulls()}
    changed = {text: by for text, by in made.items() if by != text}
    if not changed:
        return column
    return column.replace(
        list(changed), pl.Series(list(changed.values()), dtype=pl.String)
    )


def distinct_texts(table: str, frame: pl.DataFrame) -> Iterator[str]:
    """Yield the distinct texts of rows of raw.<table> that could name a person."""
    for column in text_columns().get(table, {}):
        if column in frame.columns and frame[column].dtype == pl.String:
            yield from filter(may_name, frame[column].unique().drop_nulls())
