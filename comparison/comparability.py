"""Common support: which people of two modes have counterparts in the other mode."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from comparison.audience import AUDIENCE, coded, indicators
from comparison.propensity import logistic

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


def common_support(
    cells: pl.DataFrame, mode_a: str, block: list[str]
) -> tuple[CommonSupport, pl.DataFrame]:
    """Return how much two arms have in common, and the cells with counterparts.

    The probability of arm a is modelled from what was known at enrolment, relative to
    the arm's share of its block. People count as comparable where that probability, in
    a block with equal arms, would lie between 0.1 and 0.9. A block with one arm only
    has no counterparts. Weights are the inverse of the probability.

    Args:
        cells: of the two arms, with the audience's attributes and denominator.
        mode_a: the delivery mode of the first arm.
        block: columns inside which people are compared.
    """
    people = cells["denominator"].to_numpy().astype(float)
    in_a = (cells["delivery_mode"] == mode_a).to_numpy()
    keys = [cells[name].to_list() for name in block]
    _names, number = coded(list(zip(*keys, strict=True)))
    share = (np.bincount(number, people * in_a) / np.bincount(number, people))[number]
    is_shared = (share > 0) & (share < 1)
    if not is_shared.any():
        return CommonSupport(0.0, 0.0, None), cells.filter(is_shared)
    shared = cells if is_shared.all() else cells.filter(is_shared)
    people_shared, share, arm = people[is_shared], share[is_shared], in_a[is_shared]
    _blocks, number = np.unique(number[is_shared], return_inverse=True)
    propensity = logistic(indicators(shared), arm.astype(float), people_shared, number)
    odds = np.log(propensity / (1 - propensity)) - np.log(share / (1 - share))
    limit = np.log(PROPENSITY_LIMITS[1] / PROPENSITY_LIMITS[0])
    alike = np.abs(odds) <= limit
    kept = shared if alike.all() else shared.filter(alike)
    overlap = float(people_shared[alike].sum() / people.sum())
    arms = _Arms(people_shared[alike], arm[alike], propensity[alike], share[alike])
    return _support(kept, arms, overlap), kept


@dataclass(frozen=True)
class _Arms:
    """By cell: people, whether in the first arm, its probability and block's share."""

    people: np.ndarray
    in_a: np.ndarray
    propensity: np.ndarray
    share: np.ndarray


def _support(kept: pl.DataFrame, arms: _Arms, overlap: float) -> CommonSupport:
    """Return the common support of people with counterparts, weighted to one mix."""
    own = np.where(arms.in_a, arms.propensity, 1 - arms.propensity)
    inside = np.where(arms.in_a, arms.share, 1 - arms.share) / own
    effective = min(
        effective_share(arms.people[arm], inside[arm])
        for arm in (arms.in_a, ~arms.in_a)
    )
    smd = _largest_smd(kept, arms.in_a, arms.people / own)
    return CommonSupport(overlap, effective, smd)


def _largest_smd(
    kept: pl.DataFrame, in_a: np.ndarray, weight: np.ndarray
) -> float | None:
    """Return the largest |p_a - p_b| / sqrt((p_a q_a + p_b q_b) / 2) of any level."""
    known = [name for name in AUDIENCE if kept[name].n_unique() > 1]
    if not known or not in_a.any() or in_a.all():
        return None
    design = indicators(kept, known, every_level=True)
    a = np.average(design[in_a], axis=0, weights=weight[in_a])
    b = np.average(design[~in_a], axis=0, weights=weight[~in_a])
    spread = np.sqrt((a * (1 - a) + b * (1 - b)) / 2)
    gaps = np.divide(np.abs(a - b), spread, out=np.zeros_like(a), where=spread > 0)
    return float(gaps.max())
