"""Rows of verdicts and figures whose numbers are hidden or given less exactly."""

from collections.abc import Iterable, Mapping

import polars as pl

from tandem.core.wording import render

POINTS = 2  # decimals: a finer figure could give a count


def rounded_where(is_shown: pl.Expr, names: Iterable[str]) -> list[pl.Expr]:
    """Return figures to two decimals where they are shown, else null."""
    return [
        pl.when(is_shown).then(pl.col(name).round(POINTS)).alias(name) for name in names
    ]


def counts_where(is_shown: pl.Expr, names: Iterable[str], k: int) -> list[pl.Expr]:
    """Return counts to the nearest k where they are shown, else null.

    Half of k is rounded up. Exact counts, less the exact counts of the cubes, would
    disclose hidden groups.
    """
    return [
        pl.when(is_shown)
        .then((pl.col(name) / k).round(mode="half_away_from_zero") * k)
        .cast(pl.Int64)
        .alias(name)
        for name in names
    ]


def state_where(is_shown: pl.Expr) -> pl.Expr:
    """Return the state of rows, shown or hidden."""
    words = pl.when(is_shown).then(pl.lit("shown")).otherwise(pl.lit("hidden"))
    return words.alias("state")


def replaced_where(
    is_hidden: pl.Expr, values: Mapping[str, str | None]
) -> list[pl.Expr]:
    """Return columns with a value of their own in the rows that are hidden."""
    return [
        pl.when(is_hidden).then(pl.lit(value)).otherwise(name).alias(name)
        for name, value in values.items()
    ]


def hidden_verdict(k: int) -> dict[str, str | None]:
    """Return verdict, wording key and sentence of a row that is hidden."""
    return {
        "verdict": "suppressed",
        "wording_key": "gate.hidden",
        "sentence": render("gate.hidden", k=k),
    }
