"""An exact permutation test, to check the estimators against."""

from itertools import combinations

import numpy as np


def permutation_p_value(blocks: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Return the exact two-sided p-value of a difference of means.

    Every assignment of the two labels to the units of each block is counted. It assumes
    no distribution; 3 against 3 cannot fall below 0.1. Fisher 1935.

    Args:
        blocks: values of both arms, block by block.
    """
    totals = np.zeros(1)
    for a, b in blocks:
        units = np.concatenate([a, b])
        dealt = np.array(list(combinations(range(units.size), a.size)))
        in_a = units[dealt].mean(axis=1)
        in_b = (units.sum() - in_a * a.size) / b.size
        totals = np.add.outer(totals, (in_a - in_b) * units.size).ravel()
    seen = sum((a.mean() - b.mean()) * (a.size + b.size) for a, b in blocks)
    return float((np.abs(totals) >= abs(seen) - 1e-12).mean())
