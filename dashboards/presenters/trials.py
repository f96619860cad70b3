"""Pilots, and made-up assignments of modes: how far a comparison can be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import polars as pl

from dashboards import formats, gaps
from dashboards.presenters import states
from dashboards.presenters.verdicts import pair_words
from tandem.core.wording import render

Row = dict[str, Any]

CHANCE = 2  # standard deviations of a count by chance that pass for chance


@dataclass(frozen=True)
class Trial:
    """A pilot: what it asks, where it stands, and what it found or will find."""

    title: str
    status: str
    words: str


def trials(
    pilots: pl.DataFrame, labels: Mapping[str, str], registry: Mapping[str, Row]
) -> list[Trial]:
    """Return every pilot, the newest first.

    Args:
        pilots: rows of pub.pilots.
        labels: words for the categories, `all` among them.
        registry: KPI -> its row.
    """
    return [
        Trial(
            render(
                "page.pilots.title",
                kpi=registry[row["kpi_id"]]["kpi_name"],
                scope=labels.get(row["outcome_category"], row["outcome_category"]),
                pair=pair_words(row["mode_a"], row["mode_b"]),
            ),
            render(f"page.pilots.{row['status']}"),
            _found(row, registry[row["kpi_id"]]),
        )
        for row in pilots.iter_rows(named=True)
        if row["kpi_id"] in registry
    ]


def _found(row: Row, kpi: Row) -> str:
    cohorts = render(
        "page.pilots.cohorts",
        begun=formats.count(row["cohort_count"]),
        planned=formats.count(row["planned_cohort_count"]),
    )
    if row["state"] == "hidden":
        return f"{cohorts} {states.words('hidden').means}"
    if row["status"] in {"planned", "running"}:
        day = formats.day(row["answer_date"])
        return f"{cohorts} {render('page.pilots.answer_from', day=day)}"
    if row["status"] == "stopped":
        return f"{cohorts} {render('page.pilots.why_stopped')}"
    if row["adjusted_difference"] is None:
        return f"{cohorts} {render('page.pilots.no_answer')}"
    words = gaps.finding(row, kpi)
    found = render("page.pilots.found", finding=words, likely=gaps.likely(row, kpi))
    return f"{cohorts} {found}"


def placebo_words(results: pl.DataFrame) -> list[str]:
    """Return how often modes that were given out at random looked different.

    Args:
        results: rows of pub.placebo_results of one KPI.
    """
    return [_drawn(row) for row in results.iter_rows(named=True)]


def _drawn(row: Row) -> str:
    if not row["draw_count"] or row["different_count"] is None:
        return render(f"page.placebo.{row['design']}.none")
    expected = row["expected_count"]
    more = row["different_count"] > expected + CHANCE * sqrt(expected)
    drawn = render(
        f"page.placebo.{row['design']}",
        pair=pair_words(row["mode_a"], row["mode_b"]),
        draws=formats.count(row["draw_count"]),
        different=formats.count(row["different_count"]),
        expected=formats.count(expected),
    )
    judged = render(f"page.placebo.{'more' if more else 'chance'}")
    return f"{drawn} {judged}"
