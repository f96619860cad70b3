"""The chance that somebody was taught in one of two modes, from what was known."""

import numpy as np

STEPS = 50
CLOSE = 1e-8


def logistic(
    design: np.ndarray,
    share: np.ndarray,
    people: np.ndarray,
    block: np.ndarray,
    penalty: float = 1.0,
) -> np.ndarray:
    """Return the fitted chance of the first arm, by penalised logistic regression.

    Each block has a constant of its own. Newton's steps on the likelihood less
    penalty / 2 x squared effects, which keeps a group that one arm never reached
    finite. McCullagh and Nelder 1989, section 4.4.

    Args:
        design: shape (rows, columns), without a constant.
        share: 1 for rows of the first arm, 0 of the second.
        people: weight of a row.
        block: number of the row's block, 0 and up; both arms are in each.
        penalty: 0 for plain maximum likelihood.
    """
    effects, constants = np.zeros(design.shape[1]), np.zeros(block.max() + 1)
    odds = np.zeros(people.size)
    for _step in range(STEPS):
        rest = people * (share - _expit(odds))
        step, shift = _newton(design, block, rest, people, odds, penalty, effects)
        way = 1.0
        while way > CLOSE:
            tried, moved = effects + way * step, constants + way * shift
            ahead = moved[block] + design @ tried
            if _fit(ahead, share, people, tried, penalty) >= _fit(
                odds, share, people, effects, penalty
            ):
                break
            way /= 2
        effects, constants, odds = tried, moved, ahead
        if way * max(np.abs(step).max(initial=0), np.abs(shift).max()) < CLOSE:
            break
    return _expit(odds)


def _newton(
    design: np.ndarray,
    block: np.ndarray,
    rest: np.ndarray,
    people: np.ndarray,
    odds: np.ndarray,
    penalty: float,
    effects: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return Newton's step of the effects and of the blocks' constants."""
    chance = _expit(odds)
    spread = people * chance * (1 - chance)
    totals = np.bincount(block, spread)
    means = _block_sums(design, block, spread) / totals[:, None]
    inside = design - means[block]
    short = np.bincount(block, rest)
    slope = design.T @ rest - penalty * effects - means.T @ short
    curve = (inside * spread[:, None]).T @ inside
    step = np.linalg.solve(curve + (penalty + 1e-9) * np.eye(effects.size), slope)
    return step, short / totals - means @ step


def _fit(
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


def _block_sums(
    design: np.ndarray, block: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Return weighted sums of the columns by block, shape (blocks, columns)."""
    sums = np.empty((block.max() + 1, design.shape[1]))
    for number, column in enumerate(design.T):
        sums[:, number] = np.bincount(block, weight * column)
    return sums
