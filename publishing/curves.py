"""pub.life_curves: how many had finished by each day, by groups of at least k.

Cumulative incidence by Aalen and Johansen (1978) from summed life tables: the share
that had the event by a day, with the competing event (withdrawal competes with
completion). The confidence interval is Wilson's with the effective number at risk /
share still in (Peto et al. 1977).

A point is published only where at least k more people had the event than at the point
before and k are still at risk, so that a step between points is never a person's.
"""

import polars as pl

from publishing.cubes import ROLLED_UP
from publishing.intervals import wilson

BREAKDOWNS = (
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
        Columns as pub.life_curves. A suppressed curve is one row at day 0 with state
        `hidden`: one of fewer than k people, or the smallest other one where a single
        curve of the breakdown would be hidden and could be found by subtraction.
    """
    found = []
    for breakdown in BREAKDOWNS:
        keyed = life_table.with_columns(
            (pl.col(name) if name in breakdown else pl.lit(ROLLED_UP)).alias(name)
            for name in PLACE
        )
        days = (
            keyed.group_by("clock", *PLACE, "day")
            .agg(pl.col("at_risk", "completed", "withdrawn").sum())
            .sort("clock", *PLACE, "day")
        )
        curves_found = days.partition_by("clock", *PLACE, maintain_order=True)
        suppressed = _suppressed_curves(curves_found, k)
        found += [
            _hidden_point(curve) if number in suppressed else _points(curve, k)
            for number, curve in enumerate(curves_found)
        ]
    schema = {"clock": pl.String, **dict.fromkeys(PLACE, pl.String)}
    return pl.concat(found) if found else pl.DataFrame(schema=schema)


def _suppressed_curves(curves_found: list[pl.DataFrame], k: int) -> set[int]:
    """Return the curves of fewer than k people, and the complementary ones."""
    sizes_by_clock: dict[str, list[tuple[int, int]]] = {}
    for number, curve in enumerate(curves_found):
        people = int(curve["at_risk"].max() or 0)
        sizes_by_clock.setdefault(curve["clock"][0], []).append((people, number))
    suppressed: set[int] = set()
    for sizes in sizes_by_clock.values():
        small = [number for people, number in sizes if people < k]
        shown = sorted(size for size in sizes if size[1] not in small)
        if len(small) == 1 and shown:
            small.append(shown[0][1])
        suppressed.update(small)
    return suppressed


def _points(curve: pl.DataFrame, k: int) -> pl.DataFrame:
    event, competing = EVENTS[curve["clock"][0]]
    out = (pl.col(event) + pl.col(competing)) / pl.col("at_risk")
    still_in = (1 - out).cum_prod()
    before = still_in.shift(1, fill_value=1.0)
    incidence = (before * pl.col(event) / pl.col("at_risk")).cum_sum()
    effective = pl.col("at_risk") / pl.max_horizontal(pl.col("before"), pl.lit(1e-9))
    low, high = wilson(pl.col("finished_share"), effective)
    measured = (
        curve.filter(pl.col("at_risk") > 0)
        .with_columns(
            incidence.alias("finished_share"),
            before.alias("before"),
            pl.col(event).cum_sum().alias("events"),
            pl.lit("shown").alias("state"),
        )
        .with_columns(low.alias("ci_low"), high.alias("ci_high"))
    )
    rows = _published_rows(
        measured["events"].to_list(), measured["at_risk"].to_list(), k
    )
    return measured[rows].select(_typed_columns())


def _published_rows(events: list[float], at_risk: list[float], k: int) -> list[int]:
    """Return the rows where k more had the event and k are still at risk."""
    published: list[int] = []
    events_before = 0.0
    for row, (count, left) in enumerate(zip(events, at_risk, strict=True)):
        if left >= k and count - events_before >= k:
            published.append(row)
            events_before = count
    return published


def _hidden_point(curve: pl.DataFrame) -> pl.DataFrame:
    numbers = ("finished_share", "ci_low", "ci_high", "at_risk")
    return (
        curve.head(1)
        .with_columns(
            pl.lit(0).alias("day"),
            pl.lit("hidden").alias("state"),
            *[pl.lit(None, dtype=pl.Float64).alias(name) for name in numbers],
        )
        .select(_typed_columns())
    )


def _typed_columns() -> list[pl.Expr]:
    types = dict.fromkeys(("day", "at_risk"), pl.Int64)
    types |= dict.fromkeys(("finished_share", "ci_low", "ci_high"), pl.Float64)
    return [
        pl.col(name).cast(types[name]) if name in types else pl.col(name)
        for name in COLUMNS
    ]
