"""Can two groups be compared at all: common ground, balance, what weighting leaves."""

from dataclasses import dataclass

import polars as pl

BALANCED = ("segment", "region", "language", "tenure_band", "prior_completion_band")


@dataclass(frozen=True)
class Ground:
    """What the two arms have in common.

    Attributes:
        overlap_share: share of both arms' people in strata where both have enough.
        effective_sample_share: what weighting to the common mix leaves of the smaller
            arm's information, 1 for nothing lost (Kish: (sum w)^2 / n sum w^2).
        largest_smd: largest standardised mean difference of a level of what was known
            at enrolment, after weighting; None where nothing was known.
    """

    overlap_share: float
    effective_sample_share: float
    largest_smd: float | None


def common_ground(cells: pl.DataFrame, mode_a: str, mode_b: str, least: int) -> Ground:
    """Return what arms a and b have in common.

    Args:
        cells: of one KPI and scope, with `stratum`.
        mode_a: one delivery mode.
        mode_b: the other.
        least: people that a stratum needs in each arm.
    """
    keys = ["outcome_category", "stratum"]
    people = (
        cells.filter(pl.col("delivery_mode").is_in([mode_a, mode_b]))
        .group_by([*keys, "delivery_mode"])
        .agg(pl.col("denominator").sum())
        .pivot(on="delivery_mode", index=keys, values="denominator")
    )
    for mode in (mode_a, mode_b):
        if mode not in people.columns:
            return Ground(0.0, 0.0, None)
    people = people.fill_null(0.0).rename({mode_a: "a", mode_b: "b"})
    total = people["a"].sum() + people["b"].sum()
    common = people.filter((pl.col("a") >= least) & (pl.col("b") >= least))
    if common.is_empty():
        return Ground(0.0, 0.0, None)
    overlap = (common["a"].sum() + common["b"].sum()) / total
    weighted = _weights(common)
    effective = min(_effective(weighted, "a"), _effective(weighted, "b"))
    return Ground(overlap, effective, _largest_smd(cells, weighted, mode_a, mode_b))


def _weights(common: pl.DataFrame) -> pl.DataFrame:
    """Add the weight of a person in each stratum that gives both arms the same mix."""
    share = (pl.col("a") + pl.col("b")) / (pl.col("a") + pl.col("b")).sum()
    return common.with_columns(
        (share / (pl.col("a") / pl.col("a").sum())).alias("weight_a"),
        (share / (pl.col("b") / pl.col("b").sum())).alias("weight_b"),
    )


def _effective(weighted: pl.DataFrame, arm: str) -> float:
    people, weight = weighted[arm], weighted[f"weight_{arm}"]
    return float(
        (people * weight).sum() ** 2 / (people * weight**2).sum() / people.sum()
    )


def _largest_smd(
    cells: pl.DataFrame, weighted: pl.DataFrame, mode_a: str, mode_b: str
) -> float | None:
    """Compare the share of each level of each attribute between the weighted arms."""
    weights = weighted.unpivot(
        on=["weight_a", "weight_b"],
        index=["outcome_category", "stratum"],
        variable_name="arm",
        value_name="weight",
    ).with_columns(
        pl.col("arm").replace({"weight_a": mode_a, "weight_b": mode_b}).alias("arm")
    )
    joined = cells.join(
        weights,
        left_on=["outcome_category", "stratum", "delivery_mode"],
        right_on=["outcome_category", "stratum", "arm"],
    ).with_columns((pl.col("denominator") * pl.col("weight")).alias("mass"))
    found = [_smd(joined, name, mode_a, mode_b) for name in BALANCED]
    known = [value for value in found if value is not None]
    return max(known, default=None)


def _smd(joined: pl.DataFrame, name: str, mode_a: str, mode_b: str) -> float | None:
    known = joined.filter(pl.col(name).is_not_null())
    if known[name].n_unique() < 2:
        return None
    shares = known.group_by([name, "delivery_mode"]).agg(pl.col("mass").sum())
    shares = shares.with_columns(
        (pl.col("mass") / pl.col("mass").sum().over("delivery_mode")).alias("share")
    ).pivot(on="delivery_mode", index=name, values="share")
    if not {mode_a, mode_b} <= set(shares.columns):
        return None
    a, b = pl.col(mode_a).fill_null(0.0), pl.col(mode_b).fill_null(0.0)
    spread = ((a * (1 - a) + b * (1 - b)) / 2).sqrt()
    gaps = shares.select(
        pl.when(spread > 0).then((a - b).abs() / spread).otherwise((a != b) * 1.0)
    ).to_series()
    return float(gaps.max())
