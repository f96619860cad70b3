"""The whole pipeline, stage by stage: seconds, statements a second, peak memory.

Each stage is a process of its own, as a user would start it. The last column sets its
time against one scan of raw.statements on the same machine in the same run: machines
differ, the ratio travels. Run by `make bench`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

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


def report(found: list[Measured], scan: float, count: int) -> Table:
    """Return the table that is printed."""
    table = Table(title=f"{count:,} statements; one scan of raw takes {scan:.2f} s")
    for heading in ("stage", "seconds", "statements/s", "peak MiB", "x one scan"):
        table.add_column(heading, justify="left" if heading == "stage" else "right")
    whole = Measured(
        "all", sum(m.seconds for m in found), max(m.peak_mib for m in found)
    )
    for run in [*found, whole]:
        table.add_row(
            run.name,
            f"{run.seconds:.1f}",
            f"{count / run.seconds:,.0f}",
            f"{run.peak_mib:,.0f}",
            f"{run.seconds / scan:.1f}",
        )
    return table


def main() -> None:
    """Generate or take deliveries, run every stage, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deliveries", type=Path, help="default: a new sample")
    parser.add_argument("--enrolments", type=int, default=60_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home, given = Path(folder) / "home", arguments.deliveries
        environment = os.environ | {"TANDEM_HOME": str(home)}
        environment.setdefault("TANDEM_PSEUDONYM_KEY", "a-key-for-the-benchmark")
        home.mkdir()
        if given is None:
            given = Path(folder) / "sample"
            generate(given, arguments.enrolments, home)
        found = [
            measured(name, command, environment) for name, command in stages(given)
        ]
        scan, count = scan_seconds(home / "warehouse.duckdb")
        Console(width=100).print(report(found, scan, count))


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


if __name__ == "__main__":
    main()
