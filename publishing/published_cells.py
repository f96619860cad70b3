"""The cells of all KPIs as they are published, and the report of their audit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from publishing.disclosure.earlier import keep_hidden, small_changes
from publishing.disclosure.nested import Nested, hide_small_rests, small_rests


@dataclass(frozen=True)
class PublishedCells:
    """Every cell with its state.

    Attributes:
        cells: the columns of pub.kpi_cells, and more.
        audit: the columns of pub.privacy_audit.
    """

    cells: pl.DataFrame
    audit: pl.DataFrame

    def joined(self, others: Sequence["PublishedCells"]) -> "PublishedCells":
        """Return these cells and those of other KPIs, with their audits."""
        every = [self, *others]
        columns = self.cells.columns
        return PublishedCells(
            pl.concat([each.cells.select(columns) for each in every]),
            pl.concat([each.audit for each in every]),
        )

    def without_small_rests(self, nested: Iterable[Nested], k: int) -> "PublishedCells":
        """Hide cells whose difference from another KPI's is certainly 1 to k - 1.

        The audit of each KPI that gives way then has a row `nested_counts`.
        """
        pairs = list(nested)
        cells = hide_small_rests(self.cells, pairs, k)
        found = small_rests(cells, pairs, k)
        reports = []
        for kpi_id in sorted({pair.shown_coarsely for pair in pairs}):
            own = cells.filter(
                pl.col("kpi_id") == kpi_id, pl.col("people").is_not_null()
            )
            reports.append(
                {
                    "kpi_id": kpi_id,
                    "measure": "nested_counts",
                    "cell_count": own.height,
                    "hidden_count": (own["state"] == "hidden").sum(),
                    "relation_count": sum(p.shown_coarsely == kpi_id for p in pairs),
                    "attack": "pairs_of_cells",
                    "exposure_count": sum(
                        count for p, count in found if p.shown_coarsely == kpi_id
                    ),
                }
            )
        schema = self.audit.schema
        return PublishedCells(
            cells, pl.concat([self.audit, pl.DataFrame(reports, schema=schema)])
        )

    def compared_with(
        self, earlier: pl.DataFrame, shares: frozenset[str], k: int
    ) -> "PublishedCells":
        """Hide cells as `keep_hidden` does, and say what earlier snapshots show.

        The audit of each KPI that they hold has a row `earlier_snapshots`; its
        exposures are cells that show a change of 1 to k - 1 people.
        """
        cells = keep_hidden(self.cells, earlier, k)
        found = small_changes(cells, earlier, shares, k)
        snapshots = earlier["snapshot_id"].n_unique()
        report = found.select(
            "kpi_id",
            pl.lit("earlier_snapshots").alias("measure"),
            pl.col("compared").alias("cell_count"),
            pl.col("hidden_now").alias("hidden_count"),
            pl.lit(snapshots, pl.Int64).alias("relation_count"),
            pl.lit("pairs_of_snapshots").alias("attack"),
            pl.col("found").alias("exposure_count"),
        )
        audit = self.audit
        return PublishedCells(
            cells, pl.concat([audit, report.cast(dict(audit.schema))])
        )

    @property
    def remaining(self) -> dict[str, int]:
        """How many exposures the audit still found, of each KPI that has any."""
        counted = self.audit.group_by("kpi_id").agg(pl.col("exposure_count").sum())
        return {kpi_id: count for kpi_id, count in counted.iter_rows() if count}
