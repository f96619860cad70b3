"""What a KPI is over some quarters of a fiscal year, given no more exactly than a cell.

Where the quarters are those of a published cell (one, or four), the cell itself is
taken. For two or three quarters, the base cells are summed, and the sum is published by
the rules for cells whose counts are rounded: people to the nearest 2k, shares in whole
points, nothing of fewer than k people. It is hidden wherever any cell of the programme
is hidden in an overlapping period. Since complementary suppression has hidden another
programme of that period, too, all programmes less those that are shown leave two.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from publishing.cells import Calendar
from publishing.cubes import ROLLED_UP, SIDES, first_day
from publishing.disclosure.figures import Rule, describe
from publishing.disclosure.suppression import primary_reason
from publishing.people import IS_ON_SIDE

CELL_LENGTHS = (1, 4)  # quarters of the windows that are published of every KPI
Row = dict[str, Any]


@dataclass(frozen=True)
class Numbers:
    """A KPI of the organisation or of one programme over some quarters.

    Attributes:
        state: shown, hidden or no_data; numbers are None unless it is shown.
        value: as published.
        low: lower end of its range of 95 %; None where there is none.
        high: upper end.
        learner_count: people behind it, as published.
        completions: how many the KPI counts, to the nearest k; None for few.
        enrolments: how many are in its base, to the nearest k.
        numerator: the true number, which is never published.
        denominator: likewise.
    """

    state: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    learner_count: int | None = None
    completions: float | None = None
    enrolments: float | None = None
    numerator: float = 0.0
    denominator: float = 0.0


@dataclass(frozen=True)
class Facts:
    """What is known of KPIs before and after suppression.

    Attributes:
        base_cells: kpi_id, programme_id, quarter, numerator, denominator and the people
            of each side.
        people: as `people_behind` returns them; no rows of KPIs without people.
        cells: pub.kpi_cells.
        shares: KPIs whose numerator counts members of the denominator.
        calendar: of all KPIs.
        rule: how small a group may be.
        known_until: the day up to which everything is known.
    """

    base_cells: pl.DataFrame
    people: pl.DataFrame
    cells: pl.DataFrame
    shares: frozenset[str]
    calendar: Calendar
    rule: Rule
    known_until: date

    @property
    def last_whole_quarter(self) -> int:
        """The last quarter that is over, numbered by `cubes.quarter_number`."""
        after = self.known_until + timedelta(days=1)
        number = (after.year * 12 + after.month - 1) // 3
        is_begun = first_day(number, self.calendar.fiscal_year_start_month) <= after
        return number - 1 if is_begun else number - 2

    def numbers(self, kpi_id: str, programme_id: str, first: int, last: int) -> Numbers:
        """Return a KPI over quarters, numbered by `cubes.quarter_number`.

        Args:
            kpi_id: of the registry.
            programme_id: or `all` for the organisation.
            first: the first quarter.
            last: the last one; `first` or later.
        """
        summed = self._summed(kpi_id, programme_id, first, last)
        if last - first + 1 in CELL_LENGTHS:
            found = self._cell(kpi_id, programme_id, first, last)
        elif summed is None:
            return Numbers("no_data")
        else:
            found = self._described(summed, kpi_id, programme_id, first, last)
        if found["state"] != "shown":
            is_hidden = found["state"] == "hidden"
            return Numbers("hidden" if is_hidden else "no_data")
        counts = summed or {"numerator": 0.0, "denominator": 0.0}
        return Numbers(
            "shown",
            found["value"],
            found["ci_low"],
            found["ci_high"],
            found["learner_count"],
            self._count(kpi_id, counts, "numerator"),
            self._count(kpi_id, counts, "denominator"),
            counts["numerator"],
            counts["denominator"],
        )

    def bases(
        self, kpi_id: str, programme_id: str, first: int, last: int
    ) -> dict[str, float]:
        """Return the true base of each programme over quarters; see `numbers`."""
        rows = self.base_cells.filter(_is_within(kpi_id, programme_id, first, last))
        return dict(
            rows.group_by("programme_id")
            .agg(pl.col("denominator").sum())
            .sort("programme_id")
            .iter_rows()
        )

    def is_hidden_within(
        self, kpi_id: str, programme_id: str, first: int, last: int
    ) -> bool:
        """Return whether any cell is hidden of a period that overlaps the quarters."""
        month = self.calendar.fiscal_year_start_month
        return (
            not self._cells_of(kpi_id, programme_id)
            .filter(
                (pl.col("state") == "hidden")
                & (pl.col("period_start_date") < first_day(last + 1, month))
                & (pl.col("period_end_date") >= first_day(first, month))
            )
            .is_empty()
        )

    def _cells_of(self, kpi_id: str, programme_id: str) -> pl.DataFrame:
        cube = "all" if programme_id == ROLLED_UP else "programme"
        return self.cells.filter(
            (pl.col("cube") == cube)
            & (pl.col("kpi_id") == kpi_id)
            & (pl.col("programme_id") == programme_id)
        )

    def _cell(self, kpi_id: str, programme_id: str, first: int, last: int) -> Row:
        start = first_day(first, self.calendar.fiscal_year_start_month)
        found = self._cells_of(kpi_id, programme_id).filter(
            (pl.col("trailing_quarters") == last - first + 1)
            & (pl.col("period_start_date") == start)
        )
        return next(found.iter_rows(named=True), {"state": "no_data"})

    def _summed(
        self, kpi_id: str, programme_id: str, first: int, last: int
    ) -> Row | None:
        """Return sums and distinct people; None where nothing is in the base."""
        is_within = _is_within(kpi_id, programme_id, first, last)
        cells = self.base_cells.filter(is_within)
        if cells.is_empty():
            return None
        sums: Row = cells.select(
            pl.col("numerator", "denominator").sum(),
            *[pl.col(name).max().alias(side) for side, name in SIDES.items()],
        ).row(0, named=True)
        people = (
            self.people.filter(is_within)
            .group_by("learner_key")
            .agg(pl.col("numerator", "denominator").sum())
        )
        if not people.is_empty():
            sums |= {
                side: people.filter(belongs).height
                for side, belongs in IS_ON_SIDE.items()
            }
        return sums

    def _described(
        self, summed: Row, kpi_id: str, programme_id: str, first: int, last: int
    ) -> Row:
        is_share = kpi_id in self.shares
        is_covered = self.is_hidden_within(kpi_id, programme_id, first, last)
        covered = pl.lit("complementary" if is_covered else None, dtype=pl.String)
        # Where no quarter is dominated by one person, their sum is not either; a
        # quarter that is has been hidden, which covers the sum.
        frame = pl.DataFrame([summed]).with_columns(
            pl.lit(False).alias("is_exact"), pl.lit(False).alias("is_dominated")
        )
        reason = pl.coalesce(primary_reason(self.rule, is_share), covered)
        described = describe(
            frame.with_columns(reason.alias("reason")), is_share, self.rule
        )
        return described.row(0, named=True)

    def _count(self, kpi_id: str, summed: Row, side: str) -> float | None:
        """Return a count to the nearest k; None for few people, and of an amount."""
        if kpi_id not in self.shares:
            return None
        k = self.rule.k
        people = summed.get("numerator_people" if side == "numerator" else "people", 0)
        if people is None or people < k or summed[side] < k:
            return None
        return float(int(summed[side] / k + 0.5) * k)


def _is_within(kpi_id: str, programme_id: str, first: int, last: int) -> pl.Expr:
    is_within = (pl.col("kpi_id") == kpi_id) & pl.col("quarter").is_between(first, last)
    if programme_id == ROLLED_UP:
        return is_within
    return is_within & (pl.col("programme_id") == programme_id)
