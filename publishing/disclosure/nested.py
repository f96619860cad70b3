"""Nested KPIs: the share of a narrower one, and the counts of a wider one, give a rest.

People who withdraw do not complete: completion of everybody counts the same people as
completion of those who did not withdraw. That count over the other's share is the
other's base, and one base less the other is how many withdrew.
"""

from collections.abc import Mapping

import polars as pl

from publishing.cubes import KEY
from publishing.disclosure.figures import HALF_POINT, NOISE, NUMBERS
from publishing.hiding import replaced_where
from tandem.core.wording import render

CELL = ["cube", *[name for name in KEY if name != "kpi_id"]]


def hide_small_rests(
    cells: pl.DataFrame, nested: Mapping[str, str], k: int
) -> pl.DataFrame:
    """Hide the narrower KPI's cells whose rest is certain to be 1 to k - 1 people.

    The attacker is taken to know that both KPIs count the same people as theirs.

    Args:
        cells: as published, of all KPIs.
        nested: which KPI has all people of each narrower one.
        k: the smallest group that may be shown.
    """
    if not nested:
        return cells
    wider = cells.select(
        pl.col("kpi_id").alias("wider"),
        *CELL,
        pl.col("numerator").alias("wider_numerator"),
        pl.col("denominator").alias("wider_base"),
    )
    count, base = pl.col("wider_numerator"), pl.col("wider_base")
    shown, share = pl.col("learner_count"), pl.col("value")
    least = pl.max_horizontal(shown - k, count / (share + HALF_POINT) - NOISE).ceil()
    most = pl.min_horizontal(
        base,
        shown + k,
        pl.when(share > HALF_POINT).then((count / (share - HALF_POINT)) + NOISE),
    ).floor()
    is_small = (least <= most) & (base - most >= 1) & (base - least < k)
    is_hidden = is_small.fill_null(False)
    hidden = {
        "state": "hidden",
        "state_detail": render("gate.hidden", k=k),
        "reason": "complementary",
    }
    return (
        cells.with_columns(
            pl.col("kpi_id").replace_strict(dict(nested), default=None).alias("wider")
        )
        .join(wider, on=["wider", *CELL], how="left", maintain_order="left")
        .with_columns(is_hidden.alias("is_hidden"))
        .with_columns(
            *[pl.when(~pl.col("is_hidden")).then(pl.col(n)).alias(n) for n in NUMBERS],
            *replaced_where(pl.col("is_hidden"), hidden),
        )
        .select(cells.columns)
    )
