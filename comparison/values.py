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
        among, chosen: cohorts' values, and which of them are its own.
    """

    programme: int
    mode: int
    block: int
    people: float
    value: float
    sampling: float
    among: CohortValues
    chosen: Array

    @property
    def cohorts(self) -> CohortValues:
        """The values of its cohorts."""
        return self.among.take(self.chosen)


def cohort_values(cells: Cells) -> CohortValues:
    """Return the cohorts' values, at the audience of the scope.

    Sorted by programme, mode, block and cohort.

    Args:
        cells: of one KPI, with the block inside which programmes are compared.
    """
    keys = (cells.programme, cells.mode, cells.block, cells.cohort)
    found, group = _distinct(keys)
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


def _distinct(keys: tuple[Array, ...]) -> tuple[Array, Array]:
    """Return the distinct combinations of keys, ascending, and that of each entry.

    One number for a combination sorts much faster than a row of numbers.
    """
    shape = tuple(int(key.max(initial=0)) + 1 for key in keys)
    found, group = np.unique(np.ravel_multi_index(keys, shape), return_inverse=True)
    return np.stack(np.unravel_index(found, shape)), group


def _guarded_moments(moment: Array, people: Array) -> Array:
    """Return the variances, that of all cohorts together where one has none.

    A cohort in which everybody has the same value is not certain either.
    """
    usual = float((moment * people).sum() / people.sum()) if people.size else 0.0
    return np.where(moment > 0, moment, usual)


def programme_values(cohorts: CohortValues) -> list[ProgrammeValue]:
    """Return an entry per programme x mode, sorted by both and by block."""
    found, group = _distinct((cohorts.programme, cohorts.mode, cohorts.block))
    order = np.argsort(group, kind="stable")
    counts = np.bincount(group, minlength=found.shape[1])
    people, total, spread = (
        np.bincount(group, weight, found.shape[1])
        for weight in (
            cohorts.people,
            cohorts.people * cohorts.value,
            cohorts.people * cohorts.spread,
        )
    )
    columns = (people, total / people, spread / people**2)
    return [
        ProgrammeValue(*key, *numbers, cohorts, chosen)
        for key, numbers, chosen in zip(
            found.T.tolist(),
            zip(*(column.tolist() for column in columns), strict=True),
            np.split(order, np.cumsum(counts)[:-1]),
            strict=True,
        )
    ]
