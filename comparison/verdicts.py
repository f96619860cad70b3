"""From estimates and gates to one verdict; the order of the gates is the order here."""

from dataclasses import dataclass

from comparison.comparability import Ground
from comparison.units import Estimate


@dataclass(frozen=True)
class Thresholds:
    """What the gates want; each has its reason in dbt_project.yml."""

    fewest_people: int
    fewest_programmes: int
    overlap_ok: float
    overlap_least: float
    effective_least: float
    smd_refused: float
    smd_care: float
    false_discovery_rate: float


@dataclass(frozen=True)
class Arm:
    """How much stands behind one side of a comparison."""

    mode: str
    learner_count: int
    cohort_count: int
    programme_count: int


@dataclass(frozen=True)
class Bounds:
    """The crude difference if every unmatched person counts against or for an arm."""

    low: float
    high: float
    crude: float


def lacks_ground(ground: Ground, thresholds: Thresholds) -> bool:
    """Return whether the arms reached people too unlike for any difference to mean."""
    return (
        ground.overlap_share < thresholds.overlap_least
        or ground.effective_sample_share < thresholds.effective_least
        or (ground.largest_smd or 0.0) > thresholds.smd_refused
    )


def needs_care(ground: Ground, thresholds: Thresholds) -> bool:
    """Return whether only part of the people were compared, or unlike ones."""
    part = ground.overlap_share < thresholds.overlap_ok
    return part or (ground.largest_smd or 0.0) > thresholds.smd_care


def verdict_of(
    estimate: Estimate,
    q_value: float,
    margin: float,
    bounds: Bounds | None,
    *,
    with_care: bool,
    false_discovery_rate: float,
) -> str:
    """Return the verdict on an estimate.

    Equivalence first (the 90 % interval inside the margin, two one-sided tests), then
    difference (95 % interval without 0, false discovery rate held), else none.
    A verdict that hangs on people who could not be matched says so instead.
    """
    low90, high90 = estimate.at_level(0.90)
    if -margin < low90 and high90 < margin:
        return "equivalent_within_margin"
    low, high = estimate.limits
    is_clear = (low > 0 or high < 0) and q_value <= false_discovery_rate
    if not is_clear:
        return "no_detectable_difference"
    if bounds is not None and _hangs_on_unmatched(estimate.difference, bounds):
        return "depends_on_unmatched"
    return "ok_restricted" if with_care else "difference"


def _hangs_on_unmatched(difference: float, bounds: Bounds) -> bool:
    """Return whether some assignment of the unmatched turns the sign."""
    worst = difference + (
        bounds.low - bounds.crude if difference > 0 else bounds.high - bounds.crude
    )
    return difference * worst <= 0


def benjamini_hochberg(p_values: list[float]) -> list[float]:
    """Return q-values in the order given (Benjamini, Hochberg 1995, JRSS B 57:289)."""
    count = len(p_values)
    order = sorted(range(count), key=lambda index: p_values[index])
    q_values = [1.0] * count
    least = 1.0
    for rank in range(count, 0, -1):
        index = order[rank - 1]
        least = min(least, p_values[index] * count / rank)
        q_values[index] = least
    return q_values
