"""pub.decisions: what needs a person's decision, by simple rules on published numbers.

The rules read what leaders may see and nothing else, so that a decision can never tell
what its page hides. Each is a wording key with parameters.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Any

import polars as pl

from tandem.core.wording import render

LOOK_BACK = 4  # quarters; a year's programmes against the year's before

COLUMNS = {
    "decision_key": pl.String,
    "rank": pl.Int64,
    "wording_key": pl.String,
    "parameters": pl.String,
    "sentence": pl.String,
    "page": pl.String,
    "evidence": pl.String,
}


@dataclass(frozen=True)
class Decision:
    """One thing to decide; a greater weight comes first."""

    wording_key: str
    subject: str
    parameters: dict[str, Any]
    page: str
    evidence: str
    weight: float

    @property
    def key(self) -> str:
        """What stays the same from snapshot to snapshot, so that it can be settled."""
        return f"{self.wording_key.removeprefix('decision.')}:{self.subject}"


@dataclass(frozen=True)
class Evidence:
    """The published frames that the rules read.

    `headline` is the registry's headline KPI; None where it names none.
    """

    headline: str | None
    cells: pl.DataFrame
    comparisons: pl.DataFrame
    programmes: pl.DataFrame
    categories: pl.DataFrame
    sources: pl.DataFrame
    margin: float
    unmatched_share: float


RANKS = (
    "decision.completion_fell",
    "decision.mode_difference",
    "decision.same_result",
    "decision.link_people",
    "decision.classify",
)


def decisions(evidence: Evidence) -> pl.DataFrame:
    """Return pub.decisions, the weightiest of each rule first."""
    found = [
        *_completion_fell(evidence),
        *_mode_verdicts(evidence),
        *_link_people(evidence),
        *_classify(evidence),
    ]
    found.sort(key=lambda one: (RANKS.index(one.wording_key), -one.weight, one.subject))
    rows = [
        {
            "decision_key": one.key,
            "rank": rank,
            "wording_key": one.wording_key,
            "parameters": json.dumps(one.parameters, sort_keys=True),
            "sentence": render(one.wording_key, **one.parameters),
            "page": one.page,
            "evidence": one.evidence,
        }
        for rank, one in enumerate(found, start=1)
    ]
    return pl.DataFrame(rows, schema=COLUMNS)


def _completion_fell(evidence: Evidence) -> Iterator[Decision]:
    """Programmes whose completion fell by more than the margin, whatever chance did.

    The last four quarters against the four before; the likely range of the fall is
    Newcombe's (1998), from the two published ranges.
    """
    cells = evidence.cells.filter(
        (pl.col("cube") == "programme")
        & (pl.col("kpi_id") == evidence.headline)
        & (pl.col("trailing_quarters") == LOOK_BACK)
    ).sort("period_end_date")
    names = dict(
        evidence.programmes.select("programme_id", "programme_name").iter_rows()
    )
    for (programme_id,), history in cells.group_by("programme_id", maintain_order=True):
        if history.height <= LOOK_BACK:
            continue
        now = history.row(-1, named=True)
        then = history.row(-1 - LOOK_BACK, named=True)
        if {now["state"], then["state"]} != {"shown"}:
            continue
        fall = then["value"] - now["value"]
        least = fall - sqrt(
            (then["value"] - then["ci_low"]) ** 2 + (now["ci_high"] - now["value"]) ** 2
        )
        if least > evidence.margin:
            parameters = {
                "programme": names.get(programme_id) or programme_id,
                "then": round(100 * then["value"]),
                "now": round(100 * now["value"]),
                "period": now["period_label"],
            }
            yield Decision(
                "decision.completion_fell",
                programme_id,
                parameters,
                "programmes",
                f"pub.kpi_cells: {evidence.headline}, {programme_id}, "
                f"{now['period_label']}",
                least,
            )


def _mode_verdicts(evidence: Evidence) -> Iterator[Decision]:
    """Categories in which modes differ clearly, or come out the same."""
    rows = evidence.comparisons
    if rows.is_empty():
        return
    newest = rows.filter(
        (pl.col("trailing_quarters") == LOOK_BACK)
        & (pl.col("kpi_id") == evidence.headline)
        & (pl.col("period_end_date") == pl.col("period_end_date").max())
        & (pl.col("outcome_category") != "all")
    )
    rules = {
        "difference": "decision.mode_difference",
        "equivalent_within_margin": "decision.same_result",
    }
    labels = dict(evidence.categories.select("slug", "label").iter_rows())
    for row in newest.filter(pl.col("verdict").is_in(list(rules))).iter_rows(
        named=True
    ):
        category = row["outcome_category"]
        yield Decision(
            rules[row["verdict"]],
            f"{category}:{row['mode_a']}:{row['mode_b']}",
            {"category": labels.get(category) or category} | _gap(row),
            "compare_modes",
            f"pub.mode_comparisons: {evidence.headline}, {category}",
            abs(row["adjusted_difference"] or 0.0),
        )


def _gap(row: dict[str, Any]) -> dict[str, Any]:
    """Return who is ahead by how many points; positive differences favour mode_a."""
    points = [
        round(100 * row[name]) for name in ("adjusted_difference", "ci_low", "ci_high")
    ]
    ahead, behind = row["mode_a"], row["mode_b"]
    if points[0] < 0:
        ahead, behind = behind, ahead
        points = [-points[0], -points[2], -points[1]]
    return {
        "ahead": render(f"mode.{ahead}"),
        "behind": render(f"mode.{behind}"),
        "points": points[0],
        "low": points[1],
        "high": points[2],
    }


def _link_people(evidence: Evidence) -> Iterator[Decision]:
    """Sources of which too few people are in any enrolment."""
    for row in evidence.sources.iter_rows(named=True):
        matched = row["matched_share"]
        if matched is not None and 1 - matched > evidence.unmatched_share / 2:
            yield Decision(
                "decision.link_people",
                row["source"],
                {"source": row["source"], "unmatched": round(100 * (1 - matched))},
                "data",
                f"pub.sources: {row['source']}",
                1 - matched,
            )


def _classify(evidence: Evidence) -> Iterator[Decision]:
    """Programmes that nobody has put into an outcome category."""
    loose = evidence.programmes.filter(pl.col("outcome_category") == "unclassified")
    if loose.height:
        yield Decision(
            "decision.classify",
            "unclassified",
            {"count": loose.height, "total": evidence.programmes.height},
            "right_mode",
            "pub.programmes: outcome_category",
            loose.height / evidence.programmes.height,
        )
