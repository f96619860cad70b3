"""Totals that a vendor prints beside its rows, compared with what landed."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.connectors.control_totals import compare_count, compare_length
from ingest.connectors.zoom.format.api_responses import Pages
from ingest.connectors.zoom.format.api_totals import compare_records
from ingest.connectors.zoom.format.meetings import Meeting
from ingest.landing.report import LoadReport
from tandem.core.files import Home

START = datetime(2026, 4, 13, 9)  # noqa: DTZ001 - UTC


class Findings(list):
    """A writer that keeps code and message of findings."""

    def finding(self, code: str, message: str, _figures: Any) -> None:
        self.append((code, message))


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        (2, "it prints 2 participants, and 3 landed: more than it says"),
        (3, None),
        (4, "it prints 4 participants, and 3 landed: fewer than it says"),
        (None, None),
    ],
)
def test_another_count_than_landed_is_a_finding_with_both(printed, words):
    found = Findings()
    compare_count(found, "s", "participants", printed, 3)
    assert found == ([("total.participants", words)] if words else [])


@pytest.mark.parametrize(("printed", "count"), [(2, 1), (3, 0), (4, 0), (5, 0), (6, 1)])
def test_both_ways_of_counting_are_right(printed, count):
    found = Findings()
    compare_count(found, "s", "participants", printed, 3, 5)
    assert len(found) == count


@pytest.mark.parametrize(
    ("difference", "count"),
    [(-61, 1), (-60, 0), (-59, 0), (0, 0), (59, 0), (60, 0), (61, 1)],
)
def test_a_printed_duration_may_differ_by_what_rounding_explains(difference, count):
    found = Findings()
    span = (START, START + timedelta(seconds=3600))
    compare_length(found, "s", 3600 + difference, span, 60)
    assert len(found) == count


def test_no_duration_is_compared_without_an_end():
    found = Findings()
    compare_length(found, "s", 3600, (START, None), 60)
    compare_length(found, "s", None, (START, START), 60)
    assert found == []


def page(count: int, total: int, size: int, following: str = "") -> dict[str, Any]:
    users = [{"id": f"{following}{number}"} for number in range(count)]
    return {
        "total_records": total,
        "page_size": size,
        "next_page_token": following,
        "registrants": users,
    }


@pytest.mark.parametrize(
    ("pages", "count"),
    [
        ([page(3, 3, 30)], 0),
        ([page(2, 3, 30)], 1),
        ([page(4, 3, 30)], 1),
        ([page(30, 70, 30, "b")], 0),  # the first of three pages
        ([page(29, 70, 30, "b")], 1),  # a page that another one follows is full
        ([page(10, 70, 30)], 0),  # the last of three pages
        ([page(30, 40, 30, "b"), page(10, 40, 30)], 0),
        ([page(30, 40, 30, "b"), page(9, 40, 30)], 1),
    ],
)
def test_the_records_of_pages_are_compared_with_what_pages_can_hold(pages, count):
    found = Findings()
    compare_records(found, Pages(Meeting("91234567890"), pages), "registrants")
    assert len(found) == count


def test_a_finding_is_a_note_and_a_row_and_refuses_nothing(
    land: Callable[..., list[LoadReport]], home: Home, tmp_path: Path
):
    people = [
        {
            "name": name,
            "user_email": f"{name}@a.example",
            "join_time": "2026-04-13T09:00:00Z",
            "leave_time": "2026-04-13T09:30:00Z",
        }
        for name in ("ida", "ola")
    ]
    answer = {"page_size": 30, "total_records": 3, "participants": people}
    path = tmp_path / "participants_91234567890.json"
    path.write_text(json.dumps(answer | {"next_page_token": ""}), encoding="utf-8")
    (report,) = land(path)
    assert (report.error, report.landed_count, report.rejected_count) == (None, 4, 0)
    words = "it prints 3 records, and 2 landed: fewer than it says"
    assert report.notes == [f"landed, please check: {words} (total.records)"]
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        rows = connection.execute("select code, message from raw.rejections")
        assert rows.fetchall() == [("total.records", words)]
