"""Cohorts with a life table, set beside the cells of a KPI that counts their people."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from comparison.cells import Cells, Names
from comparison.timing import Cohort
from comparison.values import CohortValues


@dataclass(frozen=True)
class TimedCohorts:
    """Cohorts with a life table, with the numbers that a KPI's cells give them."""

    cohorts: list[Cohort]
    programme: np.ndarray
    mode: np.ndarray
    cohort: np.ndarray

    def values(self, part: Cells, taus: Mapping[int, float]) -> CohortValues:
        """Return the days to finish of the cohorts that cells are about."""
        chosen = np.flatnonzero(self.are_in(part))
        days = [
            self.cohorts[position].days(taus[int(self.programme[position])])
            for position in chosen
        ]
        people, value, spread = np.array(days).reshape(-1, 3).T
        return CohortValues(
            self.programme[chosen],
            self.mode[chosen],
            self.cohort[chosen],
            np.zeros(chosen.size, dtype=np.int64),
            people,
            value,
            spread,
        )

    def are_in(self, part: Cells) -> np.ndarray:
        """Return which of the cohorts some cells are about."""
        return np.isin(self._keys(part.names), _keys_of(part))

    def cover(self, part: Cells) -> np.ndarray:
        """Return which cells are about one of the cohorts."""
        return np.isin(_keys_of(part), self._keys(part.names))

    def _keys(self, names: Names) -> np.ndarray:
        return _keys(self.programme, self.mode, self.cohort, names)


def timed_cohorts(names: Names, cohorts: list[Cohort]) -> TimedCohorts:
    """Return the cohorts that a KPI's cells know."""
    known = [
        {name: number for number, name in enumerate(each)}
        for each in (names.programmes, names.modes, names.cohorts)
    ]
    found = [
        cohort
        for cohort in cohorts
        if all(part in each for part, each in zip(cohort.key, known, strict=True))
    ]
    numbers = [
        [each[part] for part, each in zip(cohort.key, known, strict=True)]
        for cohort in found
    ]
    columns = np.array(numbers, dtype=np.int64).reshape(-1, 3).T
    return TimedCohorts(found, *columns)


def _keys_of(cells: Cells) -> np.ndarray:
    return _keys(cells.programme, cells.mode, cells.cohort, cells.names)


def _keys(
    programme: np.ndarray, mode: np.ndarray, cohort: np.ndarray, names: Names
) -> np.ndarray:
    """Return one number for each cohort of a programme in a mode."""
    return (programme * len(names.modes) + mode) * len(names.cohorts) + cohort
