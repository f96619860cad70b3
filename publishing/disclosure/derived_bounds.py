"""Bounds of unknowns that follow from one relation at a time."""

import numpy as np
from scipy.sparse import csr_array


def derive_bounds(
    matrix: csr_array, known: np.ndarray, low: np.ndarray, high: np.ndarray
) -> None:
    """Narrow the bounds of unknowns by each relation once.

    Args:
        matrix: shape (relations, unknowns); its factors are 1 or -1.
        known: what each relation adds up to.
        low: the least value of each unknown; is raised.
        high: the greatest value of each unknown; is lowered.
    """
    terms = matrix.tocoo()
    is_added = terms.data > 0
    least = np.where(is_added, low[terms.col], -high[terms.col])
    greatest = np.where(is_added, high[terms.col], -low[terms.col])
    most = known[terms.row] - _sum_of_others(terms.row, least, -np.inf)
    fewest = known[terms.row] - _sum_of_others(terms.row, greatest, np.inf)
    np.maximum.at(low, terms.col, np.where(is_added, fewest, -most))
    np.minimum.at(high, terms.col, np.where(is_added, most, -fewest))


def _sum_of_others(rows: np.ndarray, terms: np.ndarray, infinity: float) -> np.ndarray:
    """Return the sum of the other terms of each term's row; some may be `infinity`."""
    is_infinite = np.isinf(terms)
    finite = np.where(is_infinite, 0, terms)
    sums = np.bincount(rows, finite)[rows] - finite
    infinite_terms = np.bincount(rows, is_infinite)[rows] - is_infinite
    return np.where(infinite_terms > 0, infinity, sums)
