"""Which cells and parts of cells must be protected, and how widely.

A part is what is left of a published cell after its published parts are subtracted: a
residual cell. It is judged like a cell of its own.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from publishing.cubes import DIMENSIONS, SIDES
from publishing.disclosure.figures import Rule
from publishing.disclosure.linked_tables import LinkedTables

LEAST_WIDTH = 1e-3  # of an amount; the interval of an amount of 0 needs some width


@dataclass(frozen=True)
class Groups:
    """The people behind cells and residual cells, numbered alike.

    Attributes:
        people: behind the base; shape (cells and residual cells,), like all others.
        numerator_people: behind the numerator.
        complement_people: of a share, with any of the base outside the numerator.
        numerator: the amount counted.
        denominator: the amount that it is counted out of.
        is_dominated: of which amounts one person has too large a part.
    """

    people: np.ndarray
    numerator_people: np.ndarray
    complement_people: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray
    is_dominated: np.ndarray

    @classmethod
    def of(
        cls,
        cells: pl.DataFrame,
        linked: LinkedTables,
        base_cells: pl.DataFrame,
        people: pl.DataFrame | None,
    ) -> "Groups":
        """Count the people of residual cells; those of cells are known.

        Args:
            cells: numbered, with the people of each side and `is_dominated`.
            linked: their residual cells.
            base_cells: that the residual cells are made of.
            people: of one KPI, from `people_behind`; None where its fact has no keys.
        """
        residuals = linked.residuals.with_columns(
            pl.col(f"most_{side}").alias(side) for side in SIDES
        )
        if people is not None and not people.is_empty() and residuals.height:
            residuals = _counted(residuals, linked.members, base_cells, people)
        both = {
            name: np.concatenate(
                [
                    cells[name].cast(pl.Float64).fill_null(0).to_numpy(),
                    residuals[name].cast(pl.Float64).fill_null(0).to_numpy(),
                ]
            )
            for name in (*SIDES, "numerator", "denominator")
        }
        dominated = cells["is_dominated"].to_numpy()
        none = np.zeros(residuals.height, dtype=bool)
        return cls(**both, is_dominated=np.concatenate([dominated, none]))

    def is_small(self, k: int) -> np.ndarray:
        """Return which hold somebody, but fewer than k people."""
        return (self.people > 0) & (self.people < k)

    def share_width(self, rule: Rule) -> np.ndarray:
        """Return how wide the interval of a numerator must be; 0 where it need not.

        As many events as `each_side` people of a small side have, and no more than the
        base allows. A cell of no people has nothing to protect.
        """
        has_people = (self.people > 0) & (self.denominator > 0)
        width = np.where(self.is_small(rule.k), float(rule.each_side), 0.0)
        sides = (
            (self.numerator, self.numerator_people),
            (self.denominator - self.numerator, self.complement_people),
        )
        for events, people in sides:
            each = np.ceil(events / np.maximum(people, 1))
            needed = rule.each_side * np.maximum(each, 1)
            width = np.where(people < rule.each_side, np.maximum(width, needed), width)
        return np.where(has_people, np.minimum(width, self.denominator), 0.0)

    def amount_width(self, rule: Rule) -> np.ndarray:
        """Return how wide the interval of an amount must be; 0 where it need not."""
        is_few = self.numerator_people < rule.each_side
        must = (self.is_small(rule.k) | is_few | self.is_dominated) & (self.people > 0)
        part = rule.largest_percent / 100 * self.numerator
        return np.where(must, np.maximum(part, LEAST_WIDTH), 0.0)


def _counted(
    residuals: pl.DataFrame,
    members: pl.DataFrame,
    base_cells: pl.DataFrame,
    people: pl.DataFrame,
) -> pl.DataFrame:
    """Return the residual cells with the distinct people of each side."""
    keyed = base_cells.with_row_index("base_cell").select(
        pl.col("base_cell").cast(pl.Int64), *DIMENSIONS, "quarter"
    )
    of_base = people.join(keyed, on=[*DIMENSIONS, "quarter"]).select(
        "base_cell", "learner_key", "numerator", "denominator"
    )
    in_base, in_numerator = pl.col("denominator") > 0, pl.col("numerator") != 0
    is_outside = pl.col("numerator") < pl.col("denominator")
    sides = zip(SIDES, (in_base, in_numerator, is_outside), strict=True)
    counted = (
        members.join(of_base, on="base_cell")
        .group_by("residual")
        .agg(
            pl.col("learner_key").filter(belongs).n_unique().alias(side)
            for side, belongs in sides
        )
    )
    rows = residuals.with_row_index("residual").with_columns(
        pl.col("residual").cast(pl.Int64)
    )
    return (
        rows.join(counted, on="residual", how="left", suffix="_counted")
        .with_columns(
            pl.coalesce(pl.col(f"{side}_counted").cast(pl.Float64), pl.col(side)).alias(
                side
            )
            for side in SIDES
        )
        .sort("residual")
    )
