"""Looking at one question every quarter: when a difference counts as clear.

Eight quarterly looks at an interval of 95 % call a difference that is not there far
more often than once in twenty. So a look has an interval of 97.5 %, and a difference is
clear only where two looks in a row leave 0 out on the same side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from comparison.inputs import ImpossibleInput, number

LOOK_LEVEL = 0.975  # of the interval of one look

LOOK_WORDS = "give [(lower, upper limit) or None], the oldest first"

State = Literal["none", "emerging", "clear", "withdrawn"]
Look = tuple[float, float] | None


@dataclass(frozen=True)
class Standing:
    """What the latest of several looks says, given the looks before it.

    Attributes:
        state: "none": the interval includes 0. "emerging": it leaves 0 out and the look
            before does not, or not on the same side. "clear": two looks in a row leave
            0 out on the same side. "withdrawn": the look before was clear, and this one
            is not, or not in the same direction.
        direction: 1 where a is larger than b, -1 where it is smaller, 0 for "none". Of
            "withdrawn", the direction that was clear.
        looks: for how many looks in a row the state has held, 1 where it is new.
    """

    state: State
    direction: int
    looks: int

    @property
    def is_new(self) -> bool:
        """Whether the look before had another state or another direction."""
        return self.looks == 1


def clear_at(looks: Sequence[Look]) -> Standing:
    """Return the standing of a difference at the latest of consecutive looks.

    Runs rule, after Champ and Woodall 1987, Technometrics 29:393. It assumes that the
    looks follow one another without a gap (quarter after quarter, with windows of the
    same length) and that each interval covers what it says. It misleads where the
    question changes between looks: another category, other programmes, another
    definition.

    Args:
        looks: lower and upper limit at each look, at `LOOK_LEVEL`, the oldest first;
            None where a look gave no estimate, which confirms nothing.

    Raises:
        ImpossibleInput: a look has no two limits, or the lower one is the higher.
    """
    if not isinstance(looks, list | tuple):
        raise ImpossibleInput("it is no list", "looks", LOOK_WORDS)
    return standing_at([_checked(look) for look in looks])


def _checked(look: Look) -> Look:
    if look is None:
        return None
    if not isinstance(look, list | tuple) or len(look) != 2:
        raise ImpossibleInput("a look has no two limits", "looks", LOOK_WORDS)
    low, high = (number("looks", limit) for limit in look)
    if low > high:
        raise ImpossibleInput("a lower limit is the higher", "looks", LOOK_WORDS)
    return low, high


def standing_at(looks: Sequence[Look]) -> Standing:
    """Return the standing of looks that an estimator made, as `clear_at`."""
    standing = Standing("none", 0, 0)
    side_before = 0
    for look in looks:
        side = _side(look)
        state, direction = _next(standing, side_before, side)
        is_same = (state, direction) == (standing.state, standing.direction)
        standing = Standing(state, direction, standing.looks + 1 if is_same else 1)
        side_before = side
    return standing


def _side(look: Look) -> int:
    """Return 1 or -1 where the interval leaves 0 out above or below it, else 0."""
    if look is None:
        return 0
    low, high = look
    return int(low > 0) - int(high < 0)


def _next(standing: Standing, side_before: int, side: int) -> tuple[State, int]:
    """Return state and direction at one look, given the standing at the look before."""
    if side and side == side_before:
        return "clear", side
    if standing.state == "clear":
        return "withdrawn", standing.direction
    return ("emerging", side) if side else ("none", 0)
