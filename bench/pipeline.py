"""Stages of the pipeline as processes of their own, and what one of them takes.

Each stage starts as a user would start it. One scan of raw.statements on the same
machine in the same run is what their times are set against: machines differ, the ratio
travels.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

SCAN = "select count(*), sum(length(statement)) from raw.statements"


@dataclass(frozen=True)
class Measured:
    """One stage: wall seconds and the most memory it held, in MiB."""

    name: str
    seconds: float
    peak_mib: float


def measured(name: str, command: list[str], environment: dict[str, str]) -> Measured:
    """Run one command and return what it took.

    Raises:
        RuntimeError: the command failed; its last words are in the message.
    """
    started = time.perf_counter()
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=words
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        if process.returncode:
            words.seek(0)
            raise RuntimeError(f"{name}: {words.read()[-500:].decode()}")
    return Measured(name, seconds, usage.ru_maxrss / 1024)


def stages(deliveries: Path) -> list[tuple[str, list[str]]]:
    """Return the stages in order, as commands."""
    tandem = [sys.executable, "-c", "from tandem.cli.main import main; main()"]
    return [
        ("ingest", [*tandem, "ingest", str(deliveries)]),
        ("build", [*tandem, "build"]),
        ("compare", [*tandem, "compare"]),
        ("check", [*tandem, "check"]),
        ("publish", [*tandem, "publish"]),
    ]


def scan_seconds(warehouse: Path) -> tuple[float, int]:
    """Return the median seconds of five scans of raw, and its statements."""
    times = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for _attempt in range(5):
            started = time.perf_counter()
            count, _length = connection.sql(SCAN).fetchall()[0]
            times.append(time.perf_counter() - started)
    return sorted(times)[2], count


def generate(folder: Path, enrolments: int, home: Path) -> None:
    """Generate the sample into a folder, and give a home its settings."""
    tandem = [
        sys.executable,
        "-c",
        "from tandem.cli.main import main; main()",
        "sample",
    ]
    command = [*tandem, str(folder), "--enrolments", str(enrolments)]
    subprocess.run(command, check=True)
    settings = folder / "tandem.toml"
    if settings.exists():
        settings.replace(home / "tandem.toml")
