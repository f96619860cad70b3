"""Days not yet finished, by cohort, from life tables.

The mean number of days, within the first tau days, that people had not yet finished.
A person who never finishes counts tau days, and so does a person who withdrew: a mean
over the people who finished would favour a mode that loses its slow learners.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from comparison.restricted_means import mean_within
from comparison.survival import LifeTable, with_leavers_kept

COHORT = ["programme_id", "delivery_mode", "cohort_id"]
SCHEMA = {
    **dict.fromkeys(COHORT, pl.String),
    "people": pl.Float64,
    "value": pl.Float64,
    "spread": pl.Float64,
}


@dataclass(frozen=True)
class Cohort:
    """A cohort's life table; withdrawn people stay at risk.

    `known` keeps what `days` returned, because windows overlap.
    """

    programme_id: str
    delivery_mode: str
    cohort_id: str
    table: LifeTable
    known: dict[float, tuple[float, float, float]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies the cohort: programme, mode, cohort."""
        return self.programme_id, self.delivery_mode, self.cohort_id

    def days(self, tau: float) -> tuple[float, float, float]:
        """Return people, mean days not yet finished in tau, variance of a person's."""
        if tau not in self.known:
            people = float(self.table.at_risk[0])
            mean, variance = mean_within(self.table, tau)
            # A cohort in which none or all of the people finished is not certain.
            guarded = 1 / (people + 2)
            least = tau**2 * guarded * (1 - guarded)
            self.known[tau] = people, mean, max(variance * people, least)
        return self.known[tau]


def cohorts_of(life_table: pl.DataFrame) -> list[Cohort]:
    """Return the cohorts of a life table of the completion clock.

    Args:
        life_table: rows of fct_life_table, one clock, in any order.
    """
    found = []
    ordered = life_table.sort([*COHORT, "day"])
    for key, rows in ordered.group_by(COHORT, maintain_order=True):
        day, at_risk, events, withdrawn = (
            rows[name].to_numpy().astype(float)
            for name in ("day", "at_risk", "completed", "withdrawn")
        )
        table = with_leavers_kept(LifeTable(day, at_risk, events), withdrawn)
        found.append(Cohort(*(str(part) for part in key), table))
    return [cohort for cohort in found if cohort.table.at_risk[0] > 0]


def cohort_keys(cohorts: list[Cohort]) -> pl.DataFrame:
    """Return programme_id, delivery_mode and cohort_id of cohorts."""
    schema = dict.fromkeys(COHORT, pl.String)
    keys = [cohort.key for cohort in cohorts]
    return pl.DataFrame(keys, schema=schema, orient="row")


def days_not_finished(cohorts: list[Cohort], taus: Mapping[str, float]) -> pl.DataFrame:
    """Return a row per cohort: people, value (days), spread; see Cohort.days.

    Args:
        cohorts: of these programmes.
        taus: by programme, the days that the mean is restricted to.
    """
    rows = [
        (*cohort.key, *cohort.days(taus[cohort.programme_id])) for cohort in cohorts
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
