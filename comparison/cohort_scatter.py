"""How far the cohorts of one programme scatter beyond what chance between people gives.

A programme has few cohorts, so its own scatter is known badly. The scatter of all
programmes is known well, but is not everybody's. The variance that is used for a
programme lies between the two, the nearer to its own the more cohorts it has.
"""

import numpy as np
import polars as pl

from comparison.audience import audience_effects
from comparison.cells import cells_of

PRIOR_COHORTS = 8.0  # degrees of freedom that the scatter of all programmes counts for
GROUP = ["programme_id", "delivery_mode", "era"]

Array = np.ndarray


def grouped(cells: pl.DataFrame) -> pl.DataFrame:
    """Return one row per programme x mode x era, at the audience of all cells.

    Columns: people; value (mean less what the audience explains), crude (the mean as it
    is), unit (variance of one person's value), cohorts, squares (sum of the squared
    sizes of the cohorts) and scatter (sum of size x squared distance of a cohort's
    value from the group's).

    Args:
        cells: comparison cells of one KPI, with `era`: cohorts of one era are compared
            with each other, and effects of the audience are measured inside it.
    """
    constant = pl.concat_str("delivery_mode", "era", separator="|")
    effects = audience_effects(
        cells_of(cells.with_columns(constant.alias("delivery_mode")))
    )
    by_cohort = (
        cells.with_columns(
            (pl.Series("effect", effects) * pl.col("denominator")).alias("effect")
        )
        .group_by(*GROUP, "cohort_id")
        .agg(
            pl.col("denominator").sum().alias("people"),
            pl.col("value_sum").sum().alias("total"),
            pl.col("value_sum_of_squares").sum().alias("of_squares"),
            pl.col("effect").sum(),
        )
        .with_columns((pl.col("total") - pl.col("effect")).alias("adjusted"))
        .sort(*GROUP, "cohort_id")
    )
    people, total = pl.col("people"), pl.col("total")
    mean = pl.col("adjusted").sum() / people.sum()
    # (x + 1) / (n + 2): a group at 0 or 100 % is not certain.
    guarded = (total.sum() + 1) / (people.sum() + 2)
    moment = pl.col("of_squares").sum() / people.sum()
    moment -= (total.sum() / people.sum()).pow(2)
    is_rate = total.sum() == pl.col("of_squares").sum()
    return (
        by_cohort.group_by(GROUP, maintain_order=True)
        .agg(
            people.sum().alias("total_people"),
            mean.alias("value"),
            (total.sum() / people.sum()).alias("crude"),
            pl.when(is_rate)
            .then(guarded * (1 - guarded))
            .otherwise(moment)
            .alias("unit"),
            pl.len().cast(pl.Int64).alias("cohorts"),
            people.pow(2).sum().alias("squares"),
            (people * (pl.col("adjusted") / people - mean).pow(2))
            .sum()
            .alias("scatter"),
        )
        .rename({"total_people": "people"})
        .sort(GROUP)
    )


def grouped_values(by_cohort: pl.DataFrame) -> pl.DataFrame:
    """Return the same row per programme x mode x era of values that are no sums.

    Args:
        by_cohort: people, value and spread (variance of one person's value) of each
            cohort, as `timing.days_not_finished` returns them, with `era`.
    """
    people, value = pl.col("people"), pl.col("value")
    mean = (people * value).sum() / people.sum()
    return (
        by_cohort.group_by(GROUP)
        .agg(
            people.sum().alias("total_people"),
            mean.alias("mean"),
            mean.alias("crude"),
            ((people * pl.col("spread")).sum() / people.sum()).alias("unit"),
            pl.len().cast(pl.Int64).alias("cohorts"),
            people.pow(2).sum().alias("squares"),
            (people * (value - mean).pow(2)).sum().alias("scatter"),
        )
        .rename({"total_people": "people", "mean": "value"})
        .sort(GROUP)
    )


def with_variances(groups: pl.DataFrame) -> pl.DataFrame:
    """Return the groups with `between`, `variance`, `design_effect` and `degrees`.

    between is the variance of cohorts of the group's programme beyond chance between
    people, by moments:

        E sum n (v - mean)^2 = unit (cohorts - 1) + between (N - sum n^2 / N)

    The estimate of a programme with f degrees of freedom counts for f, that of all
    programmes for eight. variance = between sum n^2 / N^2 + unit / N is that of the
    group's mean, with cohorts as independent units; design_effect is the factor by
    which it exceeds unit / N.

    Args:
        groups: as `grouped` returns them.
    """
    freedom = pl.col("cohorts") - 1
    excess = pl.col("scatter") - freedom * pl.col("unit")
    scale = pl.col("people") - pl.col("squares") / pl.col("people")
    sums = groups.with_columns(
        freedom.sum().over("programme_id").alias("own_degrees"),
        excess.sum().over("programme_id").alias("own_excess"),
        scale.sum().over("programme_id").alias("own_scale"),
    )
    every_scale = float(groups.select(scale.sum()).item() or 0.0)
    every = float(groups.select(excess.sum()).item() or 0.0)
    overall = max(0.0, every / every_scale) if every_scale > 0 else 0.0
    prior = min(PRIOR_COHORTS, float(groups.select(freedom.sum()).item() or 0))
    own = (
        pl.when(pl.col("own_scale") > 0)
        .then((pl.col("own_excess") / pl.col("own_scale")).clip(lower_bound=0))
        .otherwise(0.0)
    )
    degrees = prior + pl.col("own_degrees")
    between = (
        pl.when(degrees > 0)
        .then((prior * overall + pl.col("own_degrees") * own) / degrees)
        .otherwise(0.0)
    )
    by_chance = pl.col("unit") / pl.col("people")
    return (
        sums.with_columns(between.alias("between"), degrees.alias("degrees"))
        .with_columns(
            (
                pl.col("between") * pl.col("squares") / pl.col("people").pow(2)
                + by_chance
            ).alias("variance")
        )
        .with_columns(
            pl.when(by_chance > 0)
            .then(pl.col("variance") / by_chance)
            .otherwise(1.0)
            .alias("design_effect")
        )
        .drop("own_degrees", "own_excess", "own_scale")
    )
