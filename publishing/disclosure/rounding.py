"""Rounded counts: single quarters, and windows that overlap the exact ones.

A rounded cell shows its people to the nearest 2k and its share in whole points, and
nothing else. What is left after subtracting it from a total is then uncertain by 2k for
each rounded cell. Where rounding still narrows down a small suppressed cell in the same
relation, the rounded cell is suppressed too.
"""

import numpy as np
import polars as pl

from publishing.disclosure.feasibility import TOLERANCE
from publishing.disclosure.relations import Relation


def round_people(column: str, k: int) -> pl.Expr:
    """Return a count of people to the nearest 2k, and at least 2k."""
    return ((pl.col(column) / (2 * k)).round() * (2 * k)).clip(lower_bound=2 * k)


def suppress_disclosive_cells(
    values: np.ndarray,
    suppressed: np.ndarray,
    is_exact: np.ndarray,
    is_small: np.ndarray,
    relations: list[Relation],
    k: int,
) -> np.ndarray:
    """Suppress the cells that, in one relation, narrow a small cell down to under k.

    Rounded cells go first; where a relation has none to suppress, its total goes.

    Args:
        values: people, or rows, in each cell; shape (cells,).
        suppressed: which cells are not shown; shape (cells,), boolean.
        is_exact: which cells show their exact value; shape (cells,), boolean.
        is_small: which suppressed cells must be protected; shape (cells,), boolean.
        relations: which cells are sums of others.
        k: the smallest group that may be shown.

    Returns:
        Which cells are suppressed now.
    """
    suppressed = suppressed.copy()
    low, high = _known_bounds(values, suppressed, is_exact, k)
    for relation in relations:
        while _is_disclosive(relation, values, is_small & suppressed, low, high, k):
            rounded = [
                part
                for part in relation.parts
                if not suppressed[part] and not is_exact[part]
            ]
            chosen = min(
                rounded, key=lambda part: (values[part], part), default=relation.total
            )
            suppressed[chosen], low[chosen], high[chosen] = True, 0, np.inf
    return suppressed


def _known_bounds(
    values: np.ndarray, suppressed: np.ndarray, is_exact: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds that an attacker knows for each cell by itself."""
    rounded = np.maximum(np.round(values / (2 * k)) * (2 * k), 2 * k)
    low = np.where(is_exact, values, rounded - k)
    high = np.where(is_exact, values, rounded + k)
    return np.where(suppressed, 0, low), np.where(suppressed, np.inf, high)


def _is_disclosive(
    relation: Relation,
    values: np.ndarray,
    is_small: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    k: int,
) -> bool:
    """Return whether one relation alone narrows a small part down to less than k.

    Where people are in several parts, the overlap is unknown to the attacker too.
    """
    parts = list(relation.parts)
    has_overlap = values[parts].sum() > values[relation.total] + TOLERANCE
    for cell in parts:
        if not is_small[cell] or np.isinf(high[relation.total]):
            continue
        others = [part for part in parts if part != cell]
        greatest = high[relation.total] - (0 if has_overlap else low[others].sum())
        least = max(low[relation.total] - high[others].sum(), 0)
        if greatest - least < k:
            return True
    return False
