"""One linear programme that widens the feasibility intervals of many unknowns."""

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, identity

from publishing.disclosure.relations import TOLERANCE

if TYPE_CHECKING:
    from publishing.disclosure.feasibility import Attack

LARGE = 1200  # unknowns from which on a programme takes more than a few milliseconds
TOGETHER = 3  # programmes of a large attack that widen many intervals at once


def widen_together(
    attack: "Attack",
    sign: float,
    low: np.ndarray,
    high: np.ndarray,
) -> None:
    """Widen the intervals of all targets at once, while that succeeds.

    One programme has a capped copy of each cell that is not yet safe: the greatest
    sum of the copies (sign -1) raises as many cells as can be raised at once, the
    least sum (sign 1) lowers them.
    """
    targets = attack.targets
    before = len(targets) + 1
    is_large = len(attack.truth) > LARGE
    for _ in range(TOGETHER if is_large else len(targets)):
        if sign < 0:
            is_narrow = ~attack.is_wide(low, high)[targets]
        else:
            floor = np.maximum(attack.truth[targets] - TOLERANCE, attack.lower[targets])
            is_narrow = low[targets] > floor
        narrow = targets[is_narrow]
        if len(narrow) < 2 or len(narrow) == before:
            return
        before = len(narrow)
        found = solve_together(attack, narrow, sign, low)
        if found is None:
            return
        np.minimum(low, found, out=low)
        np.maximum(high, found, out=high)


def solve_together(
    attack: "Attack", narrow: np.ndarray, sign: float, low: np.ndarray
) -> np.ndarray | None:
    """Return a table in which many of the cells are far up (sign -1) or down."""
    count = len(narrow)
    truth = attack.truth[narrow]
    least = attack.lower[narrow]
    enough = np.maximum(low[narrow] + attack.width[narrow], truth + 1)
    floor = least if sign < 0 else np.maximum(truth - 1, least)
    cap = enough if sign < 0 else np.full(count, np.inf)
    copies = csr_array(
        (np.ones(count), (np.arange(count), narrow)),
        shape=(count, len(attack.truth)),
    )
    solution = linprog(
        np.concatenate([np.zeros(len(attack.truth)), np.full(count, sign)]),
        A_ub=hstack([copies * sign, identity(count) * -sign], format="csr"),
        b_ub=np.zeros(count),
        A_eq=hstack(
            [attack.matrix, csr_array((attack.matrix.shape[0], count))],
            format="csr",
        ),
        b_eq=attack.matrix @ attack.truth,
        bounds=np.column_stack(
            [
                np.concatenate([attack.lower, floor]),
                np.concatenate([attack.upper, cap]),
            ]
        ),
        method="highs",
    )
    return solution.x[: len(attack.truth)] if solution.status == 0 else None
