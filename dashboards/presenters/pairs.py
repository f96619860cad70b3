"""Pairs of delivery modes: differences, refusals with their reasons, and counts."""

from typing import Any

import polars as pl

from dashboards import formats
from dashboards.charts import differences
from dashboards.presenters.verdicts import (
    ORDER,
    next_step,
    pair_words,
    reason,
    verdict_words,
)
from dashboards.theme import mode_style
from tandem.core.wording import render

Row = dict[str, Any]

PAIRS = (("sync", "async"), ("hybrid", "async"), ("sync", "hybrid"))
ESTIMATED = (
    "clear_difference",
    "with_care",
    "too_small_to_matter",
    "no_clear_difference",
)


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
    turned: pl.DataFrame, labels: dict[str, str], unit: str, margin: float | None
) -> pl.DataFrame:
    """Return rows for `charts.differences`: what was estimated, the clearest first."""
    rank = {state: number for number, state in enumerate(ORDER)}
    known = turned.filter(
        pl.col("state").is_in(ESTIMATED) & pl.col("adjusted_difference").is_not_null()
    )
    rows = [
        {
            "label": labels.get(row["outcome_category"], row["outcome_category"]),
            "mode_a": row["mode_a"],
            "mode_b": row["mode_b"],
            "unit": unit,
            "difference": row["adjusted_difference"],
            "crude_difference": row["crude_difference"],
            "ci_low": row["ci_low"],
            "ci_high": row["ci_high"],
            "margin": margin,
            "state": row["state"],
        }
        for row in known.iter_rows(named=True)
    ]
    rows.sort(key=lambda row: (rank[row["state"]], -abs(row["difference"])))
    return pl.DataFrame(rows, schema=differences.SCHEMA)


def matrix(compared: pl.DataFrame, labels: dict[str, str], unit: str) -> pl.DataFrame:
    """Return a row per category and a column per pair of modes: its verdict."""
    columns = [pair for pair in PAIRS if in_pair(compared, *pair).height]
    table: dict[str, dict[str, str]] = {}
    for first, second in columns:
        heading = pair_words(first, second)
        for row in in_pair(compared, first, second).iter_rows(named=True):
            line = table.setdefault(row["outcome_category"], {})
            line[heading] = verdict_words(row, unit)
    for row in compared.filter(pl.col("mode_b").is_null()).iter_rows(named=True):
        words = render(f"page.compare.all.{row['mode_a']}")
        headings = [pair_words(*pair) for pair in columns]
        headings = headings or [render("page.column.verdict")]
        table.setdefault(row["outcome_category"], {headings[0]: words})
    headings = [pair_words(*pair) for pair in columns]
    headings = headings or [render("page.column.verdict")]
    category = render("page.column.category_verdicts")
    return pl.DataFrame(
        [
            {category: labels.get(slug, slug)} | {h: line.get(h, "–") for h in headings}
            for slug, line in sorted(
                table.items(), key=lambda line: _order(line[0], labels)
            )
        ]
    )


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


def _order(slug: str, labels: dict[str, str]) -> int:
    order = list(labels)
    return order.index(slug) if slug in order else len(order)


def refusals(turned: pl.DataFrame, labels: dict[str, str]) -> pl.DataFrame:
    """Return the refused comparisons with their reasons and the next step."""
    refused = turned.filter(~pl.col("state").is_in(ESTIMATED))
    rows = [
        {
            render("page.column.category"): labels.get(
                row["outcome_category"], row["outcome_category"]
            ),
            render("page.column.why_not"): f"{_label(row)}. {reason(row)}",
            render("page.column.next"): next_step(row),
        }
        for row in sorted(
            refused.iter_rows(named=True),
            key=lambda row: _order(row["outcome_category"], labels),
        )
    ]
    return pl.DataFrame(rows)


def _label(row: Row) -> str:
    return render(f"state.{row['state']}.label")


def strength_words(row: Row) -> str:
    """Return the strength of a comparison's evidence; a dash where it was hidden."""
    strength = row["evidence_strength"]
    return render(f"strength.{strength}") if strength else "–"


def groups(turned: pl.DataFrame, labels: dict[str, str]) -> pl.DataFrame:
    """Return the counts behind each comparison, and the overlap of the two groups."""
    rows = []
    for row in turned.iter_rows(named=True):
        line = {
            render("page.column.category"): labels.get(
                row["outcome_category"], row["outcome_category"]
            )
        }
        for side in ("a", "b"):
            line[mode_style(row[f"mode_{side}"]).label] = render(
                "page.groups.side",
                enrolments=formats.count(row[f"learner_count_{side}"]),
                cohorts=formats.count(row[f"cohort_count_{side}"]),
                programmes=formats.count(row[f"programme_count_{side}"]),
            )
        line[render("page.groups.overlap")] = formats.percent(row["overlap_share"])
        line[render("page.groups.left_out")] = formats.count(row["left_out_count"])
        line[render("page.groups.strength")] = strength_words(row)
        rows.append(line)
    return pl.DataFrame(rows)
