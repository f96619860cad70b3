"""Earlier snapshots: a count that changed by a few people shows who came or went.

Whoever kept an earlier snapshot can subtract its exact counts from those of this one.
A cell whose people, base, numerator or complement changed by 1 to k - 1 since a kept
snapshot shows no exact counts. Where all other changes of a relation are known, one
more of its cells shows none. A cell that was hidden stays hidden while it has so few
people that the change may be that small.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from publishing.cubes import Cube, Span
from publishing.disclosure.figures import Rule
from publishing.disclosure.linked_tables import link_tables, number_cells
from publishing.disclosure.nested import CELL, hidden_where
from publishing.disclosure.relations import Relation

BEFORE = ("learner_count", "denominator", "numerator")
EARLIER = {
    "snapshot_id": pl.String,
    "kpi_id": pl.String,
    **{
        name: pl.String
        for name in CELL
        if name not in {"trailing_quarters", "window_quarter"}
    },
    "trailing_quarters": pl.Int64,
    "window_quarter": pl.Int64,
    **dict.fromkeys(BEFORE, pl.Float64),
    "state": pl.String,
}


def is_small_change(k: int, *, is_share: bool) -> pl.Expr:
    """Return whether a cell's counts changed by fewer than k, but not by 0.

    Args:
        k: the smallest group that may be shown.
        is_share: whether the numerator counts members of the base; of an amount, only
            people and base are counts.
    """
    changes = [
        pl.col("people") - pl.col("learner_count_before"),
        pl.col("denominator") - pl.col("denominator_before"),
    ]
    if is_share:
        changes.append(pl.col("numerator") - pl.col("numerator_before"))
        changes.append(changes[1] - changes[2])
    small = [(change.abs() > 0) & (change.abs() < k) for change in changes]
    return pl.any_horizontal(small).fill_null(False)


def may_have_been_small(k: int) -> pl.Expr:
    """Return whether a cell that was hidden may have changed by fewer than k people.

    If it was hidden for being small, it had at most k - 1 people.
    """
    few = pl.col("people") <= 2 * (k - 1)
    return ((pl.col("state_before") == "hidden") & few).fill_null(False)


def keep_hidden(cells: pl.DataFrame, earlier: pl.DataFrame, k: int) -> pl.DataFrame:
    """Hide exact cells that were hidden before and `may_have_been_small`.

    Args:
        cells: as published, of all KPIs.
        earlier: the cells of the kept snapshots.
        k: the smallest group that may be shown.
    """
    on = ["kpi_id", *CELL]
    before = earlier.filter(pl.col("state") == "hidden").select(on).unique()
    hidden = before.with_columns(pl.lit("hidden").alias("state_before"))
    people = pl.col("learner_count").alias("people")
    is_kept = (
        cells.select(*on, "state", "denominator", people)
        .join(hidden, on=on, how="left", maintain_order="left")
        .select(_is_exact() & may_have_been_small(k))
        .to_series()
    )
    return hidden_where(cells, is_kept, k)


def _is_exact() -> pl.Expr:
    """Return whether a published cell shows exact counts."""
    return (pl.col("state") == "shown") & pl.col("denominator").is_not_null()


def round_small_changes(
    counted: pl.DataFrame,
    base_cells: pl.DataFrame,
    earlier: pl.DataFrame,
    cubes: tuple[Cube, ...],
    span: Span,
    rule: Rule,
    *,
    is_share: bool,
) -> pl.DataFrame:
    """Take `is_exact` from cells that show a small change since an earlier snapshot.

    Args:
        counted: the cells of one KPI, with their people.
        base_cells: that they are sums of.
        earlier: the KPI's cells in the kept snapshots, with the columns of `EARLIER`.
        cubes: the published cubes.
        span: the quarters that windows may look back over.
        rule: how small a group may be.
        is_share: whether the numerator counts members of the base.
    """
    numbered = number_cells(counted)
    is_exact = numbered["is_exact"].to_numpy().copy()
    relations: list[Relation] | None = None
    for before in _by_snapshot(earlier):
        both = _joined(numbered, before)
        known = both["denominator_before"].is_not_null().to_numpy()
        small = both.select(is_small_change(rule.k, is_share=is_share)).to_series()
        protected = small.to_numpy() & is_exact
        if protected.any():
            if relations is None:
                linked = link_tables(base_cells, numbered, cubes, span)
                relations = linked.relations
            cost = {cube.name: cube.cost for cube in cubes}
            costs = numbered["people"] * numbered["cube"].replace_strict(cost)
            _open_relations(protected, is_exact, known, relations, costs.to_numpy())
    exact = pl.Series("is_exact", is_exact)
    kept = numbered.with_columns(exact).select(*CELL, "is_exact")
    return (
        counted.drop("is_exact")
        .join(kept, on=CELL, how="left", maintain_order="left")
        .select(counted.columns)
    )


def _open_relations(
    protected: np.ndarray,
    is_exact: np.ndarray,
    known: np.ndarray,
    relations: list[Relation],
    cost: np.ndarray,
) -> None:
    """Take exact counts from protected cells, and from others that give them away.

    Args:
        protected: the cells whose change must not be known; shape (cells,).
        is_exact: which cells show exact counts; is changed.
        known: of which cells an earlier snapshot has exact counts.
        relations: which cells are sums of others; residual cells have higher numbers.
        cost: what rounding each cell costs.
    """
    is_exact &= ~protected
    size = len(is_exact)
    waiting = list(relations)
    while waiting:
        relation = waiting.pop()
        members = (relation.total, *relation.parts)
        unknown = [c for c in members if c >= size or not (is_exact[c] and known[c])]
        if len(unknown) != 1 or unknown[0] >= size or not protected[unknown[0]]:
            continue
        others = [c for c in members if c < size and c != unknown[0]]
        if others:
            chosen = min(others, key=lambda cell: (cost[cell], cell))
            is_exact[chosen] = False
            protected[chosen] = True  # its change would give the other away
            waiting += [r for r in relations if chosen in (r.total, *r.parts)]


def small_changes(
    cells: pl.DataFrame, earlier: pl.DataFrame, shares: frozenset[str], k: int
) -> pl.DataFrame:
    """Return how many cells of each KPI show a small change since a kept snapshot.

    Args:
        cells: as published, of all KPIs.
        earlier: the cells of the kept snapshots.
        shares: KPIs whose numerator counts members of the base.
        k: the smallest group that may be shown.

    Returns:
        kpi_id, compared (pairs of cells), hidden_now (hidden, but exact before) and
        found; one row per KPI with cells in both.
    """
    rows = []
    for (kpi_id,), own in cells.partition_by("kpi_id", as_dict=True).items():
        before = earlier.filter(pl.col("kpi_id") == kpi_id)
        now = own.with_columns(pl.col("learner_count").cast(pl.Float64).alias("people"))
        compared = hidden = found = 0
        for snapshot in _by_snapshot(before):
            both = _joined(now, snapshot).filter(pl.col("state_before").is_not_null())
            was_exact = pl.col("denominator_before").is_not_null()
            is_small = is_small_change(k, is_share=kpi_id in shares)
            is_small |= may_have_been_small(k)
            compared += both.height
            hidden += both.filter(was_exact, pl.col("state") == "hidden").height
            found += both.filter(_is_exact(), is_small).height
        if compared:
            rows.append((str(kpi_id), compared, hidden, found))
    schema = {"kpi_id": pl.String, "compared": pl.Int64}
    schema |= {"hidden_now": pl.Int64, "found": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _by_snapshot(earlier: pl.DataFrame) -> Iterator[pl.DataFrame]:
    yield from earlier.sort("snapshot_id").partition_by("snapshot_id")


def _joined(cells: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Add the counts and the state of one earlier snapshot, null where it has none."""
    return cells.join(
        before.select(
            *CELL,
            *[pl.col(name).alias(f"{name}_before") for name in (*BEFORE, "state")],
        ),
        on=CELL,
        how="left",
        maintain_order="left",
    )
