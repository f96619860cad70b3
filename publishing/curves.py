"""pub.life_curves: how many had finished by each day, without giving anybody away.

Cumulative incidence by Aalen and Johansen (1978) from summed life tables: the share
that had the event by a day, with the other way out competing. The likely range is
Wilson's with the effective number at risk / share still in (Peto et al. 1977).

A point is published only when at least k more people had the event than at the point
before and k are still at risk: steps between points then tell on groups, not persons.
"""

import polars as pl
from scipy.stats import norm

from publishing.cubes import ROLLED_UP

CUTS = (
    (),
    ("delivery_mode",),
    ("outcome_category",),
    ("delivery_mode", "outcome_category"),
    ("programme_id",),
)
PLACE = ("delivery_mode", "outcome_category", "programme_id")
EVENTS = {
    "completion": ("completed", "withdrawn"),
    "withdrawal": ("withdrawn", "completed"),
}
COLUMNS = (
    "clock",
    *PLACE,
    "day",
    "finished_share",
    "ci_low",
    "ci_high",
    "at_risk",
    "state",
)


def curves(life_table: pl.DataFrame, k: int) -> pl.DataFrame:
    """Return the published points of every curve.

    Args:
        life_table: clock, programme_id, delivery_mode, outcome_category, day, at_risk,
            completed, withdrawn; rows of several cohorts add up.
        k: the smallest step and the smallest group at risk.

    Returns:
        Columns as pub.life_curves; a curve of fewer than k people, or one that a single
        sum would give away, is one row at day 0 with state `hidden`.
    """
    found = []
    for cut in CUTS:
        keyed = life_table.with_columns(
            (pl.col(name) if name in cut else pl.lit(ROLLED_UP)).alias(name)
            for name in PLACE
        )
        days = (
            keyed.group_by("clock", *PLACE, "day")
            .agg(pl.col("at_risk", "completed", "withdrawn").sum())
            .sort("clock", *PLACE, "day")
        )
        curves_of_cut = days.partition_by("clock", *PLACE, maintain_order=True)
        hidden = _too_small(curves_of_cut, k)
        found += [
            _hidden(curve) if number in hidden else _points(curve, k)
            for number, curve in enumerate(curves_of_cut)
        ]
    schema = {"clock": pl.String, **dict.fromkeys(PLACE, pl.String)}
    return pl.concat(found) if found else pl.DataFrame(schema=schema)


def _too_small(curves_of_cut: list[pl.DataFrame], k: int) -> set[int]:
    """Return the curves of fewer than k people, and the least one beside a lone one."""
    by_clock: dict[str, list[tuple[int, int]]] = {}
    for number, curve in enumerate(curves_of_cut):
        start = int(curve["at_risk"].max() or 0)
        by_clock.setdefault(curve["clock"][0], []).append((start, number))
    hidden: set[int] = set()
    for sizes in by_clock.values():
        small = [number for start, number in sizes if start < k]
        shown = sorted(size for size in sizes if size[1] not in small)
        if len(small) == 1 and shown:
            small.append(shown[0][1])
        hidden.update(small)
    return hidden


def _points(curve: pl.DataFrame, k: int) -> pl.DataFrame:
    event, competing = EVENTS[curve["clock"][0]]
    out = (pl.col(event) + pl.col(competing)) / pl.col("at_risk")
    still_in = (1 - out).cum_prod()
    before = still_in.shift(1, fill_value=1.0)
    incidence = (before * pl.col(event) / pl.col("at_risk")).cum_sum()
    z = float(norm.ppf(0.975))
    n = pl.col("at_risk") / pl.max_horizontal(pl.col("before"), pl.lit(1e-9))
    p = pl.col("finished_share")
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    spread = (p * (1 - p) / n + z * z / (4 * n * n)).sqrt() * z / (1 + z * z / n)
    measured = (
        curve.filter(pl.col("at_risk") > 0)
        .with_columns(
            incidence.alias("finished_share"),
            before.alias("before"),
            pl.col(event).cum_sum().alias("events"),
            pl.lit("shown").alias("state"),
        )
        .with_columns(
            (centre - spread).clip(0, 1).alias("ci_low"),
            (centre + spread).clip(0, 1).alias("ci_high"),
        )
    )
    rows = _spaced(measured["events"].to_list(), measured["at_risk"].to_list(), k)
    return measured[rows].select(_typed())


def _spaced(events: list[float], at_risk: list[float], k: int) -> list[int]:
    """Return the rows where k more had the event and k are still at risk."""
    kept: list[int] = []
    last = 0.0
    for row, (count, left) in enumerate(zip(events, at_risk, strict=True)):
        if left >= k and count - last >= k:
            kept.append(row)
            last = count
    return kept


def _hidden(curve: pl.DataFrame) -> pl.DataFrame:
    nothing = ("finished_share", "ci_low", "ci_high", "at_risk")
    return (
        curve.head(1)
        .with_columns(
            pl.lit(0).alias("day"),
            pl.lit("hidden").alias("state"),
            *[pl.lit(None, dtype=pl.Float64).alias(name) for name in nothing],
        )
        .select(_typed())
    )


def _typed() -> list[pl.Expr]:
    whole = ("day", "at_risk")
    shares = ("finished_share", "ci_low", "ci_high")
    return [
        pl.col(name).cast(pl.Int64)
        if name in whole
        else pl.col(name).cast(pl.Float64)
        if name in shares
        else pl.col(name)
        for name in COLUMNS
    ]
