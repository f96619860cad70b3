"""Rows of the tables that define numbers, verdicts and thresholds."""

from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters.states import MARKS, words
from dashboards.words import evidence_words
from tandem.core.seeds import seed_rows
from tandem.core.wording import coverage, is_reviewed, offered_languages, render

# Thresholds of the gates, as `compare_<name>` of the vars.
SHARES = ("overlap_ok", "overlap_least", "effective_least", "attribute_known_least")
DISTANCES = ("smd_care", "smd_refused")


def source_rows(sources: pl.DataFrame, late: set[str]) -> pl.DataFrame:
    """Return pub.sources in words, one row a source; times are UTC days.

    Args:
        sources: pub.sources.
        late: names of the sources that delivered nothing for too long.
    """
    return pl.DataFrame(
        [
            {
                render("page.data.source"): row["source"],
                render("page.data.source_state"): _source_state(row, late),
                render("page.data.source_until"): _until(row),
                render("page.data.source_people"): _known_people(row),
                render("page.data.source_landed"): _landed(row),
                render("page.data.source_refused"): formats.count(
                    row["rejected_count"]
                ),
                render("page.data.source_undated"): formats.count(row["undated_count"]),
            }
            for row in sources.iter_rows(named=True)
        ]
    )


def _is_of_facts(row: dict[str, Any]) -> bool:
    return not row["landed_count"] and bool(row["row_count"])


def _source_state(row: dict[str, Any], late: set[str]) -> str:
    if row["source"] in late:
        return words("late").short
    if _is_of_facts(row):
        return render("page.data.source_of_facts")
    return render(f"page.data.source_is_{'ended' if row['is_ended'] else 'on_time'}")


def _until(row: dict[str, Any]) -> str:
    if row["watermark_at"] is None:
        return render("page.data.source_no_day")
    return formats.day(row["watermark_at"])


def _known_people(row: dict[str, Any]) -> str:
    if row["matched_share"] is None:
        return render("page.data.source_no_people")
    return formats.percent(row["matched_share"])


def _landed(row: dict[str, Any]) -> str:
    if _is_of_facts(row):
        return render(
            "page.data.source_facts_count", count=formats.count(row["row_count"])
        )
    return formats.count(row["landed_count"])


def language_rows() -> pl.DataFrame:
    """Return how many of the words of the pages each language has."""
    offered, known = offered_languages(), coverage()
    names = {row["language"]: row["own_name"] for row in seed_rows("languages")}
    return pl.DataFrame(
        [
            {
                render("page.data.language"): names[code],
                render("page.data.language_share"): formats.percent(found / total),
                render("page.data.language_offered"): render(
                    f"page.data.language_{'yes' if code in offered else 'no'}"
                ),
                render("page.data.language_reviewed"): render(
                    f"page.data.language_{'yes' if is_reviewed(code) else 'no'}"
                ),
            }
            for code, (found, total) in known.items()
        ]
    )


def accepted_list(accepted: pl.DataFrame) -> str:
    """Return pub.accepted_warnings as a list in Markdown, or that there are none."""
    listed = "\n".join(
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
    return listed or render("page.data.accepted_none")


def state_rows() -> pl.DataFrame:
    """Return every state of a value or verdict, what it means and what to do."""
    return pl.DataFrame(
        [
            {
                render("page.data.state"): words(state).short,
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
