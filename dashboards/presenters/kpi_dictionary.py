"""What each KPI means, in words: for the definitions page and for downloads."""

import re
from typing import Any

import polars as pl

from tandem.core.wording import render

Row = dict[str, Any]


def formula(row: Row) -> str:
    """Return what is counted, and out of what, in words.

    Args:
        row: of the registry.
    """
    key = "page.data.formula_of" if row["denominator_words"] else "page.data.formula"
    numerator = row["numerator_words"] or render("page.data.not_written")
    return render(key, numerator=numerator, denominator=row["denominator_words"])


def sentence(row: Row) -> str:
    """Return the question that a KPI answers and its formula."""
    return " ".join(filter(None, (row["question"], formula(row))))


def named_in(
    registry: pl.DataFrame, title: str, rows: pl.DataFrame
) -> list[tuple[str, str]]:
    """Return name and meaning of the KPIs that a table names.

    Args:
        registry: of the KPIs.
        title: of the table.
        rows: the table; its columns and its texts are searched for names of KPIs.
    """
    texts = rows.select(pl.col(pl.String))
    words = {str(word) for column in texts.iter_columns() for word in column.unique()}
    said = "\n".join((title, *rows.columns, *words)).casefold()
    return [
        (row["kpi_name"], sentence(row))
        for row in registry.iter_rows(named=True)
        if row["kpi_name"]
        and re.search(rf"(?<!\w){re.escape(row['kpi_name'].casefold())}(?!\w)", said)
    ]
