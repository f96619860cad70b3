"""Which blends are run, and where their steps lose people, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters import measures, states
from tandem.core.wording import render

Row = dict[str, Any]

PATTERNS = (
    "prework_live_followup",
    "self_study_milestones",
    "live_core_reference",
    "micro_community",
    "other",
    "unrecognised",
)
NOT_RECOGNISED = ("other", "unrecognised")


@dataclass(frozen=True)
class Step:
    """One step of a blend; shares are of those who started, None where not shown."""

    name: str
    state: str
    reached: float | None
    reached_words: str
    lost_words: str
    gap: tuple[int, int, int] | None
    gap_words: str
    before: str


@dataclass(frozen=True)
class Ladder:
    """The steps of one pattern, in their order."""

    pattern: str
    title: str
    facts: str
    steps: tuple[Step, ...]


def pattern_words(pattern: str) -> str:
    """Return the name of a pattern."""
    return render(f"page.blended.pattern.{pattern}")


def step_words(pattern: str, sequence: str, step_no: int) -> str:
    """Return the name of a step: before, in or after the live part."""
    modes = sequence.split()
    if modes[step_no - 1] == "sync":
        place = "live"
    else:
        place = "after" if "sync" in modes[: step_no - 1] else "before"
    return render(f"page.blended.step.{pattern}.{place}")


def headline(programmes: pl.DataFrame) -> str:
    """Return the share of blended cohorts with a recognised pattern, in a sentence."""
    known, total = map(formats.count, _recognised(programmes))
    return render("page.blended.headline", known=known, total=total)


def pattern_tile(programmes: pl.DataFrame) -> measures.Measure:
    """Return the share of blended cohorts with a recognised pattern as a tile."""
    known, total = _recognised(programmes)
    return measures.Measure(
        "",
        render("page.blended.recognised"),
        formats.percent(known / total),
        "",
        render("page.blended.recognised_base", total=formats.count(total)),
        "",
        "",
        {},
    )


def _recognised(programmes: pl.DataFrame) -> tuple[int, int]:
    """Return how many cohorts follow a recognised pattern, and how many there are."""
    known = programmes.filter(~pl.col("hybrid_pattern").is_in(NOT_RECOGNISED))
    return int(known["cohort_count"].sum()), int(programmes["cohort_count"].sum())


def largest_loss(rows: pl.DataFrame) -> str:
    """Return where most people are lost, in a sentence; empty where nothing is shown.

    Args:
        rows: of queries.blended.steps.
    """
    lost = rows.filter(pl.col("lost_share") > 0).sort("lost_share", descending=True)
    if lost.is_empty():
        return ""
    row = lost.row(0, named=True)
    return render(
        "page.blended.worst",
        lost=formats.of_hundred(row["lost_share"]),
        step=step_words(row["hybrid_pattern"], row["sequence"], row["step_no"]),
        pattern=pattern_words(row["hybrid_pattern"]),
    )


def ladders(rows: pl.DataFrame, programmes: pl.DataFrame) -> list[Ladder]:
    """Return the steps of every pattern in use, in the order of PATTERNS.

    Args:
        rows: of queries.blended.steps.
        programmes: of queries.blended.programmes.
    """
    found = []
    for pattern in PATTERNS:
        of_pattern = rows.filter(pl.col("hybrid_pattern") == pattern)
        for _, group in of_pattern.group_by("sequence", maintain_order=True):
            steps = list(group.iter_rows(named=True))
            facts = _facts(
                steps[0], programmes.filter(pl.col("hybrid_pattern") == pattern)
            )
            found.append(
                Ladder(pattern, pattern_words(pattern), facts, tuple(_steps(steps)))
            )
    return found


def _facts(first: Row, programmes: pl.DataFrame) -> str:
    started = first["enrolment_count"]
    return render(
        "page.blended.facts" if started else "page.blended.facts_hidden",
        programmes=formats.count(programmes["programme_id"].n_unique()),
        cohorts=formats.count(programmes["cohort_count"].sum()),
        started=formats.count(started),
    )


def _steps(rows: list[Row]) -> list[Step]:
    found: list[Step] = []
    share = 1.0
    for row in rows:
        name = step_words(row["hybrid_pattern"], row["sequence"], row["step_no"])
        before = found[-1].name if found else ""
        if row["state"] == "shown":
            share = row["reached_share"]
        is_hidden = row["state"] == "hidden"
        found.append(
            Step(
                name,
                row["state"],
                None if is_hidden else share,
                _reached(row, share),
                _lost(row, before, name),
                _gap(row),
                _gap_words(row, before),
                before,
            )
        )
    return found


def _reached(row: Row, share: float) -> str:
    if row["state"] == "hidden":
        return states.words("hidden").label
    key = "page.blended.reached" if row["state"] == "shown" else "page.blended.about"
    return render(key, share=formats.of_hundred(share))


def _lost(row: Row, before: str, name: str) -> str:
    if row["state"] == "hidden":
        return ""
    if row["state"] == "as_before":
        return render("page.blended.lost_few")
    key = "page.blended.lost_between" if before else "page.blended.lost_first"
    return render(
        key, lost=formats.of_hundred(row["lost_share"]), before=before, step=name
    )


def _gap(row: Row) -> tuple[int, int, int] | None:
    days = tuple(row[f"gap_days_{name}"] for name in ("low", "median", "high"))
    return None if None in days else days


def _gap_words(row: Row, before: str) -> str:
    days = _gap(row)
    if days is None or not before:
        return ""
    return render(
        "page.blended.gap",
        days=formats.value(days[1], "days"),
        low=days[0],
        high=formats.value(days[2], "days"),
    )


def step_table(found: list[Ladder]) -> pl.DataFrame:
    """Return the numbers of all steps, for the table below them."""
    return pl.DataFrame(
        [
            {
                render("page.blended.column.pattern"): ladder.title,
                render("page.blended.column.step"): step.name,
                render("page.blended.column.reached"): step.reached_words,
                render("page.blended.column.lost"): step.lost_words,
                render("page.blended.column.gap"): step.gap_words,
            }
            for ladder in found
            for step in ladder.steps
        ]
    )


def attendance_title(rows: pl.DataFrame) -> str:
    """Return what attendance with and without preparation shows, in a sentence."""
    prepared, not_prepared = rows.sort("is_prepared", descending=True).iter_rows(
        named=True
    )
    return render(
        "page.blended.attended",
        prepared=formats.of_hundred(prepared["attended_share"]),
        other=formats.of_hundred(not_prepared["attended_share"]),
    )


def programme_rows(
    programmes: pl.DataFrame, cells: pl.DataFrame, categories: Mapping[str, str]
) -> tuple[list[str], list[Row]]:
    """Return the names of the measures, and a row per programme.

    Args:
        programmes: of queries.blended.programmes, of one pattern.
        cells: of queries.page_kpis, with the tiles of the page.
        categories: slug -> label.
    """
    tiles = cells.filter((pl.col("place") == "tile") & pl.col("is_by_programme"))
    measures_named = [
        (row["kpi_id"], row["kpi_name"])
        for row in tiles.unique("kpi_id").sort("position").iter_rows(named=True)
    ]
    by_place = {
        (row["kpi_id"], row["programme_id"]): measures.short(row)
        for row in tiles.filter(pl.col("cube") == "programme").iter_rows(named=True)
    }
    missing = states.words("not_measured").label
    rows = [
        {
            "programme_id": row["programme_id"],
            "name": row["programme_name"],
            "category": categories.get(row["outcome_category"], ""),
            "cohorts": formats.count(row["cohort_count"]),
            "values": [
                by_place.get((kpi_id, row["programme_id"]), missing)
                for kpi_id, _ in measures_named
            ],
        }
        for row in programmes.iter_rows(named=True)
    ]
    return [name for _, name in measures_named], rows


def programme_table(columns: list[str], rows: list[Row]) -> pl.DataFrame:
    """Return the programmes of `programme_rows` as a table for a download."""
    return pl.DataFrame(
        [
            {
                render("page.blended.column.programme"): row["name"],
                render("page.blended.column.category"): row["category"],
                render("page.blended.column.cohorts"): row["cohorts"],
                **dict(zip(columns, row["values"], strict=True)),
            }
            for row in rows
        ]
    )
