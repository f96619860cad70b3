"""Small published files for the situations that pages must handle.

The tables are laid out by publishing's own declarations and the declaration of the
comparisons, so that a renamed column fails here first.
"""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import yaml

from publishing.database_files import declarations
from tandem.core.files import Home, project_root, replace_text
from tests.dashboards.published_blended import blended
from tests.dashboards.published_cells import cells, curves, waterfall
from tests.dashboards.published_comparisons import comparisons
from tests.dashboards.published_plans import plan_status
from tests.dashboards.published_programmes import (
    break_even,
    programme_benchmarks,
    programme_changes,
    programme_cohorts,
    programme_facts,
    programme_funnels,
    programme_modes,
)
from tests.dashboards.published_situations import (
    CATEGORIES,
    END,
    LABELS,
    Row,
    Situation,
    utc,
)

SITUATIONS = {
    situation.name: situation
    for situation in (
        Situation("three_modes"),
        Situation("one_mode", modes=("async",), is_sample=False),
        Situation("hidden", is_hidden=True),
        Situation("empty", is_empty=True),
    )
}


def make_published(home: Home, situation: Situation, snapshot_id: str = "a1") -> Path:
    """Write a snapshot and point to it; return the file."""
    path = home.snapshot_folder(snapshot_id) / "dashboard.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(_content(situation, snapshot_id))
    pointer = {
        "snapshot_id": snapshot_id,
        "dashboard": f"{snapshot_id}/dashboard.duckdb",
        "analyst": f"{snapshot_id}/analyst.duckdb",
    }
    replace_text(home.pointer, json.dumps(pointer))
    return path


@cache
def _content(situation: Situation, snapshot_id: str) -> bytes:
    """Return the bytes of a snapshot's file, which several hundred tests open."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dashboard.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(declarations())
            connection.execute(_comparisons_layout())
            for table, rows in tables(situation, snapshot_id).items():
                _insert(connection, table, rows)
        return path.read_bytes()


def _comparisons_layout() -> str:
    path = project_root() / "models" / "compared" / "_compared__sources.yml"
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    columns = declared["sources"][0]["tables"][0]["columns"]
    types = {"string": "varchar"}
    listed = ", ".join(
        f"{c['name']} {types.get(c['data_type'], c['data_type'])}" for c in columns
    )
    return f"create table pub.mode_comparisons ({listed}, state varchar)"


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    if not rows:
        return
    frame = pl.DataFrame(rows, infer_schema_length=None)
    connection.register("given", frame.to_arrow())
    names = ", ".join(frame.columns)
    connection.execute(f"insert into pub.{table} ({names}) select {names} from given")
    connection.unregister("given")


def tables(situation: Situation, snapshot_id: str) -> dict[str, list[Row]]:
    """Return the rows of every pub table."""
    if situation.is_empty:
        return {"snapshot": [about(situation, snapshot_id)]}
    return {
        "snapshot": [about(situation, snapshot_id)],
        "kpis": registry(),
        "outcome_categories": [
            {"slug": slug, "code": code, "label": label, "usual_mode": mode}
            for slug, (code, label, mode) in CATEGORIES.items()
        ],
        "programmes": [
            {
                "programme_id": f"P{number:02d}",
                "programme_name": f"Programme {number}",
                "outcome_category": category,
                "delivery_modes": ",".join(sorted(situation.modes)),
                "cohort_count": 6,
                "enrolment_count": 800,
                "state": "shown",
            }
            for number, category in enumerate(CATEGORIES, start=1)
        ],
        "programme_facts": programme_facts(),
        "programme_modes": programme_modes(),
        "programme_cohorts": programme_cohorts(is_hidden=situation.is_hidden),
        "programme_funnels": programme_funnels(is_hidden=situation.is_hidden),
        "programme_changes": programme_changes(END, LABELS[END]),
        "plan_status": plan_status(END, LABELS[END]),
        "programme_benchmarks": programme_benchmarks(END, LABELS[END]),
        "break_even": break_even(),
        "kpi_cells": cells(situation),
        "page_kpis": page_kpis(),
        **blended(situation),
        "life_curves": curves(situation),
        "mode_comparisons": comparisons(situation),
        "mode_mix": [],
        "sources": sources(),
        "decisions": decisions(situation),
        "kpi_waterfall": waterfall(situation),
        "accepted_warnings": [
            {
                "expectation": "expect_volume_ratio",
                "value": "0.84",
                "reason": "One region moved to another system.",
                "role": "publisher",
                "accepted_at": utc(2026, 4, 2, 9),
            }
        ],
    }


def page_kpis() -> list[Row]:
    """A tile by programme, a KPI that is measured, and one that is not."""
    return [
        {
            "page": page,
            "place": place,
            "kpi_id": kpi_id,
            "position": position,
            "is_by_programme": page == "blended_patterns",
        }
        for page, place, position, kpi_id in (
            ("blended_patterns", "tile", 1, "completion_rate"),
            ("blended_patterns", "tile", 2, "first_attempt_pass_rate"),
            ("scorecard", "E1", 1, "completion_rate"),
            ("scorecard", "E1", 2, "first_attempt_pass_rate"),
            ("scorecard", "E2", 1, "pass_rate"),
            ("right_mode", "hours", 1, "mode_alignment"),
            ("review_pack", "load", 1, "time_to_completion"),
            ("review_pack", "load", 2, "cost_per_completion"),
        )
    ]


def about(situation: Situation, snapshot_id: str) -> Row:
    return {
        "snapshot_id": snapshot_id,
        "as_of": utc(2026, 4, 1, 6),
        "published_at": utc(2026, 4, 2, 9),
        "code_version": "0.1.0+abc",
        "k": 10,
        "organisation_name": "Meridian Foods",
        "is_sample": situation.is_sample,
        "fiscal_year_start_month": 1,
        "currency": "EUR",
        "hidden_cell_count": 40,
        "cell_count": 1200,
    }


def registry() -> list[Row]:
    def kpi(kpi_id: str, name: str, unit: str, order: int, **words: str) -> Row:
        slot = words.get("slot")
        return {
            "kpi_id": kpi_id,
            "kpi_code": words.get("code", "C00"),
            "kpi_name": name,
            "question": words.get("question", "How many?"),
            "numerator_words": words.get("numerator", "those who did"),
            "denominator_words": words.get("denominator", "all of them"),
            "unit": unit,
            "direction": "lower_better" if unit != "share" else "higher_better",
            "margin": 0.03 if unit == "share" else None,
            "is_headline": order == 1,
            "list_order": order,
            "tile_slot": slot,
            "tile_order": order if slot else None,
            "fallback_kpi": words.get("fallback"),
            "estimator": words.get("estimator", "cell_mean"),
        }

    return [
        kpi("completion_rate", "Finished", "share", 1, code="C03", slot="finished"),
        kpi(
            "time_to_completion",
            "Days to finish",
            "days",
            2,
            slot="time",
            estimator="restricted_mean",
        ),
        kpi(
            "first_attempt_pass_rate",
            "Passed first time",
            "share",
            3,
            slot="passed",
            fallback="pass_rate",
        ),
        kpi(
            "application_rate",
            "Say they use it",
            "share",
            4,
            slot="applied",
            fallback="pass_rate",
        ),
        kpi(
            "cost_per_completion", "Cost of one completion", "currency", 5, slot="cost"
        ),
        kpi("pass_rate", "Passed", "share", 8, code="C07"),
    ]


def sources() -> list[Row]:
    return [
        {
            "source": name,
            "connector": name,
            "watermark_at": utc(2026, 4, 1, 6) if not is_ended else None,
            "read_count": 120000,
            "landed_count": 119400,
            "rejected_count": 600,
            "undated_count": 12,
            "row_count": 40,
            "matched_share": share,
            "is_ended": is_ended,
        }
        for name, share, is_ended in (("zoom", 0.96, False), ("lms", 1.0, False))
    ] + [
        {
            "source": "roster",
            "connector": "oneroster",
            "watermark_at": None,
            "read_count": 0,
            "landed_count": 0,
            "rejected_count": 3,
            "undated_count": 0,
            "row_count": 14210,
            "matched_share": None,
            "is_ended": False,
        }
    ]


def decisions(situation: Situation) -> list[Row]:
    def mode(name: str) -> Row:
        return {"key": f"mode.{name}", "parameters": {}}

    concerns = ("kpi_id", "outcome_category", "programme_id", "mode_a", "mode_b")
    difference = {
        "category": CATEGORIES["leadership"][1],
        "ahead": mode("sync"),
        "behind": mode("async"),
        "how": {"key": "how.like_for_like", "parameters": {}},
        "points": 11,
        "low": 7,
        "high": 15,
    }
    found = [
        (
            "decision.mode_difference",
            "compare_modes",
            difference,
            ("completion_rate", "leadership", None, "sync", "async"),
        ),
        (
            "decision.link_people",
            "data",
            {"source": "zoom", "unmatched": 4},
            (None, None, None, None, None),
        ),
    ]
    return [
        {
            "decision_key": f"rule:{rank}",
            "rank": rank,
            "wording_key": wording_key,
            "parameters": json.dumps(parameters),
            "sentence": "In English.",
            "page": page,
            "evidence": "pub.sources",
            **dict(zip(concerns, values, strict=True)),
        }
        for rank, (wording_key, page, parameters, values) in enumerate(found, start=1)
        if not situation.is_hidden
    ]
