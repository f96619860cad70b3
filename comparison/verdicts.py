"""From an estimate, its common support and earlier looks to one verdict.

One rule decides: the interval of one look, which is also the one that is shown, and
the looks before. Verdict and sentence both follow from it, so that they
cannot contradict each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from scipy.stats import false_discovery_control

from comparison.comparability import CommonSupport
from comparison.estimators import Estimate
from comparison.inputs import numbers
from comparison.repeated_looks import Standing, standing_at

HALF_A_POINT = 0.005  # share; a smaller difference has no direction for a reader

# Verdicts that say that there is a difference; all others do not.
DIFFERENT = ("difference", "ok_restricted", "emerging_difference")


@dataclass(frozen=True)
class Thresholds:
    """Thresholds of the gates; the reason for each is in dbt_project.yml."""

    fewest_people: int
    fewest_programmes: int
    overlap_ok: float
    overlap_least: float
    effective_least: float
    smd_refused: float
    smd_care: float
    false_discovery_rate: float
    attribute_known_least: float


@dataclass(frozen=True)
class Arm:
    """How many people, cohorts and programmes one side of a comparison has."""

    mode: str
    learner_count: int
    cohort_count: int
    programme_count: int


@dataclass(frozen=True)
class Bounds:
    """The crude difference, and its limits over all assignments of the unmatched.

    `unmatched_count` is the number of results that an unmatched person could still add,
    in both arms together.
    """

    low: float
    high: float
    crude: float
    unmatched_count: float = 0.0


@dataclass(frozen=True)
class Decision:
    """A verdict, and what the looks before say about it.

    Attributes:
        verdict: a verdict code.
        standing: of the difference at this look, given the looks before.
        people_to_link: how many of the unmatched people have to be matched before the
            rest of them cannot change the verdict; None where it does not depend on
            them.
    """

    verdict: str
    standing: Standing
    people_to_link: int | None = None


def lacks_common_support(support: CommonSupport, thresholds: Thresholds) -> bool:
    """Return whether the arms reached people too different for any comparison."""
    return (
        support.overlap_share < thresholds.overlap_least
        or support.effective_sample_share < thresholds.effective_least
        or (support.largest_smd or 0.0) > thresholds.smd_refused
    )


def needs_care(support: CommonSupport, thresholds: Thresholds) -> bool:
    """Return whether only some people were compared, or people not quite alike."""
    is_partial = support.overlap_share < thresholds.overlap_ok
    return is_partial or (support.largest_smd or 0.0) > thresholds.smd_care


def decide(
    estimate: Estimate,
    before: Sequence[Estimate | None],
    margin: float,
    bounds: Bounds | None,
    *,
    with_care: bool,
) -> Decision:
    """Return the verdict on an estimate.

    In this order, by the interval of one look:

    1. it lies inside the margin: equivalent;
    2. it includes 0: no detectable difference;
    3. it leaves 0 out, and so did the look before on the same side: a difference, or
       one to be read with care;
    4. it leaves 0 out for the first time: an emerging difference.

    Where unmatched people could move the difference to the other side of 0 (or, of an
    equivalent one, out of the margin), the verdict says that instead.

    Args:
        estimate: the adjusted difference at this look.
        before: the estimates at the looks before, the oldest first; None where a look
            gave none.
        margin: largest difference that would change no decision, in the KPI's unit.
        bounds: limits over all assignments of the unmatched; None where there are none.
        with_care: whether a difference is to be read with care.
    """
    looks = [look.limits if look else None for look in (*before, estimate)]
    standing = standing_at(looks)
    low, high = estimate.limits
    if estimate.is_inside(margin):
        to_link = people_to_link(estimate.difference, bounds, (-margin, margin))
        verdict = "equivalent_within_margin"
    elif low <= 0 <= high:
        return Decision("no_detectable_difference", standing)
    else:
        side = (0.0, float("inf")) if low > 0 else (-float("inf"), 0.0)
        to_link = people_to_link(estimate.difference, bounds, side)
        clear = "ok_restricted" if with_care else "difference"
        verdict = clear if standing.state == "clear" else "emerging_difference"
    if to_link is None:
        return Decision(verdict, standing)
    return Decision("depends_on_unmatched", standing, to_link)


def people_to_link(
    difference: float, bounds: Bounds | None, inside: tuple[float, float]
) -> int | None:
    """Return how many unmatched results must be matched to keep a difference inside.

    The worst assignment of all unmatched results moves the difference to one end of the
    bounds. Matching a share of them takes the same share off that movement, if the
    matched ones turn out as the others did.

    Args:
        difference: the adjusted difference.
        bounds: limits of the crude difference over all assignments.
        inside: the open interval that it must not leave.

    Returns:
        None where no assignment takes the difference out of the interval.
    """
    if bounds is None:
        return None
    sides = (
        (bounds.crude - bounds.low, difference - inside[0]),
        (bounds.high - bounds.crude, inside[1] - difference),
    )
    counts = [
        floor(bounds.unmatched_count * (1 - room / movement)) + 1
        for movement, room in sides
        if movement > 0 and movement >= room
    ]
    return max(counts) if counts else None


def is_direction_reversed(crude: float, adjusted: float, error: float) -> bool:
    """Return whether adjustment reverses the direction by more than noise.

    Both differences must be more than half a point and more than half a standard error
    away from 0.

    Args:
        crude: unadjusted difference, in the KPI's unit.
        adjusted: adjusted difference.
        error: standard error of the adjusted difference.
    """
    least = max(HALF_A_POINT, error / 2)
    return crude * adjusted < 0 and min(abs(crude), abs(adjusted)) > least


def q_values(p_values: Sequence[float]) -> list[float]:
    """Return q-values in the order given (Benjamini, Hochberg 1995, JRSS B 57:289)."""
    found = numbers("p_values", p_values, 0, 1, fewest=0)
    return false_discovery_control(found, method="bh").tolist() if found.size else []
