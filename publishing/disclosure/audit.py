"""The audit: which suppressed cells can an attacker narrow down from the shown ones?

The method is that of Federal Committee on Statistical Methodology, Working Paper 22: a
suppressed cell is safe when its feasibility interval has the required width and neither
end is the true value.

Assumption: each measure is attacked on its own, over all linked tables (quarters and
trailing windows, modes, categories, programmes, units, regions) at once.
"""

from collections.abc import Iterator

import numpy as np

from publishing.disclosure.feasibility import Exposure, Relation, build_systems


def find_exposures(
    values: np.ndarray,
    suppressed: np.ndarray,
    sensitive: np.ndarray,
    relations: list[Relation],
    width: float,
) -> list[Exposure]:
    """Return the sensitive suppressed cells that an attacker can narrow down too far.

    Args:
        values: the true value of each cell, never negative; shape (cells,).
        suppressed: which cells are not shown; shape (cells,), boolean.
        sensitive: which suppressed cells must be protected; the other suppressed ones
            only protect them; shape (cells,), boolean.
        relations: which cells are sums of others.
        width: the least width of a safe feasibility interval.

    Returns:
        One exposure per cell that is not safe, by cell number.
    """
    found = _attack(values, suppressed, sensitive, relations, width)
    return sorted(found, key=lambda exposure: exposure.cell)


def is_safe(
    values: np.ndarray,
    suppressed: np.ndarray,
    sensitive: np.ndarray,
    relations: list[Relation],
    width: float,
) -> bool:
    """Return whether `find_exposures` finds nothing; stops at the first exposure."""
    found = _attack(values, suppressed, sensitive, relations, width)
    return next(found, None) is None


def _attack(
    values: np.ndarray,
    suppressed: np.ndarray,
    sensitive: np.ndarray,
    relations: list[Relation],
    width: float,
) -> Iterator[Exposure]:
    ceiling = np.full(len(values), np.inf)
    for relation in relations:
        if not suppressed[relation.total]:
            parts = list(relation.parts)
            ceiling[parts] = np.minimum(ceiling[parts], values[relation.total])
    for system in build_systems(values, suppressed, relations):
        yield from system.find_exposures(sensitive & suppressed, ceiling, width)
