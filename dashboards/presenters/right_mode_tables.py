"""The matrix and the list of Right mode? as tables of words, for their downloads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from dashboards.presenters.right_mode import FitRow, people, reason, status
from dashboards.theme import mode_style
from tandem.core.wording import render

Row = dict[str, Any]


def matrix_table(found: Sequence[FitRow], heads: Sequence[str]) -> pl.DataFrame:
    """Return the matrix as a table of words for the download.

    Args:
        found: its rows.
        heads: of its columns: the category, each mode, and what the data say.
    """
    rows = [
        (
            row.label,
            *(f"{cell.words} ({programmes_words(cell.count)})" for cell in row.cells),
            " ".join(filter(None, (row.data_say, row.flag))),
        )
        for row in found
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def programmes_words(count: int) -> str:
    """Return how many programmes a field of the matrix has, e.g. `2 programmes`."""
    name = {0: "none", 1: "one"}.get(count, "many")
    return render(f"page.right.programmes.{name}", count=count)


def list_table(
    programmes: Iterable[Row],
    labels: Mapping[str, str],
    reviewed: Callable[[str], str],
    heads: Sequence[str],
) -> pl.DataFrame:
    """Return a list of programmes as a table of words for the download.

    Args:
        programmes: rows of queries.right_mode.programmes.
        labels: category -> words.
        reviewed: programme -> what the newest review of its mode decided, or empty.
        heads: of its columns.
    """
    rows = [
        (
            row["programme_name"] or row["programme_id"],
            labels.get(row["outcome_category"], render("page.right.no_category")),
            mode_style(row["delivery_mode"] or "unknown").label,
            people(row),
            " ".join(
                filter(
                    None,
                    (
                        f"{render(f'page.right.status.{status(row)}')}.",
                        reason(row),
                        reviewed(row["programme_id"]),
                    ),
                )
            ),
        )
        for row in programmes
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")
