"""Coarse counts: single quarters, and windows that overlap the exact ones.

A coarse cell says how many people only to the nearest 2k, its share in whole points,
and nothing else. What is left when it is taken from a total is then uncertain by 2k for
each cell taken. Now and then rounding lands so that a small group beside it is narrowed
down all the same: then the coarse cell is hidden too.
"""

import numpy as np
import polars as pl

from publishing.audit import TOLERANCE, Sum


def roughly(column: str, k: int) -> pl.Expr:
    """Return a count to the nearest 2k, at least 2k."""
    return ((pl.col(column) / (2 * k)).round() * (2 * k)).clip(lower_bound=2 * k)


def hide_tellers(
    values: np.ndarray,
    hidden: np.ndarray,
    is_exact: np.ndarray,
    is_small: np.ndarray,
    sums: list[Sum],
    k: int,
) -> np.ndarray:
    """Hide the cells that, in one sum, narrow a small hidden one down to less than k.

    Coarse cells go first; where a sum has none to hide, its total goes.

    Args:
        values: people, or rows, in each cell; shape (cells,).
        hidden: which cells are not shown; shape (cells,), boolean.
        is_exact: which cells show their exact value; shape (cells,), boolean.
        is_small: which hidden cells must be protected; shape (cells,), boolean.
        sums: which cells are sums of others.
        k: the smallest group that may be shown.

    Returns:
        Which cells are hidden now.
    """
    hidden = hidden.copy()
    low, high = _bounds(values, hidden, is_exact, k)
    for one in sums:
        while _tells(one, values, is_small & hidden, low, high, k):
            shown = [near for near in one.parts if not hidden[near]]
            coarse = [near for near in shown if not is_exact[near]]
            chosen = min(
                coarse, key=lambda near: (values[near], near), default=one.total
            )
            hidden[chosen], low[chosen], high[chosen] = True, 0, np.inf
    return hidden


def _bounds(
    values: np.ndarray, hidden: np.ndarray, is_exact: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return what an attacker knows of each cell by itself."""
    published = np.maximum(np.round(values / (2 * k)) * (2 * k), 2 * k)
    low = np.where(is_exact, values, np.maximum(published - k, 0))
    high = np.where(is_exact, values, published + k)
    return np.where(hidden, 0, low), np.where(hidden, np.inf, high)


def _tells(
    one: Sum,
    values: np.ndarray,
    small: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    k: int,
) -> bool:
    """Return whether this sum alone narrows down a small part of it to less than k.

    Where people are in several parts, what they overlap by is unknown too.
    """
    parts = list(one.parts)
    overlaps = values[parts].sum() > values[one.total] + TOLERANCE
    for cell in parts:
        if not small[cell] or np.isinf(high[one.total]):
            continue
        others = [part for part in parts if part != cell]
        greatest = high[one.total] - (0 if overlaps else low[others].sum())
        least = max(low[one.total] - high[others].sum(), 0)
        if greatest - least < k:
            return True
    return False
