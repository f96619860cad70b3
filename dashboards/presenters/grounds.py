"""Why a pair of modes can or can't be compared: who, what was held equal, how sure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters import states
from dashboards.presenters.mode_matrix import cell
from dashboards.presenters.pairs import order_of
from dashboards.presenters.verdicts import ESTIMATED, LEADS, next_step, reason
from dashboards.theme import mode_style
from tandem.core.seeds import seed_rows
from tandem.core.wording import render

Row = dict[str, Any]

LEFT_OUT = ("definition", "design", "overlap")
QUARTERS = 4  # of a history: more columns do not fit beside each other


@dataclass(frozen=True)
class Grounds:
    """The grounds of one comparison.

    Attributes:
        category: its slug.
        title: category and verdict in one line.
        state: a key of states.MARKS.
        strength: of the evidence; empty where nothing was estimated.
        facts: a question and its answer, in the order of reading.
    """

    category: str
    title: str
    state: str
    strength: str
    facts: tuple[tuple[str, str], ...]


def grounds(turned: pl.DataFrame, labels: Mapping[str, str], kpi: Row) -> list[Grounds]:
    """Return the grounds of each comparison of one pair of modes.

    Args:
        turned: the comparisons, all with the same first mode.
        labels: words for the categories, in their order.
        kpi: its row of the registry.
    """
    rows = sorted(
        turned.iter_rows(named=True),
        key=lambda row: (
            row["state"] not in ESTIMATED,
            row["outcome_category"] == "all",
            order_of(row["outcome_category"], labels),
        ),
    )
    return [_grounds(row, labels, kpi) for row in rows]


def _grounds(row: Row, labels: Mapping[str, str], kpi: Row) -> Grounds:
    slug = row["outcome_category"]
    found = cell(row, kpi)
    is_estimated = found.picture is not None
    facts = _refusal(row) if not is_estimated else _result(row, found.gap)
    facts += _people(row)
    if is_estimated:
        facts += _held(row) + _left_out(row) + _evidence(row)
    return Grounds(
        slug,
        render(
            "page.grounds.title", scope=labels.get(slug, slug), verdict=found.verdict
        ),
        found.state,
        found.strength,
        tuple(facts),
    )


def _fact(name: str, answer: str) -> tuple[str, str]:
    return render(f"page.grounds.{name}"), answer


def _refusal(row: Row) -> list[tuple[str, str]]:
    return [_fact("why_not", reason(row)), _fact("would_help", next_step(row))]


def _result(row: Row, gap: str) -> list[tuple[str, str]]:
    facts = [_fact("found", gap)] if gap else []
    if row["verdict_change"]:
        facts.append(_fact("change", render(f"page.change.{row['verdict_change']}")))
    if row["people_to_link_count"]:
        count = formats.count(row["people_to_link_count"])
        facts.append(_fact("link", render("page.grounds.link_first", count=count)))
    return facts


def _people(row: Row) -> list[tuple[str, str]]:
    if row["state"] == "hidden":
        return [_fact("who", states.words("hidden").means)]
    sides = [
        render(
            "page.grounds.side",
            mode=mode_style(row[f"mode_{side}"]).label,
            people=formats.count(row[f"learner_count_{side}"]),
            cohorts=formats.count(row[f"cohort_count_{side}"]),
            programmes=formats.count(row[f"programme_count_{side}"]),
        )
        for side in ("a", "b")
    ]
    return [_fact("who", " ".join(sides))]


def attributes(listed: str | None) -> str:
    """Return what is known of people in words, from names separated by commas."""
    names = [name.strip() for name in (listed or "").split(",") if name.strip()]
    return ", ".join(render(f"attribute.{name}") for name in names)


def _held(row: Row) -> list[tuple[str, str]]:
    held, unknown = attributes(row["held_equal"]), attributes(row["not_known"])
    facts = [_fact("held", held or render("page.grounds.nothing_held"))]
    if unknown:
        facts.append(_fact("not_known", unknown))
    else:
        facts.append(_fact("not_known", render("page.grounds.rest_unknown")))
    if row["overlap_share"] is not None:
        share = formats.percent(row["overlap_share"])
        facts.append(_fact("alike", render("page.grounds.alike_share", share=share)))
    return facts


def _left_out(row: Row) -> list[tuple[str, str]]:
    total = row["left_out_count"]
    if total is None:
        return [_fact("left_out", states.words("hidden").label)]
    if total == 0:
        return [_fact("left_out", render("page.grounds.nobody"))]
    reasons = [
        render(
            f"page.grounds.left_out_{name}",
            count=formats.count(row[f"left_out_{name}_count"]),
        )
        for name in LEFT_OUT
        if row[f"left_out_{name}_count"]
    ]
    count = render("page.grounds.left_out_count", count=formats.count(total))
    return [_fact("left_out", " ".join([count, *reasons]))]


def _evidence(row: Row) -> list[tuple[str, str]]:
    gates = [name.strip() for name in (row["evidence_gates"] or "").split(",")]
    parts = [
        render(
            f"page.grounds.{'for' if int(known['points']) > 0 else 'against'}",
            words=render(f"gate_found.{known['gate']}"),
        )
        for known in seed_rows("evidence_points")
        if known["gate"] in gates
    ]
    return [_fact("evidence", " ".join(parts))] if parts else []


def history(
    so_far: pl.DataFrame,
    scope: Mapping[str, str],
    periods: Mapping[Any, str],
    fiscal_month: int,
) -> pl.DataFrame:
    """Return a row per category, and a column per quarter with its verdict.

    Args:
        so_far: the verdicts of one KPI and pair of modes, oldest first.
        scope: words for the categories.
        periods: the last day of each quarter -> its label.
        fiscal_month: the month in which the fiscal year begins.
    """
    days = sorted(day for day in so_far["period_end_date"].unique() if day in periods)
    newest = days[-QUARTERS:]
    estimated = so_far.filter(pl.col("state").is_in(ESTIMATED))
    slugs = sorted(
        estimated["outcome_category"].unique(),
        key=lambda slug: (slug == "all", order_of(slug, scope)),
    )
    names = [formats.quarter(periods[day], fiscal_month) for day in newest]
    first = render("page.column.category")
    rows = []
    for slug in slugs:
        mine = so_far.filter(pl.col("outcome_category") == slug)
        by_day = {row["period_end_date"]: row for row in mine.iter_rows(named=True)}
        line = {first: scope.get(slug, slug)}
        for day, name in zip(newest, names, strict=True):
            line[name] = _then(by_day.get(day))
        rows.append(line)
    return pl.DataFrame(rows, infer_schema_length=None)


def _then(row: Row | None) -> str:
    if row is None:
        return states.words("no_data").short
    label = states.words(row["state"]).short
    if row["verdict"] == "emerging_difference":
        label = f"{states.MARKS['with_care']} {render('page.compare.emerging')}"
    is_lead = row["state"] in LEADS
    if not row["verdict_change"] or not (
        is_lead or row["verdict_change"] == "withdrawn"
    ):
        return label
    change = render(f"page.change.{row['verdict_change']}.short")
    return f"{label} ({change})"
