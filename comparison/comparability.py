"""Common support: which people of two modes have counterparts in the other mode."""

from dataclasses import dataclass, replace

import numpy as np

from comparison.cells import Cells
from comparison.kept import Kept
from comparison.propensity import fitted_propensity

# Crump et al. 2009, Biometrika 96:187: outside these limits an arm has few people.
PROPENSITY_LIMITS = (0.1, 0.9)


@dataclass(frozen=True)
class CommonSupport:
    """How much two arms have in common.

    Attributes:
        overlap_share: share of both arms' people who have counterparts in the other.
        effective_sample_share: share of the information that is left after weighting
            both arms to one mix, in the arm that loses more; 1 where nothing is lost.
        largest_smd: largest standardised mean difference of anything known at
            enrolment, after weighting; None where nothing varies.
    """

    overlap_share: float
    effective_sample_share: float
    largest_smd: float | None


def effective_share(people: np.ndarray, weight: np.ndarray) -> float:
    """Return Kish's (sum w)^2 / (n sum w^2) of n people with these weights."""
    total = float(people.sum())
    if not total:
        return 0.0
    return float((people * weight).sum() ** 2 / (people * weight**2).sum() / total)


def common_support(cells: Cells, mode_a: str) -> tuple[CommonSupport, Cells]:
    """Return how much two arms have in common, and the cells with counterparts.

    The probability of arm a is modelled from what was known at enrolment, relative to
    the arm's share of its block. People count as comparable where that probability, in
    a block with equal arms, would lie between 0.1 and 0.9. A block with one arm only
    has no counterparts. Weights are the inverse of the probability. The model depends
    on the people alone: KPIs of the same people share it.

    Args:
        cells: of the two arms, with the block inside which people are compared.
        mode_a: the delivery mode of the first arm.
    """
    arrays = (cells.block, cells.of_mode(mode_a), cells.people, *cells.levels)
    found = _kept_results.result(arrays, lambda: _common_support(cells, mode_a))
    support, has_counterparts = found
    return support, cells.take(has_counterparts)


_kept_results: Kept[tuple[CommonSupport, np.ndarray]] = Kept()


def _common_support(cells: Cells, mode_a: str) -> tuple[CommonSupport, np.ndarray]:
    """Return the common support, and which cells have counterparts."""
    is_a = cells.of_mode(mode_a)
    in_block = np.bincount(cells.block, cells.people)
    in_arm = np.bincount(cells.block, np.where(is_a, cells.people, 0.0))
    share = in_arm[cells.block] / in_block[cells.block]
    is_shared = (share > 0) & (share < 1)
    shared, share, is_a = cells.take(is_shared), share[is_shared], is_a[is_shared]
    if not shared.size:
        return CommonSupport(0.0, 0.0, None), is_shared
    _, block = np.unique(shared.block, return_inverse=True)
    in_a = is_a.astype(float)
    propensity = fitted_propensity(shared.columns(), in_a, shared.people, block)
    odds = np.log(propensity / (1 - propensity)) - np.log(share / (1 - share))
    limit = np.log(PROPENSITY_LIMITS[1] / PROPENSITY_LIMITS[0])
    has_counterparts = np.abs(odds) <= limit
    kept = shared.take(has_counterparts)
    support = _support(
        kept,
        is_a[has_counterparts],
        propensity[has_counterparts],
        share[has_counterparts],
    )
    overlap = float(kept.people.sum() / cells.people.sum())
    is_kept = is_shared.copy()
    is_kept[is_shared] = has_counterparts
    return replace(support, overlap_share=overlap), is_kept


def _support(
    kept: Cells, in_a: np.ndarray, propensity: np.ndarray, share: np.ndarray
) -> CommonSupport:
    """Return the common support of people with counterparts, weighted to one mix."""
    own = np.where(in_a, propensity, 1 - propensity)
    inside = np.where(in_a, share, 1 - share) / own
    effective = min(
        effective_share(kept.people[arm], inside[arm]) for arm in (in_a, ~in_a)
    )
    return CommonSupport(1.0, effective, _largest_smd(kept, in_a, kept.people / own))


def _largest_smd(kept: Cells, in_a: np.ndarray, weight: np.ndarray) -> float | None:
    """Return the largest |p_a - p_b| / sqrt((p_a q_a + p_b q_b) / 2) of any level."""
    known = [
        position
        for position, level in enumerate(kept.levels)
        if level.size and level.min() != level.max()
    ]
    if not known or not in_a.any() or in_a.all():
        return None
    design = kept.columns(known, every_level=True)
    in_arm = np.where(in_a, weight, 0.0)
    a = design.sums(in_arm) / in_arm.sum()
    b = design.sums(weight - in_arm) / (weight - in_arm).sum()
    spread = np.sqrt(np.maximum(0, a * (1 - a) + b * (1 - b)) / 2)
    gaps = np.divide(np.abs(a - b), spread, out=np.zeros_like(a), where=spread > 0)
    return float(gaps.max())
