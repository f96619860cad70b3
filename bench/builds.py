"""What builds and publishes cost, as ratios within one run.

Each figure is measured once, in a process of its own, on one machine in one run.

- full build: wall seconds of `tandem build --full-refresh` over the sample less its
  batch.
- nothing new: wall seconds of the `tandem build` after it, over those of a full
  build.
- batch of 1 %: of the sample's statements, the newest 1 % and one in 1,000 of the
  others, which are late, are held back from the first landing. Then they land, and
  the next `tandem build` is set against a full build: by wall seconds, and by model
  SQL alone.
- model SQL: the sum of the seconds that the statements of all models took in DuckDB.
  Statements that ran at once count each; what dbt itself does for a model does not.
- dbt's own share: the wall seconds of a full build in which no statement ran in
  DuckDB, over all of them. It includes the start of Python and dbt's parsing.
- data tests' share: the seconds of their statements over those of all statements.
- peak memory: the most that the processes of a command held together (resident,
  sampled every 0.1 s; pages that two of them share count twice).
- publish: wall seconds of `tandem publish` after the full build.
- readers: while the snapshot of the batch is published, a process reads the pointer,
  opens the current file, counts its cells and closes it, in a loop. Median and worst
  of these queries, and how many failed.
- before: the same full build and publish with another checkout (`--before`), without
  unit tests, on a copy of the same landed home; ratios beside `full build` and
  `publish` are of now to then.

Run by `make bench`.
"""

import argparse
import gzip
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.pipeline import generate
from bench.timed import busy_seconds
from tandem.core.files import Home, project_root

COMMAND = "tandem.cli.main"
STATEMENTS = "*.ndjson.gz"
NEWEST_SHARE = 0.01
LATE_EVERY = 1_000


@dataclass(frozen=True)
class Run:
    """One command: wall seconds, the most memory of its processes in MiB, CPU seconds.

    CPU seconds are user and system time of the command and of what it started.
    """

    seconds: float
    peak_mib: float
    cpu_seconds: float


@dataclass(frozen=True)
class Code:
    """A checkout whose commands are measured, for one home."""

    folder: Path
    home: Home

    def run(self, *arguments: str, module: Sequence[str] = (COMMAND,)) -> Run:
        """Run one command of Tandem.

        Args:
            arguments: of the command.
            module: what is run, with arguments of its own.

        Raises:
            RuntimeError: it failed; its last words are in the message.
        """
        environment = os.environ | {
            "PYTHONPATH": str(self.folder),
            "TANDEM_HOME": str(self.home.root),
            "DBT_EXCLUDE_RESOURCE_TYPES": "unit_test",
        }
        environment.setdefault("TANDEM_PSEUDONYM_KEY", "a-key-for-the-benchmark")
        command = [sys.executable, "-m", *module, *arguments]
        started, peak = time.perf_counter(), 0
        before = _cpu_seconds_of_children()
        with tempfile.TemporaryFile() as words:
            process = subprocess.Popen(
                command,
                env=environment,
                cwd=self.folder,
                stdout=subprocess.DEVNULL,
                stderr=words,
                start_new_session=True,
            )
            while process.poll() is None:
                peak = max(peak, memory_of_session(process.pid))
                time.sleep(0.1)
            seconds = time.perf_counter() - started
            cpu_seconds = _cpu_seconds_of_children() - before
            if process.returncode:
                words.seek(0)
                raise RuntimeError(f"{arguments}: {words.read()[-500:].decode()}")
        return Run(seconds, peak / 2**20, cpu_seconds)

    def build(self, *options: str) -> "Build":
        """Build, and return what its statements took."""
        outcome = self.home.root.with_name("statements.json")
        run = self.run("build", *options, module=("bench.timed", str(outcome)))
        statements = json.loads(outcome.read_text(encoding="utf-8"))
        by_kind: Counter[str] = Counter()
        for kind, start, end in statements:
            by_kind[kind] += end - start
        return Build(run, by_kind, busy_seconds(statements))


@dataclass(frozen=True)
class Build:
    """One build: the run, seconds of statements by kind, seconds with any of them."""

    run: Run
    by_kind: Counter[str]
    busy_seconds: float


def _cpu_seconds_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def memory_of_session(session: int) -> int:
    """Return the resident bytes of all processes of a session."""
    page, total = os.sysconf("SC_PAGE_SIZE"), 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            after_name = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it ended in between
        if int(after_name[3]) == session:
            total += int(after_name[21]) * page
    return total


def hold_back(deliveries: Path, batch: Path) -> tuple[int, int]:
    """Move the newest statements, and a few late ones, out of the deliveries.

    Args:
        deliveries: whose files of statements (newline-delimited, gzip) are shortened.
        batch: where one file with the statements held back is written.

    Returns:
        How many statements stay, and how many are held back.
    """
    files = sorted(deliveries.rglob(STATEMENTS))
    times = sorted(_time(line) for file in files for line in _lines(file))
    newest = times[-max(1, round(NEWEST_SHARE * len(times)))]
    held: list[bytes] = []
    number = 0
    for file in files:
        kept = []
        for line in _lines(file):
            number += 1
            is_held = _time(line) >= newest or number % LATE_EVERY == 0
            (held if is_held else kept).append(line)
        file.unlink()
        if kept:
            file.write_bytes(gzip.compress(b"".join(kept), 1))
    batch.mkdir(parents=True)
    (batch / "statements-batch.ndjson.gz").write_bytes(gzip.compress(b"".join(held), 1))
    return number - len(held), len(held)


def _lines(file: Path) -> list[bytes]:
    with gzip.open(file) as lines:
        return [line.rstrip(b"\n") + b"\n" for line in lines if line.strip()]


def _time(line: bytes) -> bytes:
    return str(json.loads(line).get("timestamp", "")).encode()


def publish_beside_a_reader(code: Code, folder: Path) -> tuple[Run, dict[str, list]]:
    """Publish while another process reads; return the run and what the reader saw."""
    stop, outcome = folder / "stop", folder / "outcome.json"
    command = [sys.executable, "-m", "bench.reader", str(code.home.root)]
    reader = subprocess.Popen(
        [*command, str(stop), str(outcome)],
        env=os.environ | {"PYTHONPATH": str(project_root())},
    )
    try:
        run = code.run("publish")
    finally:
        stop.touch()
        reader.wait(timeout=60)
    return run, json.loads(outcome.read_text(encoding="utf-8"))


def measure(folder: Path, deliveries: Path, before: Path | None) -> list[list[str]]:
    """Run everything and return the rows of the table: figure, value, ratio."""
    kept, held = hold_back(deliveries, folder / "batch")
    now = Code(project_root(), Home(folder / "home"))
    now.run("ingest", *_sources(deliveries))
    rows = [["statements", f"{kept:,} and {held:,} held back", ""]]
    if before is not None:
        then = Code(before, Home(folder / "before"))
        shutil.copytree(now.home.root, then.home.root)
        build_then = then.run("build", "--full-refresh")
        publish_then = _published(then)
        rows.append(["full build before", *_seconds(build_then, None)])
        rows.append(["publish before", *_seconds(publish_then, None)])
        shutil.rmtree(then.home.root)
    build = now.build("--full-refresh")
    full, kinds = build.run, build.by_kind
    rows.append(["full build", *_seconds(full, build_then if before else None)])
    rows.append(["  model SQL", f"{kinds['model']:.1f} s", ""])
    own = (full.seconds - build.busy_seconds) / full.seconds
    rows.append(["  dbt's own share", "", f"{own:.2f}"])
    rows.append(["  data tests' share", "", f"{kinds['test'] / kinds.total():.2f}"])
    rows.append(["nothing new", *_seconds(now.run("build"), full)])
    publish = _published(now)
    rows.append(["publish", *_seconds(publish, publish_then if before else None)])
    now.run("ingest", str(folder / "batch"))
    batch = now.build()
    sql = batch.by_kind["model"]
    rows.append(["batch of 1 %", *_seconds(batch.run, full)])
    rows.append(["  model SQL", f"{sql:.1f} s", f"{sql / kinds['model']:.3f}"])
    now.run("compare")
    beside, seen = publish_beside_a_reader(now, folder)
    rows.append(["publish beside a reader", *_seconds(beside, publish)])
    return [*rows, *_reader(seen)]


def _sources(deliveries: Path) -> list[str]:
    return sorted(str(path) for path in deliveries.iterdir() if path.is_dir())


def _published(code: Code) -> Run:
    code.run("compare")
    return code.run("publish")


def _seconds(run: Run, whole: Run | None) -> list[str]:
    ratio = f"{run.seconds / whole.seconds:.3f}" if whole else ""
    return [f"{run.seconds:.1f} s, {run.peak_mib:,.0f} MiB", ratio]


def _reader(seen: dict[str, list]) -> list[list[str]]:
    median, worst = statistics.median(seen["seconds"]), max(seen["seconds"])
    return [
        ["  queries", f"{len(seen['seconds']):,}, {len(seen['failures'])} failed", ""],
        ["  median query", f"{1000 * median:.1f} ms", ""],
        ["  worst query", f"{1000 * worst:.1f} ms", f"{worst / median:.1f}"],
    ]


def main() -> None:
    """Generate a sample, measure, print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--enrolments", type=int, default=60_000)
    parser.add_argument(
        "--before", type=Path, metavar="REPOSITORY_FOLDER", help="another checkout"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "home").mkdir()
        generate(folder / "sample", arguments.enrolments, folder / "home")
        before = arguments.before and arguments.before.resolve()
        rows = measure(folder, folder / "sample", before)
    table = Table("figure", title=f"Builds of {arguments.enrolments:,} enrolments")
    table.add_column("value", justify="right")
    table.add_column("ratio", justify="right")
    for row in rows:
        table.add_row(*row)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
