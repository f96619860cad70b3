"""pub.decisions: what needs a person's decision, by simple rules on published numbers.

The rules read only the published tables, so that a decision can never disclose what its
page hides. Each decision is a wording key with parameters.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tandem.core.held_equal import how_key
from tandem.core.wording import Words, render

WINDOW = 4  # quarters
CONCERNS = ("kpi_id", "outcome_category", "programme_id", "mode_a", "mode_b")

COLUMNS = {
    "decision_key": pl.String,
    "rank": pl.Int64,
    "wording_key": pl.String,
    "parameters": pl.String,
    "sentence": pl.String,
    "page": pl.String,
    "evidence": pl.String,
    "kpi_id": pl.String,
    "outcome_category": pl.String,
    "programme_id": pl.String,
    "mode_a": pl.String,
    "mode_b": pl.String,
}


@dataclass(frozen=True)
class Decision:
    """One thing to decide; a greater weight comes first.

    Attributes:
        wording_key: the rule; `.title` and `.why` of it are in seeds/wording.csv.
        subject: what it is about; unique within the rule.
        parameters: of both sentences; words are `Words`, for any language.
        page: the dashboard page that shows the evidence.
        evidence: the published rows that the rule read.
        weight: the size of the effect.
        concerns: kpi_id, outcome_category, programme_id, mode_a and mode_b, those that
            it is about, so that a link opens exactly this evidence.
    """

    wording_key: str
    subject: str
    parameters: dict[str, Any]
    page: str
    evidence: str
    weight: float
    concerns: dict[str, str | None] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Identifies the decision in every snapshot, so that it can be settled once."""
        return f"{self.wording_key.removeprefix('decision.')}:{self.subject}"


@dataclass(frozen=True)
class Evidence:
    """The published frames that the rules read.

    `headline` is the registry's headline KPI; None where it names none.
    """

    headline: str | None
    changes: pl.DataFrame
    comparisons: pl.DataFrame
    programmes: pl.DataFrame
    categories: pl.DataFrame
    sources: pl.DataFrame
    unmatched_share: float


RANKS = (
    "decision.completion_fell",
    "decision.mode_difference",
    "decision.same_result",
    "decision.link_people",
    "decision.classify",
)


def decisions(evidence: Evidence) -> pl.DataFrame:
    """Return pub.decisions, ranked by rule and then by weight."""
    found = [
        *_completion_fell(evidence),
        *_mode_verdicts(evidence),
        *_link_people(evidence),
        *_classify(evidence),
    ]
    found.sort(key=lambda d: (RANKS.index(d.wording_key), -d.weight, d.subject))
    rows = [
        {
            "decision_key": decision.key,
            "rank": rank,
            "wording_key": decision.wording_key,
            "parameters": json.dumps(
                Words("", decision.parameters).as_json()["parameters"], sort_keys=True
            ),
            "sentence": " ".join(
                render(f"{decision.wording_key}.{part}", **decision.parameters)
                for part in ("title", "why")
            ),
            "page": decision.page,
            "evidence": decision.evidence,
            **dict.fromkeys(CONCERNS),
            **decision.concerns,
        }
        for rank, decision in enumerate(found, start=1)
    ]
    return pl.DataFrame(rows, schema=COLUMNS)


def _completion_fell(evidence: Evidence) -> Iterator[Decision]:
    """Yield the programmes whose completion fell in the newest year.

    comparison/changes.py measures the change at the same mix and against chance; here
    nothing is added to it.
    """
    changes = evidence.changes.filter(pl.col("kpi_id") == evidence.headline)
    newest = changes.filter(
        (pl.col("period_end_date") == pl.col("period_end_date").max())
        & (pl.col("change_state") == "fell")
        & (pl.col("state") == "shown")
    )
    programmes = {
        row["programme_id"]: row for row in evidence.programmes.iter_rows(named=True)
    }
    for row in newest.iter_rows(named=True):
        programme_id = row["programme_id"]
        programme = programmes.get(programme_id, {})
        yield Decision(
            "decision.completion_fell",
            programme_id,
            {
                "programme": programme.get("programme_name") or programme_id,
                "then": round(100 * row["value_before"]),
                "now": round(100 * row["value"]),
                "period": row["period_label"],
                "same": Words(f"same.{row['standardised_to']}"),
                "points": round(-100 * row["standardised_change"]),
                "low": round(-100 * row["ci_high"]),
                "high": round(-100 * row["ci_low"]),
            },
            "programmes",
            f"pub.programme_changes: {evidence.headline}, {programme_id}, "
            f"{row['period_label']}",
            -row["standardised_change"],
            {
                "kpi_id": evidence.headline,
                "programme_id": programme_id,
                "outcome_category": programme.get("outcome_category"),
            },
        )


def _mode_verdicts(evidence: Evidence) -> Iterator[Decision]:
    """Yield the categories in which modes differ clearly, or are equivalent."""
    rows = evidence.comparisons
    if rows.is_empty():
        return
    newest = rows.filter(
        (pl.col("trailing_quarters") == WINDOW)
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
            {
                "category": labels.get(category) or category,
                "how": Words(how_key(row["held_equal"], row["evidence_gates"])),
            }
            | _gap(row),
            "compare_modes",
            f"pub.mode_comparisons: {evidence.headline}, {category}",
            abs(row["adjusted_difference"] or 0.0),
            {name: row[name] for name in CONCERNS if name in row},
        )


def _gap(row: dict[str, Any]) -> dict[str, Any]:
    """Return which mode is ahead by how many points; above 0 it is mode_a."""
    points = [
        round(100 * row[name]) for name in ("adjusted_difference", "ci_low", "ci_high")
    ]
    ahead, behind = row["mode_a"], row["mode_b"]
    if points[0] < 0:
        ahead, behind = behind, ahead
        points = [-points[0], -points[2], -points[1]]
    return {
        "ahead": Words(f"mode.{ahead}"),
        "behind": Words(f"mode.{behind}"),
        "points": points[0],
        "low": points[1],
        "high": points[2],
    }


def _link_people(evidence: Evidence) -> Iterator[Decision]:
    """Yield the sources of which too few people are in any enrolment."""
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
    """Yield one decision if any programme has no outcome category."""
    unclassified = evidence.programmes.filter(
        pl.col("outcome_category") == "unclassified"
    )
    if unclassified.height:
        yield Decision(
            "decision.classify",
            "unclassified",
            {"count": unclassified.height, "total": evidence.programmes.height},
            "right_mode",
            "pub.programmes: outcome_category",
            unclassified.height / evidence.programmes.height,
        )
