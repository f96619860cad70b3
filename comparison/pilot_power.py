"""How large a pilot must be, and the difference that it can detect."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, sqrt

from scipy.stats import t as student

from comparison.available_units import FEWEST_IN_BLOCK
from comparison.design import COHORTS, PAIRED
from comparison.estimators import POWER
from comparison.repeated_looks import LOOK_LEVEL

MOST_PROGRAMMES = 20
NEAR_BEST = 1.1
MOST_COHORTS = 6  # of a programme in one mode


@dataclass(frozen=True)
class Scatter:
    """What makes the difference of a pilot vary, as variances in the KPI's unit.

    Attributes:
        person: of one person's value.
        cohort: between cohorts of one programme in one mode.
        programme: between programmes, of the true difference of their modes.
        is_seen: whether cohort and programme were seen in the data; else they follow
            from published shares of `person`.
    """

    person: float
    cohort: float
    programme: float
    is_seen: bool


@dataclass(frozen=True)
class Size:
    """How large a pilot is, and what it can detect.

    Attributes:
        design: "paired": programmes are the units; "cohorts": cohorts of a few
            programmes are.
        programmes: that run in both modes.
        cohorts: of each programme in each mode.
        people: in a cohort.
        detectable: the difference that it detects with a power of 80 %.
    """

    design: str
    programmes: int
    cohorts: int
    people: int
    detectable: float

    @property
    def cohorts_a_mode(self) -> int:
        """Cohorts of all programmes in one mode."""
        return self.programmes * self.cohorts


def detectable_difference(
    design: str, programmes: int, cohorts: int, people: int, scatter: Scatter
) -> float:
    """Return the difference that is detected with a power of 80 %.

    The standard error of the mean of P programmes' differences, c cohorts of n people
    in each mode, times the sum of Student's quantiles for the interval of one look and
    for the power:

        variance = [programme + 2 (cohort / c + person / (c n))] / P

    with P - 1 degrees of freedom. Cohorts of a few programmes leave the variance
    between programmes out, and have 2 P (c - 1) degrees: the result holds for these
    programmes only. Assumes equal sizes. Murray 1998, Design and Analysis of
    Group-Randomized Trials, chapter 9.

    Args:
        design: "paired" or "cohorts".
        programmes: that run in both modes.
        cohorts: of each programme in each mode.
        people: in a cohort.
        scatter: of the KPI.
    """
    inside = 2 * (scatter.cohort / cohorts + scatter.person / (cohorts * people))
    if design == PAIRED:
        variance, degrees = scatter.programme + inside, programmes - 1
    else:
        variance, degrees = inside, 2 * programmes * (cohorts - 1)
    return _quantiles(max(1, degrees)) * sqrt(variance / programmes)


@lru_cache(maxsize=1_000)
def _quantiles(degrees: int) -> float:
    return float(student.ppf([0.5 + LOOK_LEVEL / 2, POWER], degrees).sum())


def smallest(
    available: int,
    people: int,
    scatter: Scatter,
    gap: float,
    fewest_programmes: int,
    fewest_people: int,
) -> Size:
    """Return the pilot with the fewest cohorts that detects a gap.

    Where none does, the one with the fewest cohorts of those that come within a tenth
    of the smallest gap that any detects.

    Args:
        available: programmes that could run in both modes, at least one.
        people: in a cohort.
        scatter: of the KPI.
        gap: in the KPI's unit.
        fewest_programmes: from which on programmes are the units, and the cohorts that
            each mode needs where they are not.
        fewest_people: of a programme in each mode.
    """
    enough = ceil(fewest_people / people)
    if available >= fewest_programmes:
        most = max(enough, MOST_COHORTS)
        tried = [
            (PAIRED, programmes, cohorts)
            for programmes in range(
                fewest_programmes, min(available, MOST_PROGRAMMES) + 1
            )
            for cohorts in range(enough, most + 1)
        ]
    else:
        least = max(enough, FEWEST_IN_BLOCK, ceil(fewest_programmes / available))
        most = max(least, 2 * MOST_COHORTS)
        tried = [(COHORTS, available, cohorts) for cohorts in range(least, most + 1)]
    sizes = [
        Size(*each, people, detectable_difference(*each, people, scatter))
        for each in tried
    ]
    reaching = [size for size in sizes if size.detectable <= gap]
    if reaching:
        return min(reaching, key=lambda size: (size.cohorts_a_mode, size.detectable))
    best = min(size.detectable for size in sizes)
    near = [size for size in sizes if size.detectable <= NEAR_BEST * best]
    return min(near, key=lambda size: (size.cohorts_a_mode, size.detectable))
