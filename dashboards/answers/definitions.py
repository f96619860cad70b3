"""Rows of the tables that say what numbers, verdicts and thresholds mean."""

from typing import Any

import polars as pl

from dashboards import formats
from tandem.wording import render

STATES = (
    "clear_difference",
    "no_clear_difference",
    "too_small_to_matter",
    "with_care",
    "cannot_compare",
    "hidden",
    "not_measured",
    "still_running",
    "no_data",
    "late",
)


def source_rows(sources: pl.DataFrame) -> pl.DataFrame:
    """Return pub.sources in words; times are UTC days."""
    return pl.DataFrame(
        [
            {
                render("page.data.source"): row["source"],
                render("page.data.known_until"): formats.day(row["watermark_at"])
                + (f" ({render('page.data.ended')})" if row["is_ended"] else ""),
                render("page.data.landed"): formats.count(row["landed_count"]),
                render("page.data.rejected"): formats.count(row["rejected_count"]),
                render("page.data.undated"): formats.count(row["undated_count"]),
                render("page.data.matched"): formats.percent(row["matched_share"]),
            }
            for row in sources.iter_rows(named=True)
        ]
    )


def accepted_rows(accepted: pl.DataFrame) -> pl.DataFrame:
    """Return pub.accepted_warnings in words."""
    return pl.DataFrame(
        [
            {
                render("page.data.expectation"): row["expectation"],
                render("page.column.value"): row["value"],
                render("page.data.reason"): row["reason"],
                render("page.data.role"): row["role"],
                render("page.data.when"): formats.day(row["accepted_at"]),
            }
            for row in accepted.iter_rows(named=True)
        ]
    )


def kpi_rows(registry: pl.DataFrame) -> pl.DataFrame:
    """Return the KPIs: what each asks, what it counts, out of what."""
    return pl.DataFrame(
        [
            {
                render("page.data.kpi"): row["kpi_name"],
                render("page.data.question"): row["question"] or "–",
                render("page.data.numerator"): row["numerator_words"] or "–",
                render("page.data.denominator"): row["denominator_words"] or "–",
                render("page.data.code"): row["kpi_code"] or "–",
            }
            for row in registry.iter_rows(named=True)
        ]
    )


def state_rows() -> pl.DataFrame:
    """Return every state of a value or verdict, what it means and what to do."""
    return pl.DataFrame(
        [
            {
                render("page.data.state"): render(f"state.{state}.label"),
                render("page.data.means"): render(f"state.{state}.means"),
                render("page.data.state_next"): render(f"state.{state}.next"),
            }
            for state in STATES
        ]
    )


def threshold_rows(k: int, thresholds: dict[str, Any]) -> pl.DataFrame:
    """Return the thresholds in force.

    Args:
        k: smallest group that the snapshot shows.
        thresholds: the vars in force (dbt_project.yml and tandem.toml).
    """
    margin = formats.points(thresholds["margin"])
    days = {
        "page.data.horizon": thresholds["horizon_days"],
        "page.data.late": thresholds["late_after_days"],
    }
    words = {
        "page.data.k": render("page.data.k_value", k=k),
        "page.data.margin": render("page.data.margin_value", points=margin),
        **{key: render("page.data.days_value", days=n) for key, n in days.items()},
        "page.data.programmes": str(thresholds["compare_fewest_programmes"]),
    }
    return pl.DataFrame(
        [
            {render("page.data.threshold"): render(key), render("page.column.value"): v}
            for key, v in words.items()
        ]
    )
