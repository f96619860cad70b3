"""From comparison cells to programmes: a value and its sampling variance each.

Cells are one row per KPI x cohort x quarter x stratum; see fct_comparison_cells.
"""

import numpy as np
import polars as pl

STRATA = ("segment", "region", "prior_completion_band")
FEWEST_IN_STRATUM = 10  # below this a stratum's own level is noise


def stratum() -> pl.Expr:
    """Return one name for what was known of a person's situation at enrolment."""
    parts = [pl.col(name).fill_null("unknown") for name in STRATA]
    return pl.concat_str(parts, separator="|").alias("stratum")


def level_effects(cells: pl.DataFrame) -> pl.DataFrame:
    """Return how far each stratum lies from its own programmes' means.

    Taken inside programme and mode, so that no difference between modes, nor between
    programmes, gets into it. Columns stratum, effect.
    """
    own = ["programme_id", "delivery_mode"]
    sums = cells.group_by([*own, "stratum"]).agg(
        pl.col("value_sum").sum(), pl.col("denominator").sum()
    )
    totals = sums.group_by(own).agg(
        (pl.col("value_sum").sum() / pl.col("denominator").sum()).alias("own_mean")
    )
    deviation = pl.col("value_sum") - pl.col("own_mean") * pl.col("denominator")
    return (
        sums.join(totals, on=own)
        .group_by("stratum")
        .agg(
            deviation.sum().alias("excess"),
            pl.col("denominator").sum().alias("people"),
        )
        .select(
            "stratum",
            pl.when(pl.col("people") >= FEWEST_IN_STRATUM)
            .then(pl.col("excess") / pl.col("people"))
            .otherwise(0.0)
            .alias("effect"),
        )
    )


def cohorts(cells: pl.DataFrame) -> pl.DataFrame:
    """Return one row per programme x mode x cohort, at the audience of the scope.

    Columns: people, value (mean or rate, as it happened), adjusted (less what the
    cohort's mix of strata explains), spread (variance of a single person).
    """
    with_effects = cells.join(level_effects(cells), on="stratum", how="left")
    keys = ["programme_id", "delivery_mode", "outcome_category", "cohort_id"]
    sums = with_effects.group_by(keys).agg(
        pl.col("denominator").sum().alias("people"),
        pl.col("value_sum").sum(),
        pl.col("value_sum_of_squares").sum(),
        (pl.col("effect") * pl.col("denominator")).sum().alias("explained"),
    )
    # (x + 1) / (n + 2): a cohort at 0 or 100 % is not certain.
    guarded = (pl.col("value_sum") + 1) / (pl.col("people") + 2)
    moment = pl.col("value_sum_of_squares") / pl.col("people") - pl.col("value") ** 2
    return (
        sums.with_columns((pl.col("value_sum") / pl.col("people")).alias("value"))
        .with_columns(
            (pl.col("value") - pl.col("explained") / pl.col("people")).alias(
                "adjusted"
            ),
            pl.max_horizontal(
                moment,
                pl.when(pl.col("value_sum") == pl.col("value_sum_of_squares"))
                .then(guarded * (1 - guarded))
                .otherwise(0.0),
            ).alias("spread"),
        )
        .sort(keys)
    )


def programmes(by_cohort: pl.DataFrame) -> pl.DataFrame:
    """Return one row per programme x mode: value, variance, people, cohort_count.

    The variance is the larger of what single people's chance gives and of how the
    cohorts really scatter (ratio estimator).
    """
    keys = ["programme_id", "delivery_mode", "outcome_category"]
    rows = []
    for key, group in by_cohort.group_by(keys, maintain_order=True):
        people = group["people"].to_numpy()
        adjusted = group["adjusted"].to_numpy()
        total = float(people.sum())
        value = float((people * adjusted).sum() / total)
        by_chance = float((people * group["spread"].to_numpy()).sum()) / total**2
        rows.append(
            {
                **dict(zip(keys, key, strict=True)),
                "value": value,
                "variance": max(by_chance, _scatter(people, adjusted, value)),
                "people": total,
                "cohort_count": group.height,
            }
        )
    return pl.DataFrame(rows, schema=PROGRAMME_SCHEMA).sort(keys)


PROGRAMME_SCHEMA = {
    "programme_id": pl.String,
    "delivery_mode": pl.String,
    "outcome_category": pl.String,
    "value": pl.Float64,
    "variance": pl.Float64,
    "people": pl.Float64,
    "cohort_count": pl.Int64,
}


def _scatter(people: np.ndarray, values: np.ndarray, mean: float) -> float:
    """Return the variance of a mean of cohorts from their own scatter; 0 of one."""
    count = people.size
    if count < 2:
        return 0.0
    squares = float((people**2 * (values - mean) ** 2).sum())
    return squares / float(people.sum()) ** 2 * count / (count - 1)
