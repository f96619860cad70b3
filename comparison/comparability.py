"""Common support: which people of two modes have counterparts in the other mode."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from comparison.audience import AUDIENCE, indicators
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
    is_a = pl.col("delivery_mode") == mode_a
    people = pl.col("denominator")
    shared = cells.with_columns(
        (people.filter(is_a).sum() / people.sum()).over(block).alias("share_a"),
    ).filter(pl.col("share_a").is_between(0, 1, closed="none"))
    if shared.is_empty():
        return CommonSupport(0.0, 0.0, None), shared
    design = indicators(shared)
    arm = shared.select(is_a.cast(pl.Float64)).to_series().to_numpy()
    share = shared["share_a"].to_numpy()
    number = shared.select(pl.struct(block).rank("dense") - 1).to_series().to_numpy()
    propensity = logistic(
        design, arm, shared["denominator"].to_numpy(), number.astype(np.int64)
    )
    odds = np.log(propensity / (1 - propensity)) - np.log(share / (1 - share))
    limit = np.log(PROPENSITY_LIMITS[1] / PROPENSITY_LIMITS[0])
    kept = shared.with_columns(pl.Series("propensity", propensity)).filter(
        pl.Series(np.abs(odds) <= limit)
    )
    overlap = float(kept["denominator"].sum() / cells["denominator"].sum())
    return _support(kept, mode_a, overlap), kept.drop("propensity", "share_a")


def _support(kept: pl.DataFrame, mode_a: str, overlap: float) -> CommonSupport:
    """Return the common support of people with counterparts, weighted to one mix."""
    people, propensity, share = (
        kept[name].to_numpy().astype(float)
        for name in ("denominator", "propensity", "share_a")
    )
    in_a = (kept["delivery_mode"] == mode_a).to_numpy()
    own = np.where(in_a, propensity, 1 - propensity)
    inside = np.where(in_a, share, 1 - share) / own
    effective = min(effective_share(people[arm], inside[arm]) for arm in (in_a, ~in_a))
    return CommonSupport(overlap, effective, _largest_smd(kept, in_a, people / own))


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
