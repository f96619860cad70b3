"""A disk that is full: the load is rolled back, says so, and lands when there is room.

A limit on the size of files stands for the disk: writing beyond it fails in the same
way, wherever the test runs.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tandem.core.files import Home

INGEST = """
import json, resource, signal, sys
from pathlib import Path
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write then fails, as on a full disk
most = int(sys.argv[2])
if most:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
home = Home.from_environment()
(report,) = ingest([Path(sys.argv[1])], home, Settings.load(home), ReadOptions())
print(json.dumps([report.error, report.landed_count]))
"""


ERASE = """
import resource, signal, sys
from tandem.cli.main import main

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
most = int(sys.argv.pop(1))
if most:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
main()
"""


def erased(home: Home, person: str, most_bytes: int = 0) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", ERASE, str(most_bytes), "erase", person],
        env=os.environ | {"TANDEM_HOME": str(home.root)},
        capture_output=True,
        check=False,
        text=True,
    )


def landed(home: Home, file: Path, most_bytes: int = 0) -> tuple[str | None, int]:
    environment = os.environ | {"TANDEM_HOME": str(home.root)}
    done = subprocess.run(
        [sys.executable, "-c", INGEST, str(file), str(most_bytes)],
        env=environment,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    error, count = json.loads(done.stdout.splitlines()[-1])
    return error, count


def count(home: Home) -> int:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql("select count(*) from raw.statements").fetchall()[0][0]


@pytest.fixture
def large(tmp_path: Path, statement) -> Path:
    path = tmp_path / "large.ndjson"
    with path.open("w", encoding="utf-8") as file:
        for number in range(100, 8_100):
            # Each one is distinct through and through, so that little is compressed.
            noise = os.urandom(60).hex()
            target = {"id": f"https://lms.example/{noise}"}
            actor = {"mbox": f"mailto:{noise}@example.org"}
            whole = statement(number, object=target, actor=actor)
            file.write(json.dumps(whole) + "\n")
    return path


@pytest.mark.parametrize("most", [600_000, 1_200_000, 2_400_000])
def test_a_full_disk_rolls_the_load_back_and_says_so(
    most, large, statement, write, home, tmp_path
):
    first = write("first.ndjson", [statement(1)])
    assert landed(home, first) == (None, 1)
    error, count_then = landed(home, large, most)
    assert count_then == 0
    assert error.startswith("large.ndjson: ")
    assert "nothing of it has landed" in error
    assert "free space" in error
    assert count(home) == 1
    assert not list(home.landing.glob("*"))
    assert landed(home, large) == (None, 8_000)
    assert count(home) == 8_001


def test_an_erasure_that_meets_a_full_disk_says_so_and_is_finished_later(
    large, statement, write, home
):
    first = write("first.ndjson", [statement(1)])
    assert landed(home, first) == (None, 1)
    assert landed(home, large) == (None, 8_000)
    found = erased(home, "anna@example.org", 600_000)
    assert found.returncode == 1
    assert len(found.stderr.splitlines()) == 1
    assert found.stderr.startswith("tandem: it stopped half way")
    assert erased(home, "anna@example.org").returncode == 0
    assert count(home) == 8_000
    assert b"anna@example.org" not in home.vault.read_bytes()
    assert landed(home, first) == (None, 0)
