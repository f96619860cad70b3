"""Columns kept as levels give the sums that a matrix of 0 and 1 gives."""

import numpy as np
import pytest

from comparison.levels import DenseColumns, LevelColumns, less_block_means


@pytest.fixture
def drawn() -> tuple[LevelColumns, DenseColumns, np.ndarray, np.ndarray]:
    chance = np.random.default_rng(4)
    rows = 200
    codes = (chance.integers(0, 4, rows), 4 + chance.integers(0, 3, rows))
    # Column 6 is the width: the last level of the second attribute has no column.
    levels = LevelColumns(codes, 6)
    dense = np.zeros((rows, 7))
    for column in codes:
        dense[np.arange(rows), column] = 1
    weight = chance.uniform(0.5, 3, rows)
    return levels, DenseColumns(dense[:, :6]), weight, chance.integers(0, 5, rows)


def test_levels_and_a_matrix_give_the_same_sums(drawn):
    levels, dense, weight, block = drawn
    assert levels.width == dense.width == 6
    effects = np.arange(6.0)
    assert levels.times(effects) == pytest.approx(dense.times(effects))
    assert levels.sums(weight) == pytest.approx(dense.sums(weight))
    assert levels.products(weight) == pytest.approx(dense.products(weight))
    assert levels.block_sums(block, weight) == pytest.approx(
        dense.block_sums(block, weight)
    )


def test_means_of_blocks_are_taken_off(drawn):
    levels, dense, weight, block = drawn
    sums, totals = levels.block_sums(block, weight), np.bincount(block, weight)
    inside = dense.values - (sums / totals[:, None])[block]
    expected = (inside * weight[:, None]).T @ inside
    found = less_block_means(levels.products(weight), sums, totals)
    assert found == pytest.approx(expected)
