"""The whole pipeline, a refresh of 1 % and the dashboard's queries, at two sizes.

`python -m bench.scale 1m` and `python -m bench.scale 10m` generate an organisation of
20,000 or 200,000 enrolments with fifty statements each, in all modes. Each stage is a
process of its own; measured are its wall seconds, its CPU seconds (user and system, of
all its processes) and the most memory that its processes held together. What is
measured is kept in build/bench/ at once, so that both sizes can be run apart, and is
written to docs/benchmarks.md as one table; what was not measured says so there.

- refresh: the newest 0.9 % of statements and 0.1 % late ones, voidings of others, and a
  roster in which some people are in another class.
- model SQL: seconds that the statements of all models took in DuckDB (`bench.builds`).
- readers: a process reads the current snapshot in a loop during a publish.
- queries: of every page of the dashboard, with empty caches (`bench.page_queries`).
"""

import argparse
import json
import statistics
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console

from bench import scale_table
from bench.builds import Build, Code, Run, publish_beside_a_reader
from bench.larger_sample import Arrivals, prepare
from bench.pipeline import generate
from tandem.core.files import Home, project_root

ENROLMENTS = {"1m": 20_000, "10m": 200_000}
STATEMENTS_EACH = 50
BLOCK = 262_144  # bytes, of DuckDB's files


class Figures:
    """What is measured at one size, kept in a file after each figure.

    Args:
        scale: of ENROLMENTS.
    """

    def __init__(self, scale: str) -> None:
        self.file = scale_table.kept_file(scale)
        self.found: dict[str, Any] = scale_table.circumstances()
        self.console = Console(width=100)

    def note(self, **found: object) -> None:
        """Keep figures by name."""
        self.found |= found
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.found, indent=1), encoding="utf-8")
        for name, value in found.items():
            self.console.print(f"{name}: {value}", highlight=False)

    def note_run(self, name: str, run: Run, **more: float) -> None:
        """Keep what one command took."""
        self.note(**{name: asdict(run) | more})

    def note_build(self, name: str, build: Build) -> None:
        """Keep what one build took, and what its models' statements took."""
        self.note_run(name, build.run, model_sql=build.by_kind["model"])


def measure(folder: Path, scale: str) -> None:
    """Generate what is not there yet, run everything, keep each figure.

    Args:
        folder: an existing one; a sample of an earlier run in it is used again.
        scale: of ENROLMENTS.
    """
    figures = Figures(scale)
    arrivals = _arrivals(folder, ENROLMENTS[scale])
    figures.note(enrolments=ENROLMENTS[scale], arrivals=asdict(arrivals))
    code = Code(project_root(), Home(folder / "home"))
    sources = sorted(str(p) for p in (folder / "sample").iterdir() if p.is_dir())
    figures.note_run("ingest", code.run("ingest", *sources))
    figures.note(statements=_statements(code.home))
    figures.note_build("build", code.build("--full-refresh"))
    figures.note(sizes=sizes_of(code.home.warehouse))
    for stage in ("compare", "check", "publish"):
        figures.note_run(stage, code.run(stage))
    figures.note_run("nothing new", code.run("build"))
    figures.note(queries=_queries(code))
    figures.note_run("refresh: ingest", code.run("ingest", str(folder / "batch")))
    figures.note_build("refresh: build", code.build())
    figures.note_run("refresh: compare", code.run("compare"))
    (folder / "stop").unlink(missing_ok=True)
    publish, seen = publish_beside_a_reader(code, folder)
    figures.note_run("refresh: publish", publish)
    figures.note(
        readers={
            "queries": len(seen["seconds"]),
            "failures": len(seen["failures"]),
            "median": statistics.median(seen["seconds"]),
            "worst": max(seen["seconds"]),
        }
    )


def _arrivals(folder: Path, enrolments: int) -> Arrivals:
    ready, home = folder / "ready.json", folder / "home"
    if home.exists():
        raise SystemExit(f"{home} exists: remove it, then run again")
    home.mkdir()
    if not ready.exists():
        generate(folder / "sample", enrolments, folder)
        wanted = STATEMENTS_EACH * enrolments
        found = prepare(folder / "sample", folder / "batch", wanted)
        ready.write_text(json.dumps(asdict(found)), encoding="utf-8")
    settings = (folder / "tandem.toml").read_bytes()
    (home / "tandem.toml").write_bytes(settings)
    return Arrivals(**json.loads(ready.read_text(encoding="utf-8")))


def _statements(home: Home) -> int:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        found = connection.sql("select count(*) from raw.statements").fetchall()
    return found[0][0]


def sizes_of(warehouse: Path) -> dict[str, int]:
    """Return the bytes of the schemas raw and marts, and of the whole file.

    A schema has the blocks in which any of its tables keeps a segment.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where schema_name in ('raw', 'marts')"
        ).fetchall()
        blocks: dict[str, set[int]] = {"raw": set(), "marts": set()}
        for schema, table in tables:
            found = connection.execute(
                "select distinct unnest([block_id] || additional_block_ids)"
                f" from pragma_storage_info('{schema}.{table}') where persistent"
            ).fetchall()
            blocks[schema] |= {block for (block,) in found if block is not None}
    taken = {schema: BLOCK * len(found) for schema, found in blocks.items()}
    return taken | {"file": warehouse.stat().st_size}


def _queries(code: Code) -> dict[str, float]:
    """Return how many queries the pages make, and their median and p95 in seconds."""
    outcome = code.home.root.with_name("queries.json")
    code.run(module=("bench.page_queries", str(outcome)))
    seconds = json.loads(outcome.read_text(encoding="utf-8"))
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    median = statistics.median(seconds)
    return {"queries": len(seconds), "median": median, "p95": p95}


def main() -> None:
    """Measure one size and write the table of all sizes measured so far."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scale", choices=[*ENROLMENTS, "table"])
    parser.add_argument(
        "--folder", type=Path, help="keep the sample and the home here; default: no"
    )
    arguments = parser.parse_args()
    if arguments.scale != "table":
        with tempfile.TemporaryDirectory() as temporary:
            folder = (arguments.folder or Path(temporary)).resolve()
            folder.mkdir(parents=True, exist_ok=True)
            measure(folder, arguments.scale)
    scale_table.write(project_root() / "docs" / "benchmarks.md")


if __name__ == "__main__":
    main()
