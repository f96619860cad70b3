"""Sums of cells, and the cells that they disclose."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

import numpy as np

# Relations (by position in the list) with their dual values in a linear programme: the
# weighted sum of these relations proves that a bound cannot be passed.
DualCertificate = tuple[tuple[int, float], ...]


TOLERANCE = 1e-6  # of a count: what is smaller may be noise of a solver


@dataclass(frozen=True)
class Relation:
    """A cell that is the sum of others, by their cell numbers.

    Where the parts add up to more than the total (the same person may be in several
    parts), the overlap is one more unknown of the attacker.
    """

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Bounds:
    """What is published of each cell by itself.

    Attributes:
        low: the least value that a cell can have; shape (cells,).
        high: the greatest value; where it equals `low`, the cell is known exactly.
    """

    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of_counts(cls, values: np.ndarray, suppressed: np.ndarray) -> "Bounds":
        """Return bounds where a cell is exact or else nothing but a count."""
        return cls(
            np.where(suppressed, 0.0, values), np.where(suppressed, np.inf, values)
        )

    @property
    def is_open(self) -> np.ndarray:
        """Which cells are not known exactly; shape (cells,), boolean."""
        return self.low < self.high


def is_wide(
    low: np.ndarray,
    high: np.ndarray,
    truth: np.ndarray,
    stated: Bounds,
    width: np.ndarray,
) -> np.ndarray:
    """Return whether an interval is wide enough and no end is the true value.

    An end that is published is no disclosure, also at the true value: of a count, 0 is
    what anybody would assume as the least.

    Args:
        low, high: ends of the intervals of some cells.
        truth: their true values.
        stated: what is published of each by itself.
        width: the least width of a safe interval of each.
    """
    is_at_truth = ((high <= truth + TOLERANCE) & (truth < stated.high - TOLERANCE)) | (
        (low >= truth - TOLERANCE) & (truth > stated.low + TOLERANCE)
    )
    return ~is_at_truth & (high - low >= width - TOLERANCE)


@dataclass(frozen=True, eq=False)
class Exposure:
    """A sensitive suppressed cell whose feasibility interval is too narrow.

    `certificates` belong to the upper and to the lower bound.
    """

    cell: int
    lower: float
    upper: float
    certificates: Iterable[DualCertificate] = ()

    def __eq__(self, other: object) -> bool:
        """Return whether cell and interval are the same."""
        if not isinstance(other, Exposure):
            return NotImplemented
        mine, others = (self.cell, self.lower), (other.cell, other.lower)
        return mine == others and self.upper == other.upper

    def __hash__(self) -> int:
        """Return a hash of the cell."""
        return hash(self.cell)

    def shares(self, positions: Set[int]) -> bool:
        """Return whether a certificate has one of these relations."""
        return any(
            position in positions
            for certificate in self.certificates
            for position, _ in certificate
        )
