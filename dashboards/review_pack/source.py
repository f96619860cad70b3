"""What the slides of a pack are made of: one frozen snapshot, read for one reader."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters.at_a_glance import (
    GlanceView,
    Windows,
    glance_view,
    headline_kpi,
)
from dashboards.presenters.like_for_like import LikeForLike, like_for_like
from dashboards.queries import Snapshot, comparisons, kpis
from dashboards.queries.snapshot import SnapshotInfo
from dashboards.review_pack.blocks import Figure
from dashboards.selection import ALL, PublishedCut
from tandem.core.errors import WarehouseProblem

Row = dict[str, Any]

YEAR = 4  # quarters: a pack is about the four quarters that end with its own

# What identifies a row of pub.mode_comparisons.
COMPARISON = (
    "kpi_id",
    "outcome_category",
    "period_end_date",
    "trailing_quarters",
    "mode_a",
    "mode_b",
)
# What identifies a row of pub.programme_changes.
CHANGE = ("kpi_id", "programme_id", "period_end_date")


@dataclass(frozen=True)
class Numbers:
    """The view of the first page for the audience of a pack, and KPI to its cell."""

    view: GlanceView
    cells: dict[str, Row]


@dataclass(frozen=True)
class Source:
    """The published file of a quarter, and what was decided about it.

    What several slides read is worked out once, in the language of the first of them.

    Attributes:
        snapshot: what is read, with the business unit that rows are limited to.
        info: the snapshot's description of itself.
        quarter: label of the quarter, e.g. `2026-Q2`.
        end: its last day.
        business_unit: whose figures the pack holds; `all` for the organisation.
        role: of the reader whom it is built for.
        registry: of the KPIs, with words in the language of the pack.
        categories: slug to words of the outcome categories.
        commentary: of the quarter; empty for none.
        decisions: kept for the quarter, as the journal's payloads, none withdrawn.
        earlier: the same of the quarter before, withdrawn ones among them.
        judgements: entries of the scorecard, oldest first.
        dismissed: key of a proposed decision to the reason why it is not needed.
    """

    snapshot: Snapshot
    info: SnapshotInfo
    quarter: str
    end: date
    business_unit: str
    role: str
    registry: pl.DataFrame
    categories: dict[str, str]
    commentary: str
    decisions: tuple[Row, ...]
    earlier: tuple[Row, ...]
    judgements: tuple[Row, ...]
    dismissed: dict[str, str]

    @property
    def is_of_unit(self) -> bool:
        """Whether the pack is of one business unit."""
        return self.business_unit != ALL

    @property
    def cut(self) -> PublishedCut:
        """The published cut of the audience."""
        if self.is_of_unit:
            return PublishedCut("business_unit", business_unit=self.business_unit)
        return PublishedCut(ALL)

    @cached_property
    def kpis(self) -> dict[str, Row]:
        """KPI to its row of the registry."""
        return {row["kpi_id"]: row for row in self.registry.iter_rows(named=True)}

    @cached_property
    def headline(self) -> Row:
        """The row of the registry of the headline KPI.

        Raises:
            WarehouseProblem: none is marked.
        """
        name = headline_kpi(self.registry)
        if not name:
            raise WarehouseProblem(
                "no KPI is marked as the headline",
                self.snapshot.path,
                "mark one in the registry of KPIs, then tandem publish and "
                "tandem freeze",
            )
        return self.kpis[name]

    @cached_property
    def numbers(self) -> Numbers:
        """The tiles and the sentence of the four quarters of the pack."""
        start = self.info.fiscal_year_start_month
        history = kpis.history(self.snapshot, self.cut, YEAR, self.end)
        windows = Windows(
            history,
            history,
            self.end,
            YEAR,
            lambda label: formats.quarter(label, start),
        )
        cost = self.registry.filter(pl.col("tile_slot") == "cost")["kpi_id"].to_list()
        view = glance_view(
            self.registry,
            windows,
            kpis.measured(self.snapshot),
            kpis.costed(self.snapshot, cost[0] if cost else None, YEAR, self.end),
        )
        place = {
            "cube": self.cut.cube,
            "trailing_quarters": YEAR,
            "delivery_mode": ALL,
            "outcome_category": ALL,
            "programme_id": ALL,
            "business_unit": self.business_unit,
            "region": ALL,
        }
        return Numbers(view, {name: row | place for name, row in windows.now().items()})

    @cached_property
    def comparisons(self) -> pl.DataFrame:
        """Every comparison of modes; they are of the whole organisation."""
        return comparisons.comparisons(self.snapshot, YEAR, self.end)

    @cached_property
    def compared(self) -> pl.DataFrame:
        """The comparisons of the headline KPI."""
        return self.comparisons.filter(pl.col("kpi_id") == self.headline["kpi_id"])

    @cached_property
    def like_for_like(self) -> LikeForLike:
        """The comparisons of the headline KPI inside categories, in words."""
        return like_for_like(self.compared, self.categories, self.headline)

    @property
    def quarter_words(self) -> str:
        """The quarter in words, e.g. `Q2 FY26-27`."""
        return formats.quarter(self.quarter, self.info.fiscal_year_start_month)


def figure(
    printed: str, table: str, row: Row, column: str, key: tuple[str, ...]
) -> Figure:
    """Return a printed number with its place in the published file.

    Args:
        printed: as the words have it.
        table: of schema pub.
        row: of that table, with the columns of the key.
        column: that holds the number; it is not null.
        key: columns that identify the row.
    """
    place = tuple((name, _plain(row[name])) for name in key)
    return Figure(printed, row[column], table, column, place)


def _plain(value: object) -> str | int:
    if isinstance(value, bool):
        return str(value).lower()  # as SQL writes it
    return value if isinstance(value, str | int) else str(value)
