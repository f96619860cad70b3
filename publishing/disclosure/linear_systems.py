"""What an attacker does not know, as independent systems of linear equations."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from publishing.disclosure.feasibility import Attack
from publishing.disclosure.narrow_unknowns import NarrowUnknown
from publishing.disclosure.relations import (
    TOLERANCE,
    Bounds,
    DualCertificate,
    Exposure,
    Relation,
)


@dataclass(frozen=True)
class LinearSystem:
    """Connected unknowns of the attacker: matrix @ unknowns = known.

    Attributes:
        cells: the cell number of each unknown; -1 for an overlap.
        relations: which relation each row of the matrix is, by position in the list.
        matrix: shape (relations, unknowns).
        truth: the true value of each unknown.
    """

    cells: np.ndarray
    relations: np.ndarray
    matrix: csr_array
    truth: np.ndarray

    def attack(
        self, sensitive: np.ndarray, bounds: Bounds, ceiling: np.ndarray
    ) -> Attack:
        """Return the attack on the sensitive cells of the system.

        Args:
            sensitive: the least width of a safe interval of each cell that must be
                protected, else 0; shape (cells,).
            bounds: what is published of each cell by itself.
            ceiling: the greatest value each cell can have; shape (cells,).
        """
        is_cell = self.cells >= 0
        low = np.where(is_cell, bounds.low[self.cells], 0.0)
        stated = np.where(is_cell, bounds.high[self.cells], np.inf)
        # A true value outside of its bounds would leave the attacker with no table.
        low, stated = np.minimum(low, self.truth), np.maximum(stated, self.truth)
        known = np.where(is_cell, ceiling[self.cells], np.inf)
        width = np.where(is_cell, sensitive[self.cells], 0.0)
        return Attack(
            self.matrix,
            self.truth,
            lower=low,
            upper=np.minimum(known, stated),
            stated=stated,
            targets=np.flatnonzero(width > 0),
            width=width,
        )

    def exposure(self, found: NarrowUnknown) -> "FoundExposure":
        """Return what an attack found, with the numbers of cells and relations."""
        return FoundExposure(self, found)


class FoundExposure(Exposure):
    """An exposure whose interval and certificates are found when they are asked for."""

    def __init__(self, system: LinearSystem, found: NarrowUnknown) -> None:
        cell = int(system.cells[found.unknown])
        self.__dict__.update(cell=cell, _relations=system.relations, _found=found)

    @property
    def lower(self) -> float:
        """Return the lower end."""
        return self._found.lower.value

    @property
    def upper(self) -> float:
        """Return the upper end."""
        return self._found.upper.value

    @property
    def certificates(self) -> Iterator[DualCertificate]:
        """Yield what proves the upper and the lower end."""
        for certificate in self._found.certificates:
            yield tuple((int(self._relations[row]), dual) for row, dual in certificate)

    def shares(self, positions: Set[int]) -> bool:
        """Return whether a certificate has one of these relations."""
        rows = np.flatnonzero(np.isin(self._relations, list(positions)))
        is_needed = self._found.needs_one_of(frozenset(rows.tolist()))
        return is_needed or super().shares(positions)


def build_systems(
    values: np.ndarray,
    unknown: np.ndarray,
    relations: list[Relation],
    attacked: np.ndarray,
) -> Iterator[LinearSystem]:
    """Yield the independent systems that have an attacked cell.

    Args:
        values: the true value of each cell; shape (cells,).
        unknown: which cells are not known exactly; shape (cells,), boolean.
        relations: which cells are sums of others.
        attacked: which of these must be protected; shape (cells,), boolean.
    """
    cells = np.flatnonzero(unknown)
    column_of = {int(cell): column for column, cell in enumerate(cells)}
    entries: list[tuple[int, int, float]] = []
    overlaps: list[float] = []
    rows: list[int] = []
    for position, relation in enumerate(relations):
        unknowns = [(column_of[p], 1.0) for p in relation.parts if p in column_of]
        if relation.total in column_of:
            unknowns.append((column_of[relation.total], -1.0))
        if not unknowns:
            continue
        overlap = values[list(relation.parts)].sum() - values[relation.total]
        if overlap > TOLERANCE:
            unknowns.append((len(cells) + len(overlaps), -1.0))
            overlaps.append(overlap)
        entries += [(len(rows), column, factor) for column, factor in unknowns]
        rows.append(position)
    if rows:
        numbers = np.concatenate([cells, np.full(len(overlaps), -1)])
        truth = np.concatenate([values[cells], overlaps]).astype(float)
        is_target = np.concatenate([attacked[cells], np.zeros(len(overlaps), bool)])
        system = LinearSystem(
            numbers, np.array(rows), _matrix(entries, (len(rows), len(numbers))), truth
        )
        yield from _split(system, is_target)


def _matrix(entries: list[tuple[int, int, float]], shape: tuple[int, int]) -> csr_array:
    row, column, factor = (np.array(part) for part in zip(*entries, strict=True))
    return csr_array((factor, (row, column)), shape=shape)


def _split(system: LinearSystem, is_target: np.ndarray) -> Iterator[LinearSystem]:
    """Yield one system per group of unknowns that relations connect, with a target."""
    terms = system.matrix.tocoo()
    rows, unknowns = system.matrix.shape
    edges = csr_array(
        (np.ones(terms.nnz), (terms.row, rows + terms.col)),
        shape=2 * (rows + unknowns,),
    )
    _, label = connected_components(edges, directed=False)
    for group in np.unique(label[rows:][is_target]):
        lines = np.flatnonzero(label[:rows] == group)
        if not lines.size:
            continue
        columns = np.flatnonzero(label[rows:] == group)
        part = system.matrix[lines][:, columns]
        yield LinearSystem(
            system.cells[columns], system.relations[lines], part, system.truth[columns]
        )
