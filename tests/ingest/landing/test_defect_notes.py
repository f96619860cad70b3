"""A defect in a connector is one line and a note that names nobody."""

from types import SimpleNamespace

import pytest

from ingest import run
from ingest.connectors.discovery import connectors
from ingest.connectors.xapi import statements_file
from ingest.inspection import recognition


@pytest.fixture
def broken(monkeypatch):
    """Break the reading of statement files half-way, as a defect would."""

    def read(delivery, writer):
        if "anna" not in delivery.path.name:
            statements_file.read(delivery, writer)
            return
        try:
            writer.documents([{"actor": {}}])
            {}["anna@example.org"]
        except KeyError as error:
            raise ValueError("invalid literal: 'anna@example.org'") from error

    found = dict(connectors())
    found["xapi_file"] = SimpleNamespace(read=read)
    monkeypatch.setattr(run, "connectors", lambda: found)


def test_a_defect_is_one_line_and_stops_no_other_delivery(
    broken, statement, write, land, ask, home
):
    files = [write(f"{name}.ndjson", [statement(n)]) for n, name in enumerate(NAMES, 1)]
    reports = land(*files)
    assert [report.landed_count for report in reports] == [1, 0, 1]
    error = reports[1].error
    assert error.startswith("anna.ndjson: a defect in Tandem (xapi_file: ValueError)")
    assert "nothing of it has landed" in error
    assert "\n" not in error
    assert ask("select count(*) from raw.rejections") == [(0,)]
    assert not list(home.landing.glob("*"))


def test_the_note_of_a_defect_says_where_it_was_and_quotes_nothing(
    broken, statement, write, land, home
):
    (report,) = land(write("anna.ndjson", [statement(1)]))
    (note,) = (home.root / "logs").iterdir()
    text = note.read_text(encoding="utf-8")
    assert str(note) in report.error
    assert "KeyError" in text
    assert "ValueError" in text
    assert "ingest/run.py" in text
    assert "anna" not in text


@pytest.fixture
def doubting(monkeypatch):
    """Add a connector that fails at every file that it looks at."""

    def fails(path, head):
        raise ValueError(head)

    found = {"doubting": SimpleNamespace(recognise=fails)} | connectors()
    monkeypatch.setattr(recognition, "connectors", lambda: found)


def test_one_that_fails_to_recognise_a_file_leaves_it_to_the_others(
    doubting, statement, write, land, tmp_path
):
    unrecognised = tmp_path / "anything.bin"
    unrecognised.write_bytes(b"\x01\x02 anything")
    reports = land(
        write("good.ndjson", [statement(1)]), unrecognised, tmp_path / "folder"
    )
    assert reports[0].landed_count == 1
    assert reports[1].error.startswith(
        "anything.bin: a defect in Tandem while recognising it (doubting: ValueError)"
    )


NAMES = ("good", "anna", "other")
