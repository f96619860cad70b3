"""pub.programme_funnels: of 100 enrolled, how many start, finish and pass.

The base is that of the headline KPI over four quarters, and the share that finished is
the published one. Starts and passes are KPIs of their own: where a programme's cell of
one is hidden, the step is hidden too. Who started is given only where at least k people
never started and at least k started without finishing.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb
import polars as pl

from publishing.blended import Year
from publishing.hiding import POINTS, counts_where

STEPS = ("enrolled", "started", "finished", "passed")
FEWEST_RESULTS = 0.5  # of those who finished: with fewer, nobody tests here

# Columns of the enrolments that KPIs of these steps count.
COUNTED = {
    "started": ("start_rate_numerator",),
    "passed": ("pass_rate_numerator", "first_attempt_pass_rate_numerator"),
}
NOTHING_HIDDEN: Mapping[str, frozenset[str]] = {}

# Who finished has started, whether or not the start was recorded.
ENROLMENTS = """
select
    programme_id,
    learner_key,
    coalesce(is_finished or start_rate_numerator = 1, is_finished) as is_started,
    is_finished,
    passed as is_passed,
    not is_finished and start_rate_numerator is null as is_unknown
from (
    select *, completion_rate_numerator = 1 as is_finished
    from warehouse.marts.fct_enrolments
    where
        completion_rate_denominator = 1
        and matured_quarter_date between $start and $end
)
"""
SCHEMA = {
    "programme_id": pl.String,
    "step": pl.String,
    "step_no": pl.Int64,
    "period_start_date": pl.Date,
    "period_end_date": pl.Date,
    "enrolment_count": pl.Int64,
    "reached_share": pl.Float64,
    "state": pl.String,
}


def enrolments(connection: duckdb.DuckDBPyConnection, year: Year) -> pl.DataFrame:
    """Return who started, finished and passed in a year, one row per enrolment."""
    within = {"start": year.start, "end": year.end}
    return connection.sql(ENROLMENTS, params=within).pl()


def programme_funnels(
    found: pl.DataFrame,
    cells: pl.DataFrame,
    year: Year,
    k: int,
    hidden: Mapping[str, frozenset[str]] = NOTHING_HIDDEN,
) -> pl.DataFrame:
    """Return pub.programme_funnels.

    Args:
        found: programme_id, learner_key, is_started, is_finished, is_passed (null
            without a result), is_unknown (whether it started is not recorded).
        cells: programme_id, value and state of the headline KPI in that year.
        year: the period.
        k: the smallest group that may be shown.
        hidden: step -> programmes of which a KPI of that step is not shown.

    Returns:
        Four rows per programme, as SCHEMA. Where the headline KPI is hidden or a band
        stands for it, all four are hidden.
    """
    rows = []
    published = {row["programme_id"]: row for row in cells.iter_rows(named=True)}
    for (programme_id,), group in found.group_by("programme_id", maintain_order=True):
        cell = published.get(programme_id)
        if cell is None:
            continue
        for number, (step, share, state) in enumerate(_steps(group, cell, k), start=1):
            if programme_id in hidden.get(step, ()) and state != "not_measured":
                share, state = None, "hidden"
            rows.append(
                {
                    "programme_id": programme_id,
                    "step": step,
                    "step_no": number,
                    "period_start_date": year.start,
                    "period_end_date": year.end,
                    "enrolment_count": group.height,
                    "reached_share": share,
                    "state": state,
                }
            )
    return (
        pl.DataFrame(rows, schema=SCHEMA)
        .with_columns(counts_where(pl.col("state") != "hidden", ["enrolment_count"], k))
        .sort("programme_id", "step_no")
    )


def hidden_steps(
    kpis: pl.DataFrame, cells: pl.DataFrame, end: date
) -> dict[str, frozenset[str]]:
    """Return step -> programmes of which a published KPI of that step is not shown.

    Args:
        kpis: the registry.
        cells: pub.kpi_cells.
        end: the last day of the four quarters.
    """
    found = {}
    for step, columns in COUNTED.items():
        named = kpis.filter(pl.col("numerator_column").is_in(columns))["kpi_id"]
        of_step = cells.filter(
            (pl.col("cube") == "programme")
            & pl.col("kpi_id").is_in(named.implode())
            & (pl.col("period_end_date") <= end)
            & (pl.col("period_start_date") > pl.lit(end).dt.offset_by("-1y"))
            & (pl.col("state") == "hidden")
        )
        found[step] = frozenset(of_step["programme_id"])
    return found


def _steps(
    group: pl.DataFrame, cell: dict[str, Any], k: int
) -> list[tuple[str, float | None, str]]:
    """Return step, share and state of each step of one programme."""
    if cell["state"] != "shown" or group["learner_key"].n_unique() < k:
        return [(step, None, "hidden") for step in STEPS]
    finished = round(float(cell["value"]), POINTS)
    return [
        ("enrolled", 1.0, "shown"),
        ("started", *_started(group, k)),
        ("finished", finished, "shown"),
        ("passed", *_passed(group, k)),
    ]


def _started(group: pl.DataFrame, k: int) -> tuple[float | None, str]:
    if group["is_unknown"].any():
        return None, "not_measured"
    never = _people(group, ~pl.col("is_started"))
    left = _people(group, pl.col("is_started") & ~pl.col("is_finished"))
    if never < k:
        return None, "as_before"
    if left < k:
        return None, "as_after"
    return round(group["is_started"].mean(), POINTS), "shown"


def _passed(group: pl.DataFrame, k: int) -> tuple[float | None, str]:
    finishers = group.filter("is_finished")
    known = finishers["is_passed"].is_not_null().mean() or 0.0
    if known < FEWEST_RESULTS:
        return None, "not_measured"
    passed = pl.col("is_passed").fill_null(False)
    if _people(finishers, ~passed) < k:
        return None, "as_before"
    # Passes alone are published too: less these, they leave who passed otherwise.
    otherwise = _people(group.filter(~pl.col("is_finished")), passed)
    if _people(finishers, passed) < k or 0 < otherwise < k:
        return None, "hidden"
    return round(group.select(passed & pl.col("is_finished")).mean().item(), POINTS), (
        "shown"
    )


def _people(group: pl.DataFrame, which: pl.Expr) -> int:
    return group.filter(which)["learner_key"].n_unique()
