"""Where the direction reverses: as it happened against like-for-like, on one axis."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from dashboards import gaps
from dashboards.gaps import Picture
from dashboards.presenters.pairs import PAIRS, in_pair, order_of
from dashboards.presenters.verdicts import LEADS, how_words
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
        category: its slug.
        sentence: what happened, in one or two sentences.
        pair: both modes; the first is the one to the right.
        figures: as it happened, then like-for-like.
        span: the end of the axis that both figures share.
        margin: a smaller difference does not matter.
        why: what is found like-for-like, where the sentence does not say it.
    """

    category: str
    sentence: str
    pair: tuple[str, str]
    figures: tuple[Figure, Figure]
    span: float
    margin: float
    why: str = ""


def reversals(
    compared: pl.DataFrame, labels: Mapping[str, str], kpi: Row
) -> list[Reversal]:
    """Return the reversals of one KPI and window, single categories first.

    Args:
        compared: rows of pub.mode_comparisons.
        labels: words for the categories, `all` among them.
        kpi: its row of the registry.
    """
    rows = sorted(
        _reversed(compared),
        key=lambda row: (
            row["outcome_category"] == "all",
            order_of(row["outcome_category"], labels),
        ),
    )
    return [_reversal(row, labels, kpi) for row in rows]


def main_reversal(
    compared: pl.DataFrame, scope: Mapping[str, str], kpi: Row
) -> Reversal | None:
    """Return the one reversal of the first page, as a lead that is not there.

    That of all categories comes before those of single ones.

    Args:
        compared: rows of pub.mode_comparisons of one KPI and window.
        scope: words for the categories, `all` among them where everything is shown.
        kpi: its row of the registry.
    """
    rows = [row for row in _reversed(compared) if row["outcome_category"] in scope]
    if not rows:
        return None
    row = min(
        rows,
        key=lambda row: (
            row["outcome_category"] != "all",
            abs(row["crude_difference"]),
        ),
    )
    slug = row["outcome_category"]
    ahead = gaps.ahead(row, kpi, "crude_difference")
    behind = row["mode_b"] if ahead == row["mode_a"] else row["mode_a"]
    is_all = slug == "all"
    names = {
        "ahead": mode_style(ahead).label,
        "behind": mode_style(behind).label,
        "where": render("page.glance.reversal.overall") if is_all else scope[slug],
    }
    looks = gaps.amount(row["crude_difference"], kpi["unit"])
    found = gaps.amount(row["adjusted_difference"], kpi["unit"])
    key = "turned" if row["state"] in LEADS else "gone"
    return replace(
        _reversal(row, scope, kpi),
        sentence=render("page.glance.reversal.title", amount=looks, **names),
        why=render(f"page.glance.reversal.{key}", amount=found, **names),
    )


def _reversed(compared: pl.DataFrame) -> list[Row]:
    found = compared.filter(
        pl.col("is_direction_flipped").fill_null(False)
        & pl.col("adjusted_difference").is_not_null()
        & pl.col("crude_difference").is_not_null()
    )
    return [
        row for pair in PAIRS for row in in_pair(found, *pair).iter_rows(named=True)
    ]


def _reversal(row: Row, labels: Mapping[str, str], kpi: Row) -> Reversal:
    slug = row["outcome_category"]
    how = how_words(row)
    how = how[:1].upper() + how[1:]
    happened = gaps.finding(row, kpi, "crude_difference")
    compared = gaps.finding(row, kpi)
    key = {"clear_difference": "clear", "with_care": "looks"}.get(row["state"], "gone")
    first = gaps.ahead(row, kpi, "crude_difference") or ""
    sentence = render(
        f"page.reversal.{key}",
        scope=labels.get(slug, slug),
        happened=happened,
        how=how,
        compared=compared,
        first=mode_style(first).label,
    )
    crude = Picture(gaps.advantage(row["crude_difference"], kpi["direction"]))
    adjusted = gaps.picture(row, kpi)
    likely = gaps.likely(row, kpi)
    numbers = [abs(n) for n in (*crude, *adjusted) if n is not None]
    margin = kpi["margin"] or 0.0
    return Reversal(
        slug,
        sentence,
        (row["mode_a"], row["mode_b"]),
        (
            Figure(render("page.view.as_happened"), happened, first, False, crude),
            Figure(
                how,
                f"{compared} ({likely})" if likely else compared,
                gaps.ahead(row, kpi) or "",
                row["state"] == "clear_difference",
                adjusted,
            ),
        ),
        1.05 * max(*numbers, 2 * margin),
        margin,
    )
