"""Where the direction reverses: as it happened against like-for-like, on one axis."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import gaps
from dashboards.presenters.mode_matrix import Picture
from dashboards.presenters.pairs import PAIRS, in_pair, order_of
from dashboards.presenters.verdicts import how_words
from dashboards.theme import mode_style
from tandem.core.wording import render

Row = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """One of the two figures: how it was made, what it says, and its picture."""

    name: str
    words: str
    mode: str
    is_clear: bool
    picture: Picture


@dataclass(frozen=True)
class Reversal:
    """A comparison whose direction changes once like is compared with like.

    Attributes:
        sentence: what happened, in one or two sentences.
        pair: both modes; the first is the one to the right.
        figures: as it happened, then like-for-like.
        span: the end of the axis that both figures share.
        margin: a smaller difference does not matter.
    """

    sentence: str
    pair: tuple[str, str]
    figures: tuple[Figure, Figure]
    span: float
    margin: float


def reversals(
    compared: pl.DataFrame, labels: Mapping[str, str], kpi: Row
) -> list[Reversal]:
    """Return the reversals of one KPI and window, single categories first.

    Args:
        compared: rows of pub.mode_comparisons.
        labels: words for the categories, `all` among them.
        kpi: its row of the registry.
    """
    flipped = compared.filter(
        pl.col("is_direction_flipped").fill_null(False)
        & pl.col("adjusted_difference").is_not_null()
        & pl.col("crude_difference").is_not_null()
    )
    rows = [
        row for pair in PAIRS for row in in_pair(flipped, *pair).iter_rows(named=True)
    ]
    rows.sort(
        key=lambda row: (
            row["outcome_category"] == "all",
            order_of(row["outcome_category"], labels),
        )
    )
    return [_reversal(row, labels, kpi) for row in rows]


def _reversal(row: Row, labels: Mapping[str, str], kpi: Row) -> Reversal:
    slug = row["outcome_category"]
    how = how_words(row)
    happened = gaps.finding(row, kpi, "crude_difference")
    compared = gaps.finding(row, kpi)
    is_clear = row["state"] == "clear_difference"
    key = {"clear_difference": "clear", "with_care": "looks"}.get(row["state"], "gone")
    first = gaps.ahead(row, kpi, "crude_difference") or ""
    sentence = render(
        f"page.reversal.{key}",
        scope=labels.get(slug, slug),
        happened=happened,
        how=how[:1].upper() + how[1:],
        compared=compared,
        first=mode_style(first).label,
    )
    limits = gaps.ends(row, kpi)
    crude = gaps.advantage(row["crude_difference"], kpi["direction"]) or 0.0
    value = gaps.advantage(row["adjusted_difference"], kpi["direction"]) or 0.0
    low, high = limits if limits else (None, None)
    numbers = [abs(n) for n in (crude, value, low, high) if n is not None]
    margin = kpi["margin"] or 0.0
    return Reversal(
        sentence,
        (row["mode_a"], row["mode_b"]),
        (
            Figure(
                render("page.view.as_happened"),
                happened,
                first,
                False,
                Picture(crude, None, None),
            ),
            Figure(
                how[:1].upper() + how[1:],
                f"{compared} ({gaps.likely(row, kpi)})" if limits else compared,
                gaps.ahead(row, kpi) or "",
                is_clear,
                Picture(value, low, high),
            ),
        ),
        1.05 * max(*numbers, 2 * margin),
        margin,
    )
