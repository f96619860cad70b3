"""The same work in one process and in several."""

import os
from concurrent.futures.process import BrokenProcessPool

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from publishing import cells, processes
from publishing.processes import in_processes, process_count
from tests.publishing.kpi_cells import Group, publish_groups


def process_of(_job: int) -> int:
    return os.getpid()


def test_results_come_in_the_order_of_the_jobs():
    jobs = [3, -1, 2, -5]
    assert list(in_processes(abs, jobs, 2)) == [3, 1, 2, 5]


def test_one_process_is_the_caller_and_two_are_others():
    assert set(in_processes(process_of, [1, 2], 1)) == {os.getpid()}
    assert os.getpid() not in set(in_processes(process_of, [1, 2], 2))


def test_what_a_job_raises_reaches_the_caller():
    with pytest.raises(ValueError, match="invalid literal"):
        list(in_processes(int, ["1", "one", "2"], 2))


def test_a_process_that_ends_is_an_error():
    with pytest.raises(BrokenProcessPool):
        list(in_processes(os._exit, [1], 2))


@pytest.mark.parametrize(
    ("cores", "jobs", "expected"),
    [(None, 9, 1), (1, 9, 1), (2, 9, 2), (4, 3, 3), (64, 99, 8), (4, 0, 1)],
)
def test_there_is_a_process_per_core(
    cores: int | None, jobs: int, expected: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(processes.os, "cpu_count", lambda: cores)
    assert process_count(jobs) == expected


def test_cells_are_the_same_from_several_processes(monkeypatch: pytest.MonkeyPatch):
    groups = [Group(f"p{n}", 4 + 3 * n, n) for n in range(12)]
    expected = publish_groups(groups)
    monkeypatch.setattr(cells, "LARGE", 0)
    monkeypatch.setattr(cells, "process_count", lambda _jobs: 2)
    found = publish_groups(groups)
    key = ["cube", "programme_id", "trailing_quarters", "window_quarter"]
    assert_frame_equal(found.cells.sort(key), expected.cells.sort(key))
    assert found.remaining == expected.remaining
    assert found.cells.filter(pl.col("state") == "hidden").height


@pytest.mark.parametrize(("large", "expected"), [(12, 1), (13, 0), (11, 1)])
def test_only_large_publishing_starts_processes(
    large: int, expected: int, monkeypatch: pytest.MonkeyPatch
):
    asked = []
    monkeypatch.setattr(cells, "LARGE", large)
    monkeypatch.setattr(cells, "process_count", lambda jobs: asked.append(jobs) or 1)
    publish_groups([Group(f"p{n}", 20, 10) for n in range(12)])
    assert len(asked) == expected
