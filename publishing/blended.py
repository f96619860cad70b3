"""Blended designs: which pattern each programme runs, and where its steps lose people.

People go through the steps of a design one after the other: a step counts those who
reached it and every step before it. Counts are rounded to the nearest k, and a step is
published only where at least k people were lost since the last published one, so that
no smaller group follows by subtracting two steps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from publishing.hiding import POINTS, counts_where, rounded_where, state_where
from publishing.intervals import wilson

PROGRAMMES = """
select
    cohorts.programme_id,
    coalesce(patterns.detected_pattern, 'unrecognised') as hybrid_pattern,
    count(*) as cohort_count,
    bool_or(coalesce(patterns.session_count, 0) > 0) as has_live_evidence,
from warehouse.marts.dim_cohorts as cohorts
left join warehouse.marts.fct_cohort_patterns as patterns
    using (programme_id, cohort_id)
where cohorts.delivery_mode = 'hybrid'
group by all
order by all
"""

# Started enrolments whose time is over, by the required phases of their design.
PHASES = """
select
    phases.enrolment_id,
    phases.learner_key,
    phases.programme_id,
    phases.cohort_id,
    coalesce(patterns.detected_pattern, 'unrecognised') as hybrid_pattern,
    phases.phase_no,
    phases.phase_mode as step_mode,
    phases.phase_survival_numerator = 1 as is_reached,
    phases.hours_since_previous_phase / 24 as gap_days,
from warehouse.marts.fct_phase_transitions as phases
left join warehouse.marts.fct_cohort_patterns as patterns
    using (programme_id, cohort_id)
where
    phases.phase_survival_denominator = 1
    and phases.matured_quarter_date between $start and $end
"""

SEATS = """
select
    learner_key,
    prework_readiness_numerator = 1 as is_prepared,
    attendance_status = 'attended' as is_attended,
from warehouse.marts.fct_session_transitions
where
    prework_readiness_denominator = 1
    and attendance_status in ('attended', 'partial', 'no_show')
    and session_quarter_date between $start and $end
"""

FEWEST_FOR_QUARTILES = 2  # times k: a quartile of fewer people is nearly one of them
GROUP = ("hybrid_pattern", "sequence")
GAPS = {"gap_days_low": 0.25, "gap_days_median": 0.5, "gap_days_high": 0.75}


@dataclass(frozen=True)
class Year:
    """Four quarters, by the first day of the first and the last day of the last."""

    start: date
    end: date

    @classmethod
    def ending(cls, end: date) -> "Year":
        """Return the four quarters that end with a day, the last of a quarter."""
        start = pl.select(pl.lit(end).dt.offset_by("1d").dt.offset_by("-1y")).item()
        return cls(start, end)


def blended_tables(
    connection: duckdb.DuckDBPyConnection, phases: pl.DataFrame, year: Year, k: int
) -> dict[str, pl.DataFrame]:
    """Return pub.blended_programmes, pub.blended_steps and pub.prework_attendance.

    Args:
        connection: with the warehouse attached as `warehouse`.
        phases: of `phases_of` that year.
        year: whose enrolments and sessions count.
        k: the smallest group that may be shown.
    """
    within = {"start": year.start, "end": year.end}
    return {
        "blended_programmes": connection.sql(PROGRAMMES).pl(),
        "blended_steps": steps(phases, year, k),
        "prework_attendance": prework_attendance(
            connection.sql(SEATS, params=within).pl(), year, k
        ),
    }


def phases_of(connection: duckdb.DuckDBPyConnection, year: Year) -> pl.DataFrame:
    """Return started enrolments of a year by the required phases of their design."""
    within = {"start": year.start, "end": year.end}
    return connection.sql(PHASES, params=within).pl()


def steps(
    phases: pl.DataFrame, year: Year, k: int, by: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Count how far people come in each sequence of steps of each pattern.

    Args:
        phases: enrolment_id, learner_key, cohort_id, hybrid_pattern, phase_no,
            step_mode, is_reached, gap_days; one row per enrolment and phase.
        year: the period that the rows are of.
        k: the smallest group that may be shown.
        by: further columns of text that a ladder is of.

    Returns:
        Columns as pub.blended_steps after those of `by`, one row per pattern, sequence
        and step.
    """
    schema = dict.fromkeys(by, pl.String) | STEP_SCHEMA
    if phases.is_empty():
        return pl.DataFrame(schema=schema)
    of_ladder = (*by, *GROUP)
    rows = [
        dict(zip(of_ladder, names, strict=True)) | row
        for names, group in numbered_steps(phases)
        .sort(*of_ladder, "enrolment_id", "step_no")
        .group_by(*of_ladder, maintain_order=True)
        for row in _ladder(group, k)
    ]
    undated = {n: t for n, t in schema.items() if n not in PERIOD}
    found = pl.DataFrame(rows, schema=undated).with_columns(
        counts_where(pl.col("state") != "hidden", ["enrolment_count"], k)
    )
    return _dated(found, year).select(*schema)


def numbered_steps(phases: pl.DataFrame) -> pl.DataFrame:
    """Add the number of a step, its sequence, and whether all steps were reached."""
    return phases.sort("enrolment_id", "phase_no").with_columns(
        pl.col("phase_no").rank("dense").over("cohort_id").alias("step_no"),
        pl.col("step_mode").str.join(" ").over("enrolment_id").alias("sequence"),
        pl.col("is_reached").cum_min().over("enrolment_id").alias("is_through"),
    )


def _ladder(group: pl.DataFrame, k: int) -> Iterator[dict[str, object]]:
    """Yield the steps of one sequence; see the rule at the top of this file."""
    enrolments = group["enrolment_id"].n_unique()
    is_shown = group["learner_key"].n_unique() >= k
    last_shown, last_share = group.filter(pl.col("step_no") == 1), 1.0
    for number in range(1, int(group["step_no"].max()) + 1):
        here = group.filter(pl.col("step_no") == number)
        through = here.filter("is_through")
        row = {
            "step_no": number,
            "step_mode": here["step_mode"].mode().sort()[0],
            "enrolment_count": enrolments,
        }
        is_shown = is_shown and through["learner_key"].n_unique() >= k
        if not is_shown:
            yield row | {"state": "hidden"}
            continue
        row |= _gaps(through, k)
        lost = last_shown.join(through, on="enrolment_id", how="anti")
        if lost["learner_key"].n_unique() < k:
            yield row | {"state": "as_before"}
            continue
        share = round(through.height / enrolments, POINTS)
        lost_share = round(last_share - share, POINTS)
        yield row | {"reached_share": share, "lost_share": lost_share, "state": "shown"}
        last_share, last_shown = share, through


def _gaps(through: pl.DataFrame, k: int) -> dict[str, int]:
    """Return the quartiles of days since the step before, where they may be shown."""
    gaps = through.drop_nulls("gap_days")
    if gaps["learner_key"].n_unique() < FEWEST_FOR_QUARTILES * k:
        return {}
    days = {name: gaps["gap_days"].quantile(at, "linear") for name, at in GAPS.items()}
    # Steps that run side by side have no gap between them.
    if days["gap_days_low"] < 0:
        return {}
    return {name: round(of_quartile) for name, of_quartile in days.items()}


def prework_attendance(seats: pl.DataFrame, year: Year, k: int) -> pl.DataFrame:
    """Compare attendance with and without finished preparation.

    Both rows are hidden where one of their four groups has fewer than k people.

    Args:
        seats: learner_key, is_prepared, is_attended; one row per expected attendance.
        year: the period that the rows are of.
        k: the smallest group that may be shown.

    Returns:
        Columns as pub.prework_attendance; a row for each is_prepared, or none.
    """
    if seats.is_empty():
        return pl.DataFrame(schema=SEAT_SCHEMA)
    groups = seats.group_by("is_prepared", "is_attended").agg(
        pl.col("learner_key").n_unique().alias("people")
    )
    is_shown = groups.height == 4 and groups["people"].min() >= k
    share = pl.col("attended_share")
    low, high = wilson(share, pl.col("seat_count"))
    shown = pl.lit(is_shown)
    described = (
        seats.group_by("is_prepared")
        .agg(
            pl.len().alias("seat_count"),
            pl.col("is_attended").mean().alias("attended_share"),
        )
        .with_columns(*counts_where(shown, ["seat_count"], k), state_where(shown))
        .with_columns(low.alias("ci_low"), high.alias("ci_high"))
        .with_columns(rounded_where(shown, ("attended_share", "ci_low", "ci_high")))
    )
    return _dated(described, year).select(*SEAT_SCHEMA).sort("is_prepared")


def _dated(rows: pl.DataFrame, year: Year) -> pl.DataFrame:
    return rows.with_columns(
        pl.lit(year.start).alias("period_start_date"),
        pl.lit(year.end).alias("period_end_date"),
    )


NUMBERS = {
    "enrolment_count": pl.Int64,
    "reached_share": pl.Float64,
    "lost_share": pl.Float64,
    **dict.fromkeys(GAPS, pl.Int64),
}
PERIOD = {"period_start_date": pl.Date, "period_end_date": pl.Date}
STEP_SCHEMA = {
    "hybrid_pattern": pl.String,
    "sequence": pl.String,
    "step_no": pl.Int64,
    "step_mode": pl.String,
    **PERIOD,
    **NUMBERS,
    "state": pl.String,
}
SEAT_SCHEMA = {
    "is_prepared": pl.Boolean,
    **PERIOD,
    "seat_count": pl.Int64,
    "attended_share": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "state": pl.String,
}
