"""A permutation test of two labels: no distribution is assumed."""

from itertools import combinations
from math import comb, prod

import numpy as np

from comparison.inputs import (
    ImpossibleInput,
    answers_or_refuses,
    numbers,
    whole_number,
)

Array = np.ndarray
MOST_DRAWS = 10_000_000
MOST_ASSIGNMENTS = 200_000  # counted one by one; beyond, assignments are drawn


@answers_or_refuses
def permutation_p_value(
    blocks: list[tuple[Array, Array]], draws: int = 20_000, seed: int = 0
) -> float:
    """Return the two-sided p-value of a difference of means inside blocks.

    Every assignment of the two labels to the units of each block is counted; where
    there are too many, assignments are drawn, the one seen included. It assumes that
    under no difference the labels are exchangeable inside a block; units are programmes
    or cohorts, never people of one cohort. 3 against 3 cannot fall below 0.1, 4 against
    4 not below 0.029. Fisher 1935, The Design of Experiments, section 21; Phipson and
    Smyth 2010 for drawn assignments.

    Args:
        blocks: values of both arms, block by block; a block counts by its units.
        draws: assignments that are drawn where not all are counted.
        seed: of the random numbers.

    Raises:
        ImpossibleInput: an arm has no units, or a number is not possible.
    """
    draws = whole_number("draws", draws, 1, MOST_DRAWS)
    seed = whole_number("seed", seed, 0, 2**63)
    blocks = _checked(blocks)
    seen = sum((a.mean() - b.mean()) * (a.size + b.size) for a, b in blocks)
    usual = sum(np.abs(np.concatenate(arms)).sum() for arms in blocks)
    limit = abs(seen) - 1e-12 * float(usual)
    assignments = prod(comb(a.size + b.size, a.size) for a, b in blocks)
    if assignments > MOST_ASSIGNMENTS:
        drawn = _drawn(blocks, draws, np.random.default_rng(seed))
        return float(((np.abs(drawn) >= limit).sum() + 1) / (draws + 1))
    totals = np.zeros(1)
    for a, b in blocks:
        units = np.concatenate([a, b])
        dealt = np.array(list(combinations(range(units.size), a.size)))
        totals = np.add.outer(totals, _gaps(units[dealt].sum(axis=1), a, b)).ravel()
    return float((np.abs(totals) >= limit).mean())


def _checked(blocks: object) -> list[tuple[Array, Array]]:
    words = "give [(values of one arm, values of the other)]"
    if not isinstance(blocks, list | tuple) or not blocks:
        raise ImpossibleInput("there is no list of blocks", "blocks", words)
    found = []
    for block in blocks:
        if not isinstance(block, list | tuple) or len(block) != 2:
            raise ImpossibleInput("a block has no two arms", "blocks", words)
        a, b = (numbers("blocks", arm) for arm in block)
        found.append((a, b))
    return found


def _gaps(sum_a: Array, a: Array, b: Array) -> Array:
    """Return differences of means x units, given what the first arm adds up to."""
    sum_b = a.sum() + b.sum() - sum_a
    return (sum_a / a.size - sum_b / b.size) * (a.size + b.size)


def _drawn(
    blocks: list[tuple[Array, Array]], draws: int, chance: np.random.Generator
) -> Array:
    totals = np.zeros(draws)
    for a, b in blocks:
        units = np.tile(np.concatenate([a, b]), (draws, 1))
        dealt = chance.permuted(units, axis=1)[:, : a.size]
        totals += _gaps(dealt.sum(axis=1), a, b)
    return totals
