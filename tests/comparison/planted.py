"""The sample organisation as comparison cells, made from its planted outcomes."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.alarms import FINISHED
from comparison.reading import Evidence
from samples.catalogue import MODES, programmes
from samples.plan import Plan
from samples.simulation import Simulation, simulate

AUDIENCE = ("segment", "region", "language", "tenure_band", "prior_completion_band")
CELL = [
    "programme_id",
    "cohort_id",
    "delivery_mode",
    "outcome_category",
    "period_start_date",
    *AUDIENCE,
]


@dataclass(frozen=True)
class Planted:
    """The planted outcomes as comparison reads them, and the rates behind them."""

    evidence: Evidence
    simulation: Simulation

    def points(self, mode_a: str, mode_b: str, category: str) -> float | None:
        """Return the planted difference over programmes that ran in both modes."""
        matched_pairs = [
            number
            for number, programme in enumerate(programmes())
            if {mode_a, mode_b} <= set(programme.modes)
            and category in ("all", programme.category.slug)
        ]
        mine = np.isin(self.simulation.enrolments.programme, matched_pairs)
        rates = self.simulation.enrolments.rates[mine]
        if not len(rates):
            return None
        gap = rates[:, MODES.index(mode_a)] - rates[:, MODES.index(mode_b)]
        return float(gap.mean())


def planted(seed: int) -> Planted:
    """Generate two years of outcomes and count who finished in time."""
    plan = Plan(seed=seed)
    simulation = simulate(plan)
    matured = (
        simulation.enrolments.anchor + simulation.enrolments.horizon <= plan.cut_off
    ) & (simulation.outcomes.waived_at < 0)
    sums = pl.col("finished").sum()
    cells = (
        _enrolments(simulation)
        .filter(pl.Series(matured))
        .group_by(CELL)
        .agg(
            pl.lit("completion_rate").alias("kpi_id"),
            pl.col("person").n_unique().alias("learner_count"),
            pl.len().cast(pl.Float64).alias("denominator"),
            sums.alias("numerator"),
            sums.alias("value_sum"),
            sums.alias("value_sum_of_squares"),
            sums.alias("unmatched_low"),
            sums.alias("unmatched_high"),
        )
        .sort(CELL)
    )
    catalogue = programmes()
    days = {
        programme.programme_id: float(programme.category.horizon_days)
        for programme in catalogue
    }
    evidence = Evidence(
        cells=cells,
        life_table=pl.DataFrame(schema=LIFE_TABLE),
        classes={
            programme.programme_id: programme.completion_class
            for programme in catalogue
        },
        horizons=days,
        cohorts=pl.DataFrame(schema=COHORTS),
        category_labels={},
        kpis={"completion_rate": FINISHED},
        known_until=plan.as_of,
    )
    return Planted(evidence, simulation)


LIFE_TABLE = {
    "programme_id": pl.String,
    "delivery_mode": pl.String,
    "cohort_id": pl.String,
    "day": pl.Int64,
    "at_risk": pl.Int64,
    "completed": pl.Int64,
    "withdrawn": pl.Int64,
}
COHORTS = {
    "delivery_mode": pl.String,
    "outcome_category": pl.String,
    "starts_at": pl.Datetime,
    "horizon_days": pl.Int64,
    "known_until": pl.Date,
}


def _enrolments(simulation: Simulation) -> pl.DataFrame:
    """Return a row per enrolment, with the attributes of the person."""
    enrolments, people, catalogue = (
        simulation.enrolments,
        simulation.people.frame,
        programmes(),
    )
    matured = pl.from_epoch(pl.Series(enrolments.anchor + enrolments.horizon), "s")
    return pl.DataFrame(
        {
            "programme_id": [catalogue[n].programme_id for n in enrolments.programme],
            "cohort_id": [str(n) for n in enrolments.cohort],
            "delivery_mode": [MODES[n] for n in enrolments.mode],
            "outcome_category": [
                catalogue[n].category.slug for n in enrolments.programme
            ],
            "period_start_date": matured.dt.truncate("1q").dt.date(),
            "finished": simulation.outcomes.finishes_in_time.astype(float),
            "person": enrolments.person,
            **{name: people[name].gather(enrolments.person) for name in AUDIENCE},
        }
    )
