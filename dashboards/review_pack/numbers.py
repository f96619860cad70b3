"""The numbers of a pack's quarter: tiles of the first page, and their cells."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters import at_a_glance
from dashboards.presenters.at_a_glance import GlanceView, Windows
from dashboards.queries import comparisons, kpis
from dashboards.review_pack.source import YEAR, Source
from dashboards.selection import ALL
from tandem.core.errors import WarehouseProblem

Row = dict[str, Any]


@dataclass(frozen=True)
class Numbers:
    """The view of the first page for the audience of a pack, and KPI to its cell."""

    view: GlanceView
    cells: dict[str, Row]


def numbers(source: Source) -> Numbers:
    """Return the tiles and the sentence of the four quarters of a pack."""
    start = source.info.fiscal_year_start_month
    history = kpis.history(source.snapshot, source.cut, YEAR, source.end)
    windows = Windows(
        history, history, source.end, YEAR, lambda label: formats.quarter(label, start)
    )
    cost = source.registry.filter(pl.col("tile_slot") == "cost")["kpi_id"].to_list()
    view = at_a_glance.glance_view(
        source.registry,
        windows,
        kpis.measured(source.snapshot),
        kpis.costed(source.snapshot, cost[0] if cost else None, YEAR, source.end),
    )
    place = {
        "cube": source.cut.cube,
        "trailing_quarters": YEAR,
        "delivery_mode": ALL,
        "outcome_category": ALL,
        "programme_id": ALL,
        "business_unit": source.business_unit,
        "region": ALL,
    }
    return Numbers(view, {name: row | place for name, row in windows.now().items()})


def headline(source: Source) -> Row:
    """Return the row of the registry of the headline KPI.

    Raises:
        WarehouseProblem: none is marked.
    """
    name = at_a_glance.headline_kpi(source.registry)
    if not name:
        raise WarehouseProblem(
            "no KPI is marked as the headline",
            source.snapshot.path,
            "mark one in the registry of KPIs, then tandem publish and tandem freeze",
        )
    return source.kpis[name]


def compared(source: Source) -> pl.DataFrame:
    """Return the comparisons of the headline KPI; they are of the organisation."""
    found = comparisons.comparisons(source.snapshot, YEAR, source.end)
    return found.filter(pl.col("kpi_id") == headline(source)["kpi_id"])
