"""Notes of a delivery: what the user should know although nothing failed."""

from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from typer.testing import CliRunner

from ingest.connectors.discovery import connectors
from ingest.landing.loading import NOTHING
from tandem.cli.main import app


@pytest.fixture
def calls(monkeypatch, write, statement):
    """Let the connector of statement files make these calls instead of reading."""

    def reading(*read) -> Path:
        def read_all(_delivery, writer) -> None:
            for call in read:
                call(writer)

        module = connectors()["xapi_file"]
        monkeypatch.setattr(module, "read", read_all)
        return write("statements.ndjson", [statement()])

    return reading


def test_a_delivery_without_anything_to_land_says_so(calls, land):
    (report,) = land(calls())

    assert report.error is None
    assert report.notes == [NOTHING]


def test_rows_rejections_and_notes_say_enough(calls, land):
    day = pl.DataFrame({"is_ended": [True]})
    for number, call in enumerate(
        (
            lambda writer: writer.rows("sources", day),
            lambda writer: writer.reject(1, "test.code", "$", "not read", {}),
        )
    ):
        path = calls(call)
        (report,) = land(path.rename(path.with_name(f"{number}.ndjson")))
        assert report.notes == []

    (report,) = land(calls(lambda writer: writer.note("only whole days in it")))
    assert report.notes == ["only whole days in it"]


def test_a_note_is_kept_once_and_shows_no_address(calls, land):
    def note(writer: SimpleNamespace) -> None:
        writer.note("of anna@example.org")
        writer.note("of anna@example.org")

    (report,) = land(calls(note))

    assert report.notes == ["of (withheld)"]


def test_the_command_prints_notes_and_succeeds(calls, home):
    path = calls(lambda writer: writer.note("only whole days in it"))

    result = CliRunner().invoke(app, ["ingest", str(path)])

    assert result.exit_code == 0
    assert "statements.ndjson: only whole days in it" in result.output
