"""A process that is killed loses nothing and leaves nothing half done."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from ingest.landing import writer
from tandem.core.files import Home

RAW = """
    select * exclude (load_id, landed_at) from raw.statements order by statement_id
"""
INGEST = """
import sys
from pathlib import Path
from ingest.landing.delivery import ReadOptions
from ingest.landing import writer
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

writer.SMALL_LOAD = int(sys.argv[2])
home = Home.from_environment()
print("begins", flush=True)
ingest([Path(sys.argv[1])], home, Settings.load(home), ReadOptions())
"""


def started(home: Home, file: Path, alone: int) -> subprocess.Popen:
    environment = dict(os.environ) | {"TANDEM_HOME": str(home.root)}
    command = [sys.executable, "-c", INGEST, str(file), str(alone)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def raw(home: Home) -> list[tuple]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql(RAW).fetchall()


@pytest.fixture
def large(tmp_path: Path, statement) -> Path:
    path = tmp_path / "large.ndjson"
    with path.open("w", encoding="utf-8") as file:
        for number in range(1, 6_001):
            actor = {"mbox": f"mailto:{number % 700}@example.org"}
            file.write(json.dumps(statement(number, actor=actor)) + "\n")
    return path


@pytest.mark.parametrize("alone", [writer.SMALL_LOAD, 0])
def test_a_re_run_after_a_kill_at_any_instant_lands_everything(
    large, tmp_path, alone, monkeypatch
):
    calm = Home(tmp_path / "calm")
    began = time.monotonic()
    assert started(calm, large, alone).wait() == 0
    undisturbed = time.monotonic() - began
    instants = random.Random(alone)
    home = Home(tmp_path / "killed")
    for _ in range(4):
        process = started(home, large, alone)
        time.sleep(undisturbed * instants.random())
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert started(home, large, alone).wait() == 0
    assert raw(home) == raw(calm)
    assert sorted(path.name for path in home.root.iterdir()) == sorted(
        path.name for path in calm.root.iterdir()
    )


def test_two_processes_at_once_lose_nothing(large, statement, write, tmp_path):
    home = Home(tmp_path / "shared")
    small = write("small.ndjson", [statement(n) for n in range(20_001, 20_010)])
    processes = [started(home, file, writer.SMALL_LOAD) for file in (large, small)]
    assert [process.wait() for process in processes] == [0, 0]
    assert len(raw(home)) == 6_009


def test_a_worker_that_is_killed_fails_the_load_and_no_more(
    large, statement, write, land, ask, monkeypatch
):
    monkeypatch.setattr(writer, "SMALL_LOAD", 0)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    (report,) = land(large)
    assert "failed" in report.error
    assert ask("select count(*) from raw.statements") == [(0,)]
    monkeypatch.undo()
    (report,) = land(write("small.ndjson", [statement(1)]))
    assert report.landed_count == 1
