"""The audit: which suppressed cells can an attacker narrow down from the shown ones?

The method is that of Federal Committee on Statistical Methodology, Working Paper 22: a
suppressed cell is safe when its feasibility interval has the required width and neither
end is the true value.

Assumption: each measure is attacked on its own, over all linked tables (quarters and
trailing windows, modes, categories, programmes, units, regions) at once.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from publishing.disclosure.feasibility import Attack
from publishing.disclosure.linear_systems import LinearSystem, build_systems
from publishing.disclosure.relations import Bounds, Exposure, Relation

# Systems whose outcome is kept: KPIs of one population have the same ones, and so have
# two attempts to show complementary cells again.
KEPT_SYSTEMS = 4096


def find_exposures(
    values: np.ndarray,
    bounds: Bounds,
    sensitive: np.ndarray,
    relations: list[Relation],
) -> list[Exposure]:
    """Return the sensitive cells that an attacker can narrow down too far.

    Args:
        values: the true value of each cell; shape (cells,).
        bounds: what is published of each cell by itself.
        sensitive: the least width of a safe feasibility interval of each cell that must
            be protected, and 0 for all others; shape (cells,). A cell that is known
            exactly by itself is not attacked: it is shown on purpose.
        relations: which cells are sums of others.

    Returns:
        One exposure per cell that is not safe, by cell number.
    """
    exposures = [
        system.exposure(found)
        for system, attack in _attacks(values, bounds, sensitive, relations)
        for found in attack.find_narrow()
    ]
    return sorted(exposures, key=lambda exposure: exposure.cell)


def is_safe(
    values: np.ndarray,
    bounds: Bounds,
    sensitive: np.ndarray,
    relations: list[Relation],
) -> bool:
    """Return whether `find_exposures` finds nothing; stops at the first exposure."""
    attacks = [attack for _, attack in _attacks(values, bounds, sensitive, relations)]
    if any(attack.is_narrow_by_bounds() for attack in attacks):
        return False
    attacks.sort(key=lambda attack: len(attack.truth))
    return all(attack.is_safe() for attack in attacks)


def _attacks(
    values: np.ndarray,
    bounds: Bounds,
    sensitive: np.ndarray,
    relations: list[Relation],
) -> Iterator[tuple[LinearSystem, Attack]]:
    """Yield the systems that have a sensitive cell, and the attack on each."""
    ceiling = np.full(len(values), np.inf)
    for relation in relations:
        parts = list(relation.parts)
        ceiling[parts] = np.minimum(ceiling[parts], bounds.high[relation.total])
    is_open = bounds.is_open
    for system in build_systems(values, is_open, relations, (sensitive > 0) & is_open):
        yield system, _known(system.attack(sensitive, bounds, ceiling))


@lru_cache(maxsize=KEPT_SYSTEMS)
def _known(attack: Attack) -> Attack:
    """Return the first of equal attacks, which keeps what it finds."""
    return attack
