"""Comparison cells of one KPI as arrays: one entry per cohort x quarter x stratum.

See fct_comparison_cells. A year of cells is filtered and added up thousands of times
for one table of verdicts; arrays of numbers make that cheap.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from comparison.levels import LevelColumns

# What was known of people at enrolment.
AUDIENCE = ("segment", "region", "language", "tenure_band", "prior_completion_band")
UNKNOWN = "unknown"
EPOCH = date(1970, 1, 1)

Array = np.ndarray


@dataclass(frozen=True)
class Names:
    """What the numbers of `Cells` stand for: the names, sorted.

    Attributes:
        programmes, cohorts, modes, categories: of the column of the same name.
        levels: of each attribute of `AUDIENCE`.
    """

    programmes: tuple[str, ...]
    cohorts: tuple[str, ...]
    modes: tuple[str, ...]
    categories: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]

    def mode(self, name: str) -> int:
        """Return the number of a mode; -1 where no cell has it."""
        return self.modes.index(name) if name in self.modes else -1


@dataclass(frozen=True)
class Cells:
    """Comparison cells of one KPI, an entry per cell in every array.

    Attributes:
        names: of the numbers.
        programme, cohort, mode, category: numbers of names.
        levels: for each attribute of `AUDIENCE`, the number of the cell's level.
        quarter: first day of the quarter, in days since 1970-01-01.
        learners: people, counted once per cell.
        people: the denominator.
        total: sum of the values.
        squares: sum of the squared values.
        low, high: sums of the values at the worst and best match of unmatched people.
        block: number of the group inside which people are compared; 0 for all cells
            until a design sets it.
        persons: the numbers of the distinct people of each cell; None where the same
            person is in one cell only.
        most_cells: how many cells a person is in at most.
    """

    names: Names
    programme: Array
    cohort: Array
    mode: Array
    category: Array
    levels: tuple[Array, ...]
    quarter: Array
    learners: Array
    people: Array
    total: Array
    squares: Array
    low: Array
    high: Array
    block: Array
    persons: Array | None = None
    most_cells: int = 1

    @property
    def size(self) -> int:
        """The number of cells."""
        return self.people.size

    def take(self, chosen: Array) -> "Cells":
        """Return the cells that a condition holds for, shape (cells,)."""
        kept = {
            field.name: getattr(self, field.name)[chosen]
            for field in fields(self)
            if field.name not in {"names", "levels", "persons", "most_cells"}
        }
        levels = tuple(level[chosen] for level in self.levels)
        persons = None if self.persons is None else self.persons[chosen]
        return replace(self, levels=levels, persons=persons, **kept)

    def people_by(self, group: Array, groups: int, enough: int) -> Array:
        """Return the distinct people of each group of cells, shape (groups,).

        Exact up to `enough`; what is certainly more is the sum of the cells' people.

        Args:
            group: of each cell, from 0.
            groups: how many there are.
            enough: people from which on nobody asks for the exact number.
        """
        people = np.bincount(group, self.learners, groups)
        if self.persons is None or self.most_cells == 1:
            return people
        for number in np.flatnonzero(
            (people > 0) & (people < enough * self.most_cells)
        ):
            found = np.concatenate(self.persons[group == number])
            people[number] = np.unique(found).size
        return people

    def is_in(self, start: date, end: date) -> Array:
        """Return which cells are of quarters that begin between two days, inclusive."""
        first, last = ((day - EPOCH).days for day in (start, end))
        return (self.quarter >= first) & (self.quarter <= last)

    def of_mode(self, mode: str) -> Array:
        """Return which cells have a mode."""
        return self.mode == self.names.mode(mode)

    def in_modes(self, modes: Sequence[str]) -> Array:
        """Return which cells have one of some modes."""
        return np.isin(self.mode, [self.names.mode(mode) for mode in modes])

    def columns(
        self, attributes: Sequence[int] | None = None, *, every_level: bool = False
    ) -> LevelColumns:
        """Return a column of 0 and 1 for each level of each attribute.

        Args:
            attributes: positions in `AUDIENCE`; all if None.
            every_level: False leaves out the largest level of each attribute, from
                which the effects of the other levels are then measured.
        """
        chosen = range(len(self.levels)) if attributes is None else attributes
        columns, width = [], 0
        for code in (self.levels[position] for position in chosen):
            used = np.flatnonzero(np.bincount(code))
            weight = np.bincount(code, self.people)
            if not every_level and used.size:
                used = used[used != used[np.argmax(weight[used])]]
            number = np.full(weight.size, -1)
            number[used] = width + np.arange(used.size)
            columns.append(number[code])
            width += used.size
        return LevelColumns(
            tuple(np.where(column < 0, width, column) for column in columns), width
        )


def cells_of(frame: pl.DataFrame) -> Cells:
    """Return rows of fct_comparison_cells of one KPI as arrays.

    Args:
        frame: programme_id, cohort_id, delivery_mode, outcome_category, the attributes
            of `AUDIENCE`, learner_count, denominator, value_sum, value_sum_of_squares;
            unmatched_low, unmatched_high and period_start_date may be absent, and so
            may `persons`, a list of numbers of distinct people. A null attribute is the
            level `unknown`.
    """
    keys = ("programme_id", "cohort_id", "delivery_mode", "outcome_category")
    coded = [_coded(frame[name]) for name in keys]
    attributes = [_coded(frame[name].fill_null(UNKNOWN)) for name in AUDIENCE]
    names = Names(
        *(levels for _code, levels in coded),
        levels=tuple(levels for _code, levels in attributes),
    )
    bounds = ("unmatched_low", "unmatched_high")
    low, high = (name if name in frame.columns else "value_sum" for name in bounds)
    quarter = np.zeros(frame.height, dtype=np.int64)
    if "period_start_date" in frame.columns:
        quarter = frame["period_start_date"].cast(pl.Int32).fill_null(0).to_numpy()
    return Cells(
        names,
        *(code for code, _levels in coded),
        levels=tuple(code for code, _levels in attributes),
        quarter=quarter,
        learners=_numbers(frame["learner_count"]),
        people=_numbers(frame["denominator"]),
        total=_numbers(frame["value_sum"]),
        squares=_numbers(frame["value_sum_of_squares"]),
        low=_numbers(frame[low]),
        high=_numbers(frame[high]),
        block=np.zeros(frame.height, dtype=np.int64),
        **_persons(frame),
    )


def _persons(frame: pl.DataFrame) -> dict[str, Any]:
    """Return who is in each cell, and in how many cells a person is at most.

    Where people of a cell are not known by number, nothing is known of any.
    """
    if "persons" not in frame.columns or frame["persons"].null_count():
        return {}
    persons = np.empty(frame.height, dtype=object)
    persons[:] = [each.to_numpy() for each in frame["persons"]]
    everybody = np.concatenate(persons) if frame.height else np.zeros(0, np.int64)
    most = int(np.unique(everybody, return_counts=True)[1].max(initial=1))
    return {"persons": persons, "most_cells": most}


def _coded(column: pl.Series) -> tuple[Array, tuple[str, ...]]:
    """Return the number of each entry's name, and the names in order."""
    if column.is_empty():
        return np.zeros(0, dtype=np.int64), ()
    code = column.rank("dense").cast(pl.Int64).to_numpy() - 1
    return code, tuple(column.unique().sort().to_list())


def _numbers(column: pl.Series) -> Array:
    return column.cast(pl.Float64).to_numpy()


def distinct(group: Array, member: Array, groups: int, members: int) -> Array:
    """Return how many distinct members each of `groups` groups has."""
    seen = np.bincount(group * members + member, minlength=groups * members) > 0
    return seen.reshape(groups, members).sum(axis=1)
