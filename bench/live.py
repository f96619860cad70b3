"""A large report of a live session against plain statements, landed in one run.

(a) a participant report of Zoom's, converted and landed, each row a join and a leave;
(b) as many statements as NDJSON. Interleaved runs into new warehouses, medians; the
ratio of the two rates is what counts. Run by `make bench`.
"""

import argparse
import csv
import os
import random
import statistics
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from bench.landing import write
from bench.pipeline import measured

LEAST_RATIO = 0.25  # of the rate of plain statements
HEADINGS = (
    "Name (Original Name)",
    "User Email",
    "Join Time",
    "Leave Time",
    "Duration (Minutes)",
    "Guest",
    "Recording Consent",
    "In Waiting Room",
)
PRINTED = "%m/%d/%Y %I:%M:%S %p"


def write_report(file: Path, count: int) -> None:
    """Write a participant report, the same for the same count of rows."""
    source = random.Random(count)
    opening = datetime(2026, 3, 16, 9, tzinfo=UTC)
    with file.open("w", encoding="utf-8-sig", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(HEADINGS)
        for _row in range(count):
            person = source.randrange(max(1, count // 3))
            joined = opening + timedelta(seconds=source.randrange(40_000))
            seconds = source.randrange(7_200)
            left = joined + timedelta(seconds=seconds)
            email = f"learner-{person}@example.org" if person % 4 else ""
            minutes = -(-seconds // 60)  # rounded up, as Zoom does
            times = (f"{joined:{PRINTED}}", f"{left:{PRINTED}}")
            rows.writerow((f"Learner {person}", email, *times, minutes, "No", "", "No"))


def land(file: Path, folder: Path) -> float:
    """Return the seconds of landing one file into a new warehouse."""
    environment = os.environ | {
        "TANDEM_HOME": str(folder / "home"),
        "TANDEM_PSEUDONYM_KEY": "a-key-for-the-benchmark",
    }
    command = [
        sys.executable,
        "-c",
        "from tandem.cli.main import main; main()",
        "ingest",
    ]
    command += ["--tz", "Europe/London", str(file)]
    return measured("ingest", command, environment).seconds


def main() -> int:
    """Interleave the two, print the medians and their ratio; 1 if it is too small."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    seconds: dict[str, list[float]] = {"report": [], "statements": []}
    with tempfile.TemporaryDirectory() as folder:
        files = {
            "report": Path(folder) / "participants_91122233344.csv",
            "statements": Path(folder) / "statements.ndjson",
        }
        write_report(files["report"], arguments.rows)
        write(files["statements"], 2 * arguments.rows)
        for _run in range(arguments.runs):
            for name, file in files.items():
                with tempfile.TemporaryDirectory(dir=folder) as fresh:
                    seconds[name].append(land(file, Path(fresh)))
    median = {name: statistics.median(found) for name, found in seconds.items()}
    ratio = median["statements"] / median["report"]
    console = Console()
    console.print(
        f"{arguments.rows:,} rows of a participant report: {median['report']:.1f} s; "
        f"as many statements of NDJSON: {median['statements']:.1f} s"
    )
    console.print(f"rate of the report to that of statements: {ratio:.2f}")
    return 0 if ratio >= LEAST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
