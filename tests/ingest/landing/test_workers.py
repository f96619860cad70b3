"""Processes that convert: what fails in one is a line of the parent's, no traceback."""

import json
from pathlib import Path

import pytest

from ingest.landing.collection_policy import Policy
from ingest.landing.workers import Task, WorkerPool, Workers, described
from tandem.core.errors import WarehouseProblem


def test_what_cannot_be_written_is_said_in_one_line(statement, tmp_path, capfd):
    folder = tmp_path / "folder"
    folder.write_text("a file where a folder should be")
    none = frozenset()
    place = (folder, "", "xapi", "xapi_file")
    with WorkerPool(count=1) as pool:
        workers = Workers(Task(*place, b"k" * 32, none, none, None, Policy()), pool)
        workers.submit("lines", 1, json.dumps(statement(1)).encode())
        with pytest.raises(WarehouseProblem, match="NotADirectoryError"):
            workers.close()
    assert capfd.readouterr().err == ""


def test_an_error_in_a_worker_quotes_nothing_of_the_delivery():
    try:
        int("Anna Schmidt")
    except ValueError as error:
        words = described(error)
    assert "Anna" not in words
    assert Path(__file__).name in words
