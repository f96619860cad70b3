"""The windows of the cubes, and how quarters are numbered and labelled."""

from datetime import date

import polars as pl
import pytest

from publishing.cubes import (
    Cube,
    Span,
    count_cells,
    first_day,
    period_label,
    quarter_number,
    windows,
)


def listed(trailing: tuple[int, ...], oldest: int, newest: int) -> set[tuple]:
    return set(windows(Cube("all", (), trailing), oldest, newest).iter_rows())


@pytest.mark.parametrize(
    ("newest", "years"),
    [
        (2, {(4, 2, True)}),
        (3, {(4, 3, True)}),
        (4, {(4, 3, False), (4, 4, True)}),
        (7, {(4, 3, True), (4, 4, False), (4, 5, False), (4, 6, False), (4, 7, True)}),
    ],
)
def test_windows_begin_with_the_oldest_quarter_and_are_exact_without_overlap(
    newest: int, years: set[tuple]
):
    assert listed((4,), 0, newest) == years


def test_single_quarters_are_never_exact():
    assert listed((1,), 0, 1) == {(1, 0, False), (1, 1, False)}


def test_only_the_shortest_long_window_may_begin_before_the_evidence():
    assert listed((1, 4, 8), 0, 2) == {(1, n, False) for n in range(3)} | {(4, 2, True)}
    longest = {row for row in listed((1, 4, 8), 0, 8) if row[0] == 8}
    assert longest == {(8, 7, False), (8, 8, True)}


@pytest.mark.parametrize(
    ("day", "month", "first", "label"),
    [
        (date(2026, 1, 1), 1, date(2026, 1, 1), "2026-Q1"),
        (date(2026, 12, 31), 1, date(2026, 10, 1), "2026-Q4"),
        (date(2026, 3, 31), 4, date(2026, 1, 1), "2025-Q4"),
        (date(2026, 4, 1), 4, date(2026, 4, 1), "2026-Q1"),
        (date(2026, 2, 1), 2, date(2026, 2, 1), "2026-Q1"),
        (date(2026, 8, 1), 2, date(2026, 8, 1), "2026-Q3"),
        (date(2026, 12, 1), 12, date(2026, 12, 1), "2026-Q1"),
        (date(2026, 9, 1), 12, date(2026, 9, 1), "2025-Q4"),
    ],
)
def test_quarters_are_numbered_and_labelled_by_fiscal_year(
    day: date, month: int, first: date, label: str
):
    number = pl.DataFrame({"day": [day]}).select(quarter_number("day")).item()
    assert first_day(number, month) == first
    assert period_label(number, month) == label


@pytest.mark.parametrize(
    ("quarter", "ends"),
    [(3, {3, 4, 5, 6}), (4, {4, 5, 6, 7}), (7, {7})],
)
def test_a_row_counts_in_every_window_that_looks_back_over_its_quarter(
    quarter: int, ends: set[int]
):
    base_cells = pl.DataFrame(
        {
            "kpi_id": "rate",
            "delivery_mode": "sync",
            "outcome_category": "leadership",
            "programme_id": "p",
            "business_unit": "u",
            "region": "r",
            "quarter": [quarter],
            "numerator": 1.0,
            "denominator": 2.0,
            "learner_count": 2,
            "numerator_learner_count": 1,
            "complement_learner_count": 1,
        }
    )
    found = count_cells(base_cells, (Cube("all", (), (4,)),), Span(0, 7))
    assert set(found["window_quarter"]) == ends
    assert set(found["denominator"]) == {2.0}
