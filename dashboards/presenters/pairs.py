"""Pairs of delivery modes: their comparisons turned one way, and their differences."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboards.charts import differences
from dashboards.presenters.verdicts import ESTIMATED, ORDER
from tandem.core.wording import render

Row = dict[str, Any]

PAIRS = (("sync", "async"), ("hybrid", "async"), ("sync", "hybrid"))


def in_pair(compared: pl.DataFrame, first: str, second: str) -> pl.DataFrame:
    """Return the comparisons of two modes, turned so that `first` is mode_a."""
    same = (pl.col("mode_a") == first) & (pl.col("mode_b") == second)
    turned = (pl.col("mode_a") == second) & (pl.col("mode_b") == first)
    swap = {
        f"{name}_{side}": f"{name}_{other}"
        for name in ("mode", "learner_count", "cohort_count", "programme_count")
        for side, other in (("a", "b"), ("b", "a"))
    }
    back = compared.filter(turned).with_columns(
        *[pl.col(old).alias(new) for old, new in swap.items()],
        -pl.col("crude_difference"),
        -pl.col("adjusted_difference"),
        (-pl.col("ci_high")).alias("ci_low"),
        (-pl.col("ci_low")).alias("ci_high"),
    )
    return pl.concat([compared.filter(same), back])


def pairs_in_use(compared: pl.DataFrame) -> list[tuple[str, str]]:
    """Return the pairs of modes that were compared, most estimates first."""
    found = [
        (pair, in_pair(compared, *pair))
        for pair in PAIRS
        if in_pair(compared, *pair).height
    ]
    found.sort(key=lambda found_pair: -found_pair[1]["state"].is_in(ESTIMATED).sum())
    return [pair for pair, _ in found]


def difference_rows(
    turned: pl.DataFrame, labels: dict[str, str], kpi: Row
) -> pl.DataFrame:
    """Return rows for `charts.differences`: the categories in which was estimated.

    The clearest come first; all categories together are not among them.
    """
    rank = {state: number for number, state in enumerate(ORDER)}
    known = turned.filter(
        pl.col("state").is_in(ESTIMATED)
        & pl.col("adjusted_difference").is_not_null()
        & (pl.col("outcome_category") != "all")
    )
    rows = [
        {
            "label": labels.get(row["outcome_category"], row["outcome_category"]),
            "mode_a": row["mode_a"],
            "mode_b": row["mode_b"],
            "unit": kpi["unit"],
            "direction": kpi["direction"],
            "difference": row["adjusted_difference"],
            "crude_difference": row["crude_difference"],
            "ci_low": row["ci_low"],
            "ci_high": row["ci_high"],
            "margin": kpi["margin"],
            "state": row["state"],
        }
        for row in known.iter_rows(named=True)
    ]
    rows.sort(key=lambda row: (rank[row["state"]], -abs(row["difference"])))
    return pl.DataFrame(rows, schema=differences.SCHEMA)


def adjusted_words(turned: pl.DataFrame) -> str:
    """Return what the adjusted differences are called: like-for-like only if they are.

    Args:
        turned: the comparisons of one pair of modes.
    """
    known = turned["held_equal"].fill_null("") != ""
    return render("page.view.like_for_like" if known.any() else "page.view.programmes")


def adjusted_note(turned: pl.DataFrame) -> str:
    """Return what is held equal in the adjusted differences, in a sentence."""
    known = turned["held_equal"].fill_null("") != ""
    name = "like_for_like_note" if known.any() else "programmes_note"
    return render(f"page.view.{name}")


def order_of(slug: str, labels: Mapping[str, str]) -> int:
    """Return the position of a category; unknown ones come last."""
    order = list(labels)
    return order.index(slug) if slug in order else len(order)
