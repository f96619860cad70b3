"""How far people come in one programme: its funnel, and the hand-offs of its blends."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.charts.time_to_finish import half_by
from dashboards.presenters import blended, states
from dashboards.presenters.blended import Ladder, Step
from tandem.core.wording import render

Row = dict[str, Any]

# People are near as many at this step as at the one before or after it.
NEAR = ("as_before", "as_after")


def funnel(rows: pl.DataFrame) -> list[Step]:
    """Return the steps enrolled, started, finished and passed of one programme.

    Args:
        rows: of queries.programme_ways.funnel, in the order of the steps; none where
            nobody came to the end of their time.
    """
    found = list(rows.iter_rows(named=True))
    shares = _shares(found)
    steps: list[Step] = []
    last: Row | None = None
    for row, share in zip(found, shares, strict=True):
        steps.append(
            Step(
                render(f"page.programme.funnel.{row['step']}"),
                "shown" if share is not None else row["state"],
                share,
                _reached(row, share),
                _lost(row, last),
                None,
                "",
                "",
            )
        )
        if row["state"] == "shown":
            last = row
    return steps


def _shares(rows: list[Row]) -> list[float | None]:
    """Return the share of each step, that of a neighbour where it is near to it."""
    shares = [row["reached_share"] for row in rows]
    for at, row in enumerate(rows):
        if row["state"] == "as_before" and at:
            shares[at] = shares[at - 1]
        elif row["state"] == "as_after" and at + 1 < len(rows):
            shares[at] = shares[at + 1]
    return shares


def _reached(row: Row, share: float | None) -> str:
    if share is None:
        return states.words(row["state"]).short
    key = "page.blended.about" if row["state"] in NEAR else "page.blended.reached"
    return render(key, share=formats.of_hundred(share))


def _lost(row: Row, last: Row | None) -> str:
    """Return who is lost at a step since the last one that is shown."""
    if row["state"] in (*NEAR, "not_measured"):
        return render(f"page.programme.funnel.{row['step']}.{row['state']}")
    if row["state"] != "shown" or last is None:
        return ""
    lost = formats.of_hundred(last["reached_share"] - row["reached_share"])
    return render(f"page.programme.funnel.lost.{last['step']}.{row['step']}", lost=lost)


def funnel_title(rows: pl.DataFrame) -> str:
    """Return where most people of a programme are lost, in a sentence."""
    # Where few stop after starting, nearly all who do not finish have never started.
    if "as_after" in rows["state"].to_list():
        return render("page.programme.funnel.most.never_started")
    shown = rows.filter(pl.col("state") == "shown")
    losses = [
        (one["reached_share"] - other["reached_share"], one["step"], other["step"])
        for one, other in pairwise(shown.iter_rows(named=True))
    ]
    if not losses or max(losses)[0] <= 0:
        return render("page.programme.funnel")
    lost, before, after = max(losses)
    return render(
        f"page.programme.funnel.most.{before}.{after}", lost=formats.of_hundred(lost)
    )


def funnel_base(rows: pl.DataFrame) -> str:
    """Return of how many enrolments the funnel is, and when."""
    row = rows.row(0, named=True)
    return render(
        "page.programme.funnel.base",
        count=formats.count(row["enrolment_count"]),
        end=formats.day(row["period_end_date"]),
    )


def handoffs(rows: pl.DataFrame, programmes: pl.DataFrame) -> list[Ladder]:
    """Return the steps of a programme's blends, as the page of patterns has them.

    Args:
        rows: of queries.programme_ways.steps.
        programmes: of queries.programme_ways.blends.
    """
    counts = dict(programmes.select("hybrid_pattern", "cohort_count").iter_rows())
    started = dict(rows.select("hybrid_pattern", "enrolment_count").iter_rows())
    return [
        replace(ladder, facts=_facts(counts, started, ladder.pattern))
        for ladder in blended.ladders(rows, programmes)
    ]


def _facts(counts: Row, started: Row, pattern: str) -> str:
    cohorts = formats.number_of(int(counts.get(pattern) or 0), "cohorts")
    if started.get(pattern) is None:
        return cohorts
    return render(
        "page.programme.handoff.facts",
        cohorts=cohorts,
        started=formats.count(started[pattern]),
    )


def handoff_title(rows: pl.DataFrame) -> str:
    """Return at which step most are lost; the plain title where none is shown."""
    lost = rows.filter(pl.col("lost_share") > 0).sort("lost_share", descending=True)
    if lost.is_empty():
        return render("page.programme.handoff")
    row = lost.row(0, named=True)
    return render(
        "page.programme.handoff.worst",
        lost=formats.of_hundred(row["lost_share"]),
        step=blended.step_words(row["hybrid_pattern"], row["sequence"], row["step_no"]),
    )


def curve_title(curve: pl.DataFrame) -> str:
    """Return by which day half had finished, or how many had by the last one.

    Args:
        curve: shown points of one programme, sorted by day.
    """
    day = half_by(curve)
    if day is not None:
        return render("page.programme.curve.half", day=day)
    last = curve.row(-1, named=True)
    share = formats.percent(last["finished_share"])
    return render("page.programme.curve.not_half", share=share, day=last["day"])


def funnel_table(steps: list[Step]) -> pl.DataFrame:
    """Return the funnel as a table of words, for the twin and the download."""
    return pl.DataFrame(
        [
            {
                render("page.blended.column.step"): step.name,
                render("page.blended.column.reached"): step.reached_words,
                render("page.blended.column.lost"): step.lost_words,
            }
            for step in steps
        ]
    )
