"""The programmes' values by delivery mode for one KPI."""

import polars as pl

from comparison.cohort_scatter import grouped, grouped_values
from comparison.reading import RESTRICTED_MEAN, Evidence, Kpi
from comparison.timing import COHORT, cohort_keys, days_not_finished

ERA = pl.lit("now").alias("era")


def groups_of(
    kpi: Kpi, inside: pl.DataFrame, evidence: Evidence
) -> pl.DataFrame | None:
    """Return the programmes' values by mode; None where nothing is measured.

    Args:
        kpi: of the registry; days to finish come from life tables.
        inside: comparison cells of a period, of all KPIs.
        evidence: the marts.
    """
    if kpi.estimator != RESTRICTED_MEAN:
        cells = inside.filter(pl.col("kpi_id") == kpi.kpi_id)
        return None if cells.is_empty() else grouped(cells.with_columns(ERA))
    base = inside.filter(pl.col("kpi_id") == kpi.base_kpi)
    dated = base.join(cohort_keys(evidence.life_tables), on=COHORT, how="semi")
    if dated.is_empty():
        return None
    matured = set(dated.select(COHORT).iter_rows())
    chosen = [cohort for cohort in evidence.life_tables if cohort.key in matured]
    days = days_not_finished(chosen, _restricted_to(dated, evidence))
    return grouped_values(days.with_columns(ERA))


def _restricted_to(cells: pl.DataFrame, evidence: Evidence) -> dict[str, float]:
    """Return by programme the shortest horizon of its outcome category, in days."""
    found: dict[str, float] = {}
    offered = cells.group_by("outcome_category").agg(pl.col("programme_id").unique())
    for programmes in offered["programme_id"]:
        shortest = min(evidence.horizons[name] for name in programmes)
        found |= dict.fromkeys(programmes, shortest)
    return found
