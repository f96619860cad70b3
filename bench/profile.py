"""Where the time of landing and of a full build goes, and their scans of statements.

- seconds: of the home's last build, from dbt's run results; with two threads, those of
  models that run at once overlap.
- models' SQL in scans: the sum of these seconds, over the median of five scans of
  raw.statements in the same run (`bench.pipeline`). Machines differ, the ratio travels.
- physical scans: how often the plans of a full build read raw.statements, or a table of
  at least half as many rows. Every model that is stored is compiled as for a full build
  and explained against the built warehouse, so that views and CTEs count as often as
  they are executed. Tests are counted apart. Where the last build was not a full one,
  run `tandem build --full-refresh` before.
- landing steps: of a new sample only, since a home does not keep what it landed
  (`bench.landing_steps`); reading and checking are one step, each kind of SQL another.

Run by `make profile`.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from bench.pipeline import generate, measured, scan_seconds, stages
from tandem.cli.dbt_runner import run_dbt
from tandem.core.files import Home
from tandem.core.settings import Settings

MOST_SCANS = 40  # of raw.statements, in the time of which all models must be built
STATEMENTS = "raw.statements"
LARGE = 0.5  # of the rows of raw.statements, from which a table counts as a copy of it
DEAREST = 10
STORED = ("table", "incremental")
STEPS = "landing_steps.json"  # in the folder of a new sample


@dataclass(frozen=True)
class Node:
    """One model or test: its kind and its seconds in the last build.

    `scans` counts the scans of each large table in its plan, by schema and name.
    """

    name: str
    kind: str
    seconds: float
    scans: Counter[str]


@dataclass(frozen=True)
class Profile:
    """The nodes of a home, and the seconds of one scan of raw.statements."""

    nodes: list[Node]
    scan: float

    def of_kind(self, kind: str) -> list[Node]:
        """Return the models, or the tests."""
        return [node for node in self.nodes if node.kind == kind]

    @property
    def sql_in_scans(self) -> float:
        """The seconds of all models over those of one scan."""
        return sum(node.seconds for node in self.of_kind("model")) / self.scan


def scans_of(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: object = None
) -> Counter[str]:
    """Return how often the plan of a query scans each table, views expanded.

    Args:
        connection: to the warehouse.
        sql: one statement.
        parameters: of it.

    Returns:
        Scans by schema and name of the table, such as `raw.statements`.
    """
    explained = connection.execute(f"explain (format json) {sql}", parameters)
    plan = explained.fetchall()[0][1]
    scanned = (
        step.get("extra_info", {}).get("Table") for step in _steps(json.loads(plan))
    )
    return Counter(".".join(name.split(".")[-2:]) for name in scanned if name)


def _steps(plan: list | dict) -> Iterator[dict[str, Any]]:
    for step in plan if isinstance(plan, list) else [plan]:
        yield step
        yield from _steps(step.get("children", []))


def large_tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return raw.statements and the tables with at least half as many rows."""
    rows = dict(
        connection.execute(
            "select schema_name || '.' || table_name, estimated_size"
            " from duckdb_tables() where not temporary"
        ).fetchall()
    )
    return {name for name, count in rows.items() if count >= LARGE * rows[STATEMENTS]}


def profile_of(home: Home) -> Profile:
    """Return the profile of a built home."""
    seconds = _seconds(home)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        settings = Settings.load(home)
        run_dbt(home, settings, ["compile", "--full-refresh"], target=target)
        manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    scan, _count = scan_seconds(home.warehouse)
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        large = large_tables(connection)
        nodes = [
            Node(
                node["name"],
                node["resource_type"],
                seconds.get(name, 0.0),
                Counter(
                    {
                        table: count
                        for table, count in scans_of(
                            connection, node["compiled_code"]
                        ).items()
                        if table in large
                    }
                ),
            )
            for name, node in manifest["nodes"].items()
            if _is_executed(node) and node.get("compiled_code")
        ]
    return Profile(nodes, scan)


def _is_executed(node: dict[str, Any]) -> bool:
    is_model = node["resource_type"] == "model"
    is_stored = is_model and node["config"]["materialized"] in STORED
    return is_stored or node["resource_type"] == "test"


def _seconds(home: Home) -> dict[str, float]:
    path = home.dbt_target / "run_results.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    return {each["unique_id"]: each["execution_time"] for each in content["results"]}


def report(profile: Profile) -> list[Table | str]:
    """Return the dearest models, the scans by table, and the sum in one sentence."""
    models = profile.of_kind("model")
    dearest = sorted(models, key=lambda node: (-node.seconds, node.name))[:DEAREST]
    by_seconds = Table(title="The dearest models of the last build")
    for heading in ("model", "seconds", "x one scan", "physical scans"):
        justify = "left" if heading == "model" else "right"
        by_seconds.add_column(heading, justify=justify)
    for node in dearest:
        by_seconds.add_row(
            node.name,
            f"{node.seconds:.2f}",
            f"{node.seconds / profile.scan:.1f}",
            str(node.scans.total()),
        )
    return [by_seconds, _scans_by_table(profile), _sum(profile)]


def _scans_by_table(profile: Profile) -> Table:
    table = Table(title="Physical scans of statements in a full build")
    for heading in ("table", "by models", "by tests", "models that read it most"):
        table.add_column(heading, justify="right" if "by " in heading else "left")
    names = sorted({name for node in profile.nodes for name in node.scans})
    for name in names:
        models = [node for node in profile.of_kind("model") if node.scans[name]]
        models.sort(key=lambda node: (-node.scans[name], node.name))
        table.add_row(
            name,
            str(sum(node.scans[name] for node in models)),
            str(sum(node.scans[name] for node in profile.of_kind("test"))),
            ", ".join(f"{node.name} {node.scans[name]}" for node in models[:6]),
        )
    return table


def _sum(profile: Profile) -> str:
    physical = {
        kind: sum((node.scans for node in profile.of_kind(kind)), Counter())
        for kind in ("model", "test")
    }
    models, tests = physical["model"], physical["test"]
    return (
        f"The models' SQL takes as long as {profile.sql_in_scans:.1f} scans of"
        f" {STATEMENTS} (at most {MOST_SCANS}); one takes {profile.scan:.2f} s. Models"
        f" scan {STATEMENTS} {models[STATEMENTS]} times, and all tables of its size"
        f" {models.total()} times; tests {tests.total()} times."
    )


def main() -> None:
    """Print the profile of a home, or of a sample that is built for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path, nargs="?", help="default: a new sample")
    parser.add_argument("--enrolments", type=int, default=60_000)
    arguments = parser.parse_args()
    console = Console(width=120)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = arguments.home or _built_sample(folder, arguments.enrolments)
        profile = profile_of(Home(root.resolve()))
        if not arguments.home:
            console.print(landing_report(folder / STEPS))
    for part in report(profile):
        console.print(part)


def landing_report(file: Path) -> Table:
    """Return the dearest steps of landing.

    Args:
        file: JSON of `bench.landing_steps`.
    """
    steps = json.loads(file.read_text(encoding="utf-8"))
    table = Table(title="The dearest steps of landing the sample")
    for heading in ("step", "seconds", f"scans of {STATEMENTS}", "times"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    for step, seconds, scans, times in sorted(steps, key=lambda s: -s[1])[:DEAREST]:
        table.add_row(step, f"{seconds:.2f}", str(scans), str(times))
    return table


def _built_sample(folder: Path, enrolments: int) -> Path:
    home, given = folder / "home", folder / "sample"
    home.mkdir()
    environment = os.environ | {"TANDEM_HOME": str(home)}
    environment.setdefault("TANDEM_PSEUDONYM_KEY", "a-key-for-the-benchmark")
    generate(given, enrolments, home)
    (_ingest, landing), (build, building), *_later = stages(given)
    arguments = landing[landing.index("ingest") :]
    steps = [sys.executable, "-m", "bench.landing_steps", str(folder / STEPS)]
    measured("ingest", [*steps, *arguments], environment)
    measured(build, building, environment)
    return home


if __name__ == "__main__":
    main()
