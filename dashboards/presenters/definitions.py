"""Rows of the tables that define numbers, verdicts and thresholds."""

from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters.states import MARKS
from dashboards.words import evidence_words
from tandem.core.seeds import seed_rows
from tandem.core.wording import render

# Thresholds of the gates, as `compare_<name>` of the vars.
SHARES = ("overlap_ok", "overlap_least", "effective_least", "attribute_known_least")
DISTANCES = ("smd_care", "smd_refused")


def source_list(sources: pl.DataFrame) -> str:
    """Return pub.sources as a list in Markdown; times are UTC days."""
    return "\n".join(
        "- "
        + render(
            _source_key(row),
            source=f"**{row['source']}**",
            until=formats.day(row["watermark_at"]),
            landed=formats.count(row["landed_count"]),
            rejected=formats.count(row["rejected_count"]),
            undated=formats.count(row["undated_count"]),
            rows=formats.count(row["row_count"]),
            matched=formats.percent(row["matched_share"]),
        )
        for row in sources.iter_rows(named=True)
    )


def _source_key(row: dict[str, Any]) -> str:
    if not row["landed_count"] and row["row_count"]:
        return "page.data.source_facts"
    return "page.data.source_ended" if row["is_ended"] else "page.data.source_live"


def accepted_list(accepted: pl.DataFrame) -> str:
    """Return pub.accepted_warnings as a list in Markdown."""
    return "\n".join(
        "- "
        + render(
            "page.data.accepted_one",
            expectation=f"**{row['expectation']}**",
            value=row["value"],
            reason=row["reason"],
            role=row["role"],
            day=formats.day(row["accepted_at"]),
        )
        for row in accepted.iter_rows(named=True)
    )


def kpi_rows(registry: pl.DataFrame) -> pl.DataFrame:
    """Return the KPIs: the question of each, its numerator and its denominator."""
    return pl.DataFrame(
        [
            {
                render("page.data.kpi"): row["kpi_name"],
                render("page.data.question"): row["question"] or "–",
                render("page.data.counted"): _counted(row),
            }
            for row in registry.iter_rows(named=True)
        ]
    )


def _counted(row: dict[str, Any]) -> str:
    key = "page.data.counted_of" if row["denominator_words"] else "page.data.only"
    return render(
        key,
        numerator=row["numerator_words"] or "–",
        denominator=row["denominator_words"],
        code=row["kpi_code"] or row["kpi_id"],
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
            for state in MARKS
        ]
    )


def evidence_rows() -> pl.DataFrame:
    """Return what makes the evidence of a comparison stronger or weaker, in points."""
    return pl.DataFrame(
        [
            {
                render("page.data.gate"): evidence_words(row, "words"),
                render("page.data.points"): _signed(int(row["points"])),
                render("page.data.reason"): evidence_words(row, "reason"),
            }
            for row in seed_rows("evidence_points")
        ]
    )


def strengths_words() -> str:
    """Return how many points each strength of evidence needs, in a sentence."""
    parts = [
        render(
            "page.data.strength_of",
            label=render(f"strength.{row['strength']}.evidence"),
            points=row["least_points"],
        )
        for row in seed_rows("evidence_strengths")
        if row["least_points"]
    ]
    return render("page.data.strengths", parts=", ".join(parts))


def _signed(points: int) -> str:
    return f"+{points}" if points > 0 else str(points).replace("-", formats.MINUS)


def threshold_rows(k: int, thresholds: dict[str, Any]) -> pl.DataFrame:
    """Return the current thresholds.

    Args:
        k: smallest group that the snapshot shows.
        thresholds: the current vars (dbt_project.yml and tandem.toml).
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
        **{
            f"page.data.{name}": render(
                "page.data.share_value",
                percent=formats.percent(thresholds[f"compare_{name}"]),
            )
            for name in SHARES
        },
        **{
            f"page.data.{name}": str(thresholds[f"compare_{name}"])
            for name in DISTANCES
        },
        "page.data.looks": render("page.data.looks_value"),
    }
    return pl.DataFrame(
        [
            {render("page.data.threshold"): render(key), render("page.column.value"): v}
            for key, v in words.items()
        ]
    )
