"""Columns of 0 and 1, kept as the number of the level that each row has.

A row has one level of each attribute, so sums over its columns are sums by level. They
cost a pass over the rows for each attribute (or pair of attributes), where a matrix of
all columns costs the square of their number.
"""

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Protocol

import numpy as np

Array = np.ndarray


class Columns(Protocol):
    """The columns of a regression, without a constant."""

    @property
    def width(self) -> int:
        """The number of columns."""

    def times(self, effects: Array) -> Array:
        """Return the sum of each row's columns times their effects, shape (rows,)."""

    def sums(self, weight: Array) -> Array:
        """Return the weighted sum of each column, shape (columns,)."""

    def block_sums(self, block: Array, weight: Array) -> Array:
        """Return the weighted sums by block, shape (blocks, columns)."""

    def products(self, weight: Array) -> Array:
        """Return the weighted sums of products, shape (columns, columns)."""


@dataclass(frozen=True)
class DenseColumns:
    """Columns of any numbers, shape (rows, columns)."""

    values: Array

    @property
    def width(self) -> int:
        """The number of columns."""
        return self.values.shape[1]

    def times(self, effects: Array) -> Array:
        """Return the sum of each row's columns times their effects, shape (rows,)."""
        return self.values @ effects

    def sums(self, weight: Array) -> Array:
        """Return the weighted sum of each column, shape (columns,)."""
        return self.values.T @ weight

    def block_sums(self, block: Array, weight: Array) -> Array:
        """Return the weighted sums by block, shape (blocks, columns)."""
        blocks = int(block.max()) + 1
        columns = [
            np.bincount(block, weight * column, blocks) for column in self.values.T
        ]
        return np.column_stack(columns) if columns else np.empty((blocks, 0))

    def products(self, weight: Array) -> Array:
        """Return the weighted sums of products, shape (columns, columns)."""
        return (self.values * weight[:, None]).T @ self.values


@dataclass(frozen=True)
class LevelColumns:
    """A column for each level of several attributes.

    Attributes:
        columns: of each attribute, the number of the column that a row has a 1 in,
            shape (rows,); `width` where the row's level has no column.
        width: the number of columns.
    """

    columns: tuple[Array, ...]
    width: int

    def times(self, effects: Array) -> Array:
        """Return the sum of each row's columns times their effects, shape (rows,)."""
        padded = np.append(effects, 0.0)
        total = np.zeros(self.columns[0].size if self.columns else 0)
        for column in self.columns:
            total += padded[column]
        return total

    def sums(self, weight: Array) -> Array:
        """Return the weighted sum of each column, shape (columns,)."""
        total = np.zeros(self.width)
        for column in self.columns:
            total += np.bincount(column, weight, self.width + 1)[: self.width]
        return total

    def block_sums(self, block: Array, weight: Array) -> Array:
        """Return the weighted sums by block, shape (blocks, columns)."""
        shape = int(block.max()) + 1, self.width + 1
        total = np.zeros(shape)
        for column in self.columns:
            cell = block * shape[1] + column
            total += np.bincount(cell, weight, shape[0] * shape[1]).reshape(shape)
        return total[:, : self.width]

    def products(self, weight: Array) -> Array:
        """Return the weighted sums of products, shape (columns, columns)."""
        size = self.width + 1
        total = np.zeros((size, size))
        for one, other in combinations_with_replacement(range(len(self.columns)), 2):
            cell = self.columns[one] * size + self.columns[other]
            found = np.bincount(cell, weight, size * size).reshape(size, size)
            total += found if one == other else found + found.T
        return total[: self.width, : self.width]


def less_block_means(products: Array, sums: Array, totals: Array) -> Array:
    """Return sums of products of the columns less their mean in each block.

    Args:
        products: weighted sums of products, shape (columns, columns).
        sums: weighted sums by block, shape (blocks, columns).
        totals: sum of the weights of each block.
    """
    return products - (sums / totals[:, None]).T @ sums
