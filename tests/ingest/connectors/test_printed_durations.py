"""Durations of a report: one format a column; a cell that is not read is rejected."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ingest.connectors.printed_durations import durations_in, refuse_unread
from ingest.inspection.open_questions import DiscardingWriter
from ingest.landing.delivery import Delivery, ReadOptions, Recognition


@dataclass
class Recorder(DiscardingWriter):
    """Keeps the line, code and message of each rejection."""

    rejected: list[tuple[int | None, str, str]] = field(default_factory=list)

    def reject(
        self, line: int | None, code: str, json_path: str, message: str, payload: object
    ) -> None:
        """Keep one rejection."""
        self.rejected.append((line, code, message))


def read(
    cells: list[str],
    locale: str | None = None,
    spans: tuple[float | None, ...] = (),
    **options: str,
) -> tuple[list[float | None], Recorder]:
    """Return the seconds of each cell of a column, and what was rejected."""
    recognition = Recognition("meet", "meet", "attendance", (), "", locale=locale)
    delivery = Delivery(Path("report.csv"), recognition, ReadOptions(**options))
    writer = Recorder()
    numbered = list(enumerate(cells, start=2))
    seconds = durations_in(numbered, delivery, writer, spans=spans)
    return [seconds(cell) for cell in cells], writer


def test_a_cell_that_is_not_read_is_rejected_by_its_line():
    found, writer = read(["1 h 5 min", "soon", "--", "14.5 min"])

    assert found == [3900, None, None, 870]
    assert [row[:2] for row in writer.rejected] == [(3, "cell.duration")]


def test_an_open_cell_names_the_option_that_decides_it():
    found, writer = read(["1 saat"])

    assert found == [None]
    assert "--locale" in writer.rejected[0][2]


@pytest.mark.parametrize(("locale", "seconds"), [("tr", 3600), ("ms", 1)])
def test_the_language_of_the_report_decides_words(locale: str, seconds: float):
    found, writer = read(["1 saat"], locale)

    assert (found, writer.rejected) == ([seconds], [])


def test_join_and_leave_decide_clocks_of_two_parts():
    assert read(["1:05", "0:30"], spans=(3900.0, 3900.0))[0] == [3900, 1800]
    assert read(["59:05", "10:30"], spans=(3600.0, 700.0))[0] == [3545, 630]
    assert read(["1:05"], spans=(90_000.0,))[0] == [None]
    assert read(["1:05"], duration_format="m:ss")[0] == [65]


@pytest.mark.parametrize(
    ("printed", "seconds", "count"),
    [("", None, 0), ("--", None, 0), ("many", None, 1), ("5", 300.0, 0)],
)
def test_a_filled_cell_without_a_duration_is_refused(
    printed: str, seconds: float | None, count: int
):
    writer = Recorder()
    refuse_unread(writer, 4, printed, seconds)
    assert len(writer.rejected) == count
