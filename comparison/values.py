"""From comparison cells to cohorts and programmes: a value and its variance each."""

from dataclasses import dataclass

import numpy as np

from comparison.audience import audience_effects
from comparison.cells import Cells

Array = np.ndarray


@dataclass(frozen=True)
class CohortValues:
    """One entry per programme x mode x cohort in every array.

    Attributes:
        programme, mode, cohort, block: numbers, as in `Cells`.
        people: that the value is a mean of.
        value: the observed mean less what the cohort's audience explains.
        spread: variance of one person's value.
    """

    programme: Array
    mode: Array
    cohort: Array
    block: Array
    people: Array
    value: Array
    spread: Array

    def take(self, chosen: Array) -> "CohortValues":
        """Return the cohorts that a condition holds for."""
        return CohortValues(
            self.programme[chosen],
            self.mode[chosen],
            self.cohort[chosen],
            self.block[chosen],
            self.people[chosen],
            self.value[chosen],
            self.spread[chosen],
        )


@dataclass(frozen=True)
class ProgrammeValue:
    """A programme in one mode: its value, and its cohorts.

    Attributes:
        programme, mode, block: numbers, as in `Cells`.
        people: that the value is a mean of.
        value: mean of the cohorts, weighted by their people.
        sampling: the variance of the value that independent people would give.
        cohorts: the cohorts' values.
    """

    programme: int
    mode: int
    block: int
    people: float
    value: float
    sampling: float
    cohorts: CohortValues


def cohort_values(cells: Cells) -> CohortValues:
    """Return the cohorts' values, at the audience of the scope.

    Sorted by programme, mode, block and cohort.

    Args:
        cells: of one KPI, with the block inside which programmes are compared.
    """
    keys = np.stack([cells.programme, cells.mode, cells.block, cells.cohort])
    found, group = np.unique(keys, axis=1, return_inverse=True)
    group = group.ravel()
    people, total, squares, effect = (
        np.bincount(group, weight, found.shape[1])
        for weight in (
            cells.people,
            cells.total,
            cells.squares,
            audience_effects(cells) * cells.people,
        )
    )
    # (x + 1) / (n + 2): a cohort at 0 or 100 % is not certain.
    guarded = (total + 1) / (people + 2)
    moment = np.maximum(0.0, squares / people - (total / people) ** 2)
    spread = np.where(
        total == squares, guarded * (1 - guarded), _guarded_moments(moment, people)
    )
    programme, mode, block, cohort = found
    return CohortValues(
        programme, mode, cohort, block, people, (total - effect) / people, spread
    )


def _guarded_moments(moment: Array, people: Array) -> Array:
    """Return the variances, that of all cohorts together where one has none.

    A cohort in which everybody has the same value is not certain either.
    """
    usual = float((moment * people).sum() / people.sum()) if people.size else 0.0
    return np.where(moment > 0, moment, usual)


def programme_values(cohorts: CohortValues) -> list[ProgrammeValue]:
    """Return an entry per programme x mode, sorted by both and by block."""
    keys = np.stack([cohorts.programme, cohorts.mode, cohorts.block])
    found, group = np.unique(keys, axis=1, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    counts = np.bincount(group.ravel(), minlength=found.shape[1])
    rows = []
    for key, chosen in zip(
        found.T, np.split(order, np.cumsum(counts)[:-1]), strict=True
    ):
        own = cohorts.take(chosen)
        people = float(own.people.sum())
        rows.append(
            ProgrammeValue(
                *(int(number) for number in key),
                people=people,
                value=float((own.people * own.value).sum() / people),
                sampling=float((own.people * own.spread).sum() / people**2),
                cohorts=own,
            )
        )
    return rows
