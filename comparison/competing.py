"""The share of people who had each of several events that exclude one another."""

from dataclasses import dataclass

import numpy as np

from comparison.inputs import ImpossibleInput, numbers
from comparison.survival import life_table, survival, value_at

Array = np.ndarray


@dataclass(frozen=True)
class Incidences:
    """The share that had each kind of event by each day's end, and the share with none.

    `by_cause` has an array per cause; they and `free` add up to 1.
    """

    day: Array
    by_cause: dict[int, Array]
    free: Array

    def at(self, cause: int, day: float) -> float:
        """Return the share that had the event of a cause by a day's end."""
        if cause not in self.by_cause:
            found = ", ".join(map(str, self.by_cause)) or "no event at all"
            raise ImpossibleInput(f"nobody had {cause!r}", "cause", f"there is {found}")
        return value_at(self.day, self.by_cause[cause], day, before=0.0)


def incidences(duration: Array, cause: Array) -> Incidences:
    """Return Aalen and Johansen's cumulative incidences of competing events.

    F_k(t) = sum of S(t_i - 1) d_ki / n_i, S free of all events. One minus Kaplan and
    Meier with the competing event censored overstates it: it supposes a world in which
    nobody withdraws. Ties stay ties (some packages move them apart at random). Aalen
    and Johansen 1978, Scandinavian J. Statistics 5:141.

    Args:
        duration: days that a person was observed.
        cause: 0 where the observation was censored, else the number of the event.

    Raises:
        ImpossibleInput: a number is not possible.
    """
    kinds = numbers("cause", cause, 0)
    if (kinds != kinds.round()).any():
        raise ImpossibleInput("it has parts", "cause", "give 0, 1, 2 and so on")
    of_any = life_table(duration, kinds != 0)
    free = survival(of_any)
    before = np.concatenate([[1.0], free[:-1]])
    found = {}
    for kind in np.unique(kinds[kinds != 0]).tolist():
        table = life_table(duration, kinds == kind)
        found[int(kind)] = np.cumsum(before * table.events / table.at_risk)
    return Incidences(of_any.day, found, free)
