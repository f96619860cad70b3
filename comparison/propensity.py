"""Propensity: the probability of one of two modes, from what was known of a person."""

import numpy as np

from comparison.inputs import (
    SMALLEST,
    ImpossibleInput,
    answers_or_refuses,
    columns,
    groups,
    number,
    numbers,
)
from comparison.levels import Columns, DenseColumns, less_block_means

MOST_STEPS = 50
TOLERANCE = 1e-8


@answers_or_refuses
def logistic(
    design: np.ndarray,
    share: np.ndarray,
    people: np.ndarray,
    block: np.ndarray,
    penalty: float = 1.0,
) -> np.ndarray:
    """Return the fitted probability of the first arm, by penalised logistic regression.

    Each block has a constant of its own. Newton's method maximises the log-likelihood
    less penalty / 2 x the sum of squared effects; the penalty keeps the effect of a
    level finite that one arm never reached. McCullagh and Nelder 1989, section 4.4.

    Args:
        design: shape (rows, columns), without a constant.
        share: 1 for rows of the first arm, 0 of the second.
        people: weight of a row.
        block: number of the row's block, 0 and up; both arms are in each.
        penalty: 0 for plain maximum likelihood.

    Raises:
        ImpossibleInput: a number is not possible, or a block has one arm only.
    """
    share = numbers("share", share, 0, 1)
    people = numbers("people", people, SMALLEST, size=share.size)
    _count, block = groups("block", block, share.size)
    known = DenseColumns(columns("design", design, share.size))
    penalty = number("penalty", penalty, 0)
    in_arm, both = np.bincount(block, people * share), np.bincount(block, people)
    if not ((in_arm > 0) & (in_arm < both)).all():
        words = "leave out blocks in which one arm has nobody"
        raise ImpossibleInput("a block has one arm only", "block", words)
    return fitted_propensity(known, share, people, block, penalty)


def fitted_propensity(
    design: Columns,
    share: np.ndarray,
    people: np.ndarray,
    block: np.ndarray,
    penalty: float = 1.0,
) -> np.ndarray:
    """Return the probability of `logistic`, of columns that are known to be right."""
    effects, constants = np.zeros(design.width), np.zeros(block.max() + 1)
    odds = np.zeros(people.size)
    for _step in range(MOST_STEPS):
        residual = people * (share - _expit(odds))
        step, shift = _newton(design, block, residual, people, odds, penalty, effects)
        fraction = 1.0  # of the step, halved until the likelihood does not fall
        before = _log_likelihood(odds, share, people, effects, penalty)
        while fraction > TOLERANCE:
            new_effects = effects + fraction * step
            new_constants = constants + fraction * shift
            new_odds = new_constants[block] + design.times(new_effects)
            after = _log_likelihood(new_odds, share, people, new_effects, penalty)
            if after >= before:
                break
            fraction /= 2
        effects, constants, odds = new_effects, new_constants, new_odds
        largest = max(np.abs(step).max(initial=0), np.abs(shift).max())
        if fraction * largest < TOLERANCE:
            break
    return _expit(odds)


def _newton(
    design: Columns,
    block: np.ndarray,
    residual: np.ndarray,
    people: np.ndarray,
    odds: np.ndarray,
    penalty: float,
    effects: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return Newton's step of the effects and of the blocks' constants."""
    probability = _expit(odds)
    variance = people * probability * (1 - probability)
    totals = np.bincount(block, variance)
    sums = design.block_sums(block, variance)
    block_residual = np.bincount(block, residual)
    slope = design.sums(residual) - penalty * effects
    slope -= (sums / totals[:, None]).T @ block_residual
    curvature = less_block_means(design.products(variance), sums, totals)
    step = np.linalg.solve(curvature + (penalty + 1e-9) * np.eye(effects.size), slope)
    return step, (block_residual - sums @ step) / totals


def _log_likelihood(
    odds: np.ndarray,
    share: np.ndarray,
    people: np.ndarray,
    effects: np.ndarray,
    penalty: float,
) -> float:
    """Return the penalised log-likelihood."""
    likelihood = people * (share * odds - np.logaddexp(0, odds))
    return float(likelihood.sum() - penalty / 2 * (effects**2).sum())


def _expit(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
