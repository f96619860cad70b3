"""From an estimate and its common support to one verdict."""

from dataclasses import dataclass

from scipy.stats import false_discovery_control

from comparison.comparability import CommonSupport
from comparison.estimators import Estimate

HALF_A_POINT = 0.005  # share; a smaller difference has no direction for a reader


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


@dataclass(frozen=True)
class Arm:
    """How many people, cohorts and programmes one side of a comparison has."""

    mode: str
    learner_count: int
    cohort_count: int
    programme_count: int


@dataclass(frozen=True)
class Bounds:
    """The crude difference, and its limits over all assignments of the unmatched."""

    low: float
    high: float
    crude: float


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

    Equivalence comes first (two one-sided tests: the 90 % interval lies inside the
    margin), then difference (the 95 % interval leaves out 0 and the q-value is at most
    the false discovery rate), else no detectable difference. Where unmatched people
    could reverse the sign, the verdict says that instead of a difference.

    Args:
        estimate: the adjusted difference.
        q_value: of the estimate within its page.
        margin: largest difference that would change no decision, in the KPI's unit.
        bounds: limits over all assignments of the unmatched; None where there are none.
        with_care: whether a difference is to be read with care.
        false_discovery_rate: share of clear differences on a page that may be false.
    """
    low90, high90 = estimate.at_level(0.90)
    if -margin < low90 and high90 < margin:
        return "equivalent_within_margin"
    low, high = estimate.limits
    is_clear = (low > 0 or high < 0) and q_value <= false_discovery_rate
    if not is_clear:
        return "no_detectable_difference"
    if bounds is not None and _depends_on_unmatched(estimate.difference, bounds):
        return "depends_on_unmatched"
    return "ok_restricted" if with_care else "difference"


def _depends_on_unmatched(difference: float, bounds: Bounds) -> bool:
    """Return whether some assignment of the unmatched reverses the sign."""
    worst = difference + (
        bounds.low - bounds.crude if difference > 0 else bounds.high - bounds.crude
    )
    return difference * worst <= 0


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


def q_values(p_values: list[float]) -> list[float]:
    """Return q-values in the order given (Benjamini, Hochberg 1995, JRSS B 57:289)."""
    if not p_values:
        return []
    return false_discovery_control(p_values, method="bh").tolist()
