"""The marts are the same, in whatever order deliveries come and however split.

`TANDEM_SHUFFLES` says how many orders are tried; `make campaign` tries a hundred.
"""

import gzip
import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.inspection.recognition import deliveries
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from samples.generate import generate
from samples.plan import Plan
from tandem.cli.modelling import build
from tandem.core.files import Home
from tandem.core.settings import Settings

SHUFFLES = int(os.environ.get("TANDEM_SHUFFLES", "1"))
FILES = 12  # into which the statements are split
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
NO_DELIVERIES = {"tandem.toml", "truth.json"}
# How often something came is bookkeeping, which repetition changes by its nature.
COUNTED = "load read landed replayed rejected conflicting undated row"
BOOKKEEPING = {"dim_sources": {f"{name}_count" for name in COUNTED.split()}}
Marts = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    generate(folder, Plan(enrolments=200, seed=3))
    return folder


@pytest.fixture(scope="module")
def statements(sample: Path) -> list[str]:
    """The sample's statements, conflicting bodies of some, and voidings of others."""
    found = [
        line
        for file in sorted(sample.glob("lms/*.gz"))
        for line in gzip.decompress(file.read_bytes()).decode().splitlines()
    ]
    valid = [one for one in map(as_object, found) if one]
    others = [one | {"stored": "2026-10-01T00:00:00Z"} for one in valid[::40]]
    for number, one in enumerate(others):
        one["timestamp"] = f"2026-09-2{number % 9}T10:00:00Z"
    voidings = [voiding(one, number) for number, one in enumerate(valid[7::60])]
    voidings += [voiding(voidings[0], 90_000), voiding(voidings[1], 90_001)]
    return [*found, *map(json.dumps, others), *map(json.dumps, voidings)]


def as_object(line: str) -> dict[str, Any] | None:
    try:
        return json.loads(line)
    except ValueError:
        return None


def voiding(target: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "id": f"{number:08x}-aaaa-4000-8000-000000000000",
        "actor": {"mbox": "mailto:office@example.org"},
        "verb": {"id": VOIDED},
        "object": {"objectType": "StatementRef", "id": target["id"]},
        "timestamp": "2026-09-30T12:00:00Z",
    }


def marts_after(home: Home, sample: Path, loads: list[list[Path]]) -> Marts:
    """Land deliveries, some at a time, build, and return every row of every mart."""
    home.root.mkdir(parents=True, exist_ok=True)
    for file in (home.warehouse, home.vault):
        file.unlink(missing_ok=True)
    shutil.copy(sample / "tandem.toml", home.settings)
    settings = Settings.load(home)
    for paths in loads:
        reports = ingest(paths, home, settings, ReadOptions())
        assert [report.error for report in reports if report.error] == []
    build(home, settings, full_refresh=True, has_data_tests=False)
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return {name: rows(connection, name) for name in tables(connection)}


def tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.sql("""
        select table_name from information_schema.tables
        where table_schema = 'marts' order by table_name
    """).fetchall()
    return [name for (name,) in found]


def rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    """Return a mart's rows; sums of fractions may differ beyond nine digits."""
    relation = connection.table(f"marts.{table}")
    shown = [
        f"round({name}, 9)" if str(kind) in {"DOUBLE", "FLOAT"} else name
        for name, kind in zip(relation.columns, relation.types, strict=True)
        if name not in BOOKKEEPING.get(table, ())
    ]
    return connection.sql(
        f"select {', '.join(shown)} from marts.{table} order by all"
    ).fetchall()


def written(folder: Path, lines: list[str], count: int) -> list[Path]:
    folder.mkdir(parents=True)
    paths = []
    for number in range(count):
        paths.append(folder / f"statements-{number:03}.ndjson")
        paths[-1].write_text("\n".join(lines[number::count]) + "\n", encoding="utf-8")
    return paths


def reports_of(sample: Path) -> list[Path]:
    """Return what else is delivered, whole: reports, invitations, a roster folder."""
    return [
        path
        for path in deliveries([sample])
        if path.parent.name != "lms" and path.name not in NO_DELIVERIES
    ]


@pytest.fixture(scope="module")
def in_order(
    sample: Path, statements: list[str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Home, Marts]:
    """A home whose folders may be used again, and the marts of one sorted load."""
    root = tmp_path_factory.mktemp("in-order")
    home = Home(root / "home")
    files = written(root / "statements", sorted(statements), 1)
    return home, marts_after(home, sample, [[*files, *reports_of(sample)]])


def test_the_sample_has_what_order_could_change(in_order: tuple[Home, Marts]):
    home, marts = in_order
    assert all(marts[name] for name in ("fct_enrolments", "fct_session_attendances"))
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        conflicts = connection.sql("select count(*) from raw.conflicts").fetchall()
    assert conflicts[0][0] > 20


@pytest.mark.parametrize("seed", range(SHUFFLES))
def test_every_mart_is_the_same_in_any_order(
    seed: int,
    in_order: tuple[Home, Marts],
    sample: Path,
    statements: list[str],
    tmp_path: Path,
):
    home, expected = in_order
    chance = random.Random(seed)
    again = chance.sample(statements, len(statements) // 20)
    lines = chance.sample([*statements, *again], len(statements) + len(again))
    reports = reports_of(sample)
    arrivals = [*written(tmp_path / "some", lines, FILES), *reports]
    arrivals += chance.sample(reports, 5)
    chance.shuffle(arrivals)
    middle = chance.randrange(1, len(arrivals))
    found = marts_after(home, sample, [arrivals[:middle], arrivals[middle:]])
    differing = [name for name in expected if found[name] != expected[name]]
    assert differing == []
