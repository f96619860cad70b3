"""The sample organisation as comparison cells, made from its planted outcomes."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from comparison.reading import Evidence, Kpi
from samples.catalogue import MODES, programmes
from samples.generate import World, world
from samples.plan import Plan

AUDIENCE = ("segment", "region", "language", "tenure_band", "prior_completion_band")
FINISHED = Kpi(
    kpi_id="completion_rate",
    kpi_name="Finished",
    unit="share",
    margin=0.03,
    population_words="people enrolled",
    anchor="matured_quarter_date",
    comparable_within="completion_class",
    is_base_selected=False,
    estimator="cell_mean",
    base_kpi=None,
)
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
    world: World

    def points(self, mode_a: str, mode_b: str, category: str) -> float | None:
        """Return the planted difference over programmes that ran in both modes."""
        matched_pairs = [
            number
            for number, programme in enumerate(programmes())
            if {mode_a, mode_b} <= set(programme.modes)
            and category in ("all", programme.category.slug)
        ]
        mine = np.isin(self.world.enrolled.programme, matched_pairs)
        rates = self.world.enrolled.rates[mine]
        if not len(rates):
            return None
        gap = rates[:, MODES.index(mode_a)] - rates[:, MODES.index(mode_b)]
        return float(gap.mean())


def planted(seed: int) -> Planted:
    """Generate two years of outcomes and count who finished in time."""
    plan = Plan(seed=seed)
    what = world(plan)
    matured = (what.enrolled.anchor + what.enrolled.horizon <= plan.cut_off) & (
        what.became.waived < 0
    )
    sums = pl.col("finished").sum()
    cells = (
        _enrolments(what)
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
    return Planted(evidence, what)


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
}


def _enrolments(what: World) -> pl.DataFrame:
    """Return a row per enrolment, with the attributes of the person."""
    enrolled, people, catalogue = what.enrolled, what.people.frame, programmes()
    matured = pl.from_epoch(pl.Series(enrolled.anchor + enrolled.horizon), "s")
    return pl.DataFrame(
        {
            "programme_id": [catalogue[n].programme_id for n in enrolled.programme],
            "cohort_id": [str(n) for n in enrolled.cohort],
            "delivery_mode": [MODES[n] for n in enrolled.mode],
            "outcome_category": [
                catalogue[n].category.slug for n in enrolled.programme
            ],
            "period_start_date": matured.dt.truncate("1q").dt.date(),
            "finished": what.became.finishes.astype(float),
            "person": enrolled.person,
            **{name: people[name].gather(enrolled.person) for name in AUDIENCE},
        }
    )
