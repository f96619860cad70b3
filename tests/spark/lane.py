"""The same models on a Spark cluster: `make test-spark` runs this file.

Two homes land the same deliveries. DuckDB builds one; the other is built twice on a
cluster of three processes, where a worker is killed half way. The tests then compare
every mart, and what comparison, judgement and publishing make of them. It is not
collected by `make test`, and fails where Java, Spark or Iceberg is missing.
"""

import os
import shutil
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comparison.run import compare_warehouse
from expectations.run import judge
from ingest.identity.people import find_person
from ingest.identity.vault import unlock
from publishing.gate import Acceptance
from publishing.run import publish
from samples.generate import generate
from samples.plan import Plan
from tandem.cli import build_state, pipeline
from tandem.cli.build_report import BuildReport
from tandem.cli.cluster import SCHEMAS, empty_lake, target_of, write_lake
from tandem.cli.commands.erase import erase_person
from tandem.cli.kept_plans import kept_plans
from tandem.core.files import Home
from tandem.core.iceberg import lake
from tandem.core.settings import Settings
from tests.models.test_portability import OF_SPARK, SHARED, functions_of
from tests.spark.cluster import Cluster, end, missing, running
from tests.spark.comparing import differences

PORT = 7177
PLAN = Plan(enrolments=300)
WITH_LATER_FILES = ("lms", "teams", "zoom")
LATER = 2  # files of each that land after the first build
TABLES_AT_DEATH = 40  # of schema intermediate, when a worker is killed
# Marts that differ from DuckDB's, each with the reason; `test_the_marts_are_equal`
# fails where another differs, and where one of these no longer does.
NOT_EQUAL: dict[str, str] = {}


@dataclass
class Lane:
    """Two homes of the same deliveries, and the cluster that builds the second.

    Attributes:
        duckdb: built by DuckDB.
        spark: built on the cluster.
        cluster: its processes.
        reports: of the builds on the cluster.
        found: what differed after each of them, by mart.
        killed: whether a worker was killed during the first one.
    """

    duckdb: Home
    spark: Home
    cluster: Cluster
    reports: list[BuildReport]
    found: list[dict[str, str]]
    killed: threading.Event


@pytest.fixture(scope="session")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane]:
    """Land, build, land more, and build again, on both engines."""
    if lacking := missing():
        pytest.fail("the cluster lane cannot run:\n" + "\n".join(lacking))
    folder = tmp_path_factory.mktemp("spark")
    now, later = deliveries(folder / "files")
    first = Home(folder / "duckdb")
    first.root.mkdir()
    shutil.copy(folder / "files" / "tandem.toml", first.settings)
    settings = Settings.load(first)
    pipeline.land(now, first, settings)
    second = Home(Path(shutil.copytree(first.root, folder / "spark")))
    with running(folder / "cluster", PORT) as cluster, environment(cluster):
        lane = Lane(first, second, cluster, [], [], threading.Event())
        watch = threading.Thread(target=kill_a_worker, args=(lane,), daemon=True)
        watch.start()
        build_both(lane, settings)
        for home in (first, second):
            pipeline.land(later, home, settings)
        build_both(lane, settings)
        yield lane


@contextmanager
def environment(cluster: Cluster) -> Iterator[None]:
    """Set a cluster's variables for the block."""
    before = dict(os.environ)
    os.environ.update(cluster.environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def deliveries(files: Path) -> tuple[list[Path], list[Path]]:
    """Write the sample; return what lands before the first build, and after it."""
    generate(files, PLAN)
    parts = sorted(path for path in files.iterdir() if path.is_dir())
    held_back = files.with_name("later")
    for part in parts:
        if part.name in WITH_LATER_FILES:
            folder = held_back / part.name
            folder.mkdir(parents=True)
            for file in sorted(part.iterdir())[-LATER:]:
                file.rename(folder / file.name)
    return parts, sorted(held_back.iterdir())


def build_both(lane: Lane, settings: Settings) -> None:
    """Build both homes, and keep what differs."""
    with lane.duckdb.writing():
        pipeline.model(lane.duckdb, settings)
    with lane.spark.writing():
        report = pipeline.model(lane.spark, settings, is_on_cluster=True)
    lane.reports.append(report)
    lane.found.append(differences(lane.duckdb.warehouse, lane.spark.warehouse))
    counts = f"{report.model_count} models, {report.test_count} tests"
    print(f"{report.scope} build: {counts}, {report.seconds:.0f} s")  # noqa: T201


def kill_a_worker(lane: Lane) -> None:
    """Kill one worker and its executor half way through the build; start another."""
    tables = lane.cluster.lake / "intermediate"
    deadline = time.monotonic() + 1200
    while time.monotonic() < deadline:
        if tables.exists() and len(list(tables.iterdir())) >= TABLES_AT_DEATH:
            end(lane.cluster.workers[0])
            lane.cluster.add_worker()
            lane.killed.set()
            return
        time.sleep(0.5)


@pytest.mark.parametrize("number", [0, 1], ids=["first", "incremental"])
def test_the_marts_are_equal(lane: Lane, number: int):
    assert set(lane.found[number]) == set(NOT_EQUAL), lane.found[number]


def test_the_first_build_was_in_full_and_the_second_was_not(lane: Lane):
    assert [report.scope for report in lane.reports] == ["full", "partial"]
    assert lane.reports[0].model_count > 290
    assert lane.reports[0].test_count > 80


def test_a_worker_was_killed_and_the_build_ended_right(lane: Lane):
    assert lane.killed.is_set()
    master = (lane.cluster.root / "master.log").read_text("utf-8")
    assert "Telling app of lost executor" in master


def test_models_compiled_for_spark_call_only_functions_that_are_known(lane: Lane):
    compiled = target_of(lane.spark) / "compiled" / "tandem" / "models"
    unknown = {
        path.stem: found
        for path in sorted(compiled.rglob("*.sql"))
        if (found := functions_of(path.read_text("utf-8"), "spark") - SHARED - OF_SPARK)
    }
    assert unknown == {}


def test_verdicts_judgement_and_published_tables_are_the_same(lane: Lane):
    settings = Settings.load(lane.duckdb)
    outcomes = []
    for home in (lane.duckdb, lane.spark):
        with home.writing():
            compare_warehouse(home, settings, kept_plans(home))
            judgement = judge(home, settings)
            accepted = [
                Acceptance(finding.expectation, "a small sample")
                for finding in judgement.findings
            ]
            snapshot = publish(home, settings, accepted=accepted)
        outcomes.append((judgement, home.published / snapshot / "dashboard.duckdb"))
    (of_duckdb, first), (of_spark, second) = outcomes
    assert of_duckdb == of_spark
    warehouses = lane.duckdb.warehouse, lane.spark.warehouse
    assert differences(*warehouses, "compared") == {}
    # Each has its own time and id, which is a hash over all digits of all numbers.
    assert set(differences(first, second, "pub")) == {"pub.snapshot"}


def test_an_erased_person_is_in_no_file_of_the_lake(lane: Lane, tmp_path: Path):
    home = Home(Path(shutil.copytree(lane.spark.root, tmp_path / "home")))
    shutil.rmtree(home.published)  # else the erasure would build and publish anew
    address, keys = somebody(home)
    assert files_with(lane.cluster.lake, keys), "the search finds what is there"
    erase_person(home, Settings.load(home), address, ("operator", "asked for it"))
    with duckdb.connect(str(home.warehouse)) as connection:
        assert build_state.changes_of(connection).has_removals
        catalog = lake()
        empty_lake(catalog, SCHEMAS)
        assert files_of(lane.cluster.lake) == []
        write_lake(connection, catalog)
    assert files_with(lane.cluster.lake, keys) == []
    assert len(files_of(lane.cluster.lake)) > 100


def somebody(home: Home) -> tuple[str, list[str]]:
    """Return the address of the person with most statements, and the person's keys."""
    with duckdb.connect(str(home.vault), read_only=True) as connection:
        connection.execute(f"attach '{home.warehouse}' as warehouse (read_only)")
        address = connection.sql(
            "select identifier from identifiers"
            " inner join warehouse.raw.statements using (actor_key)"
            " where identifier like '%@%' group by all"
            " order by count(*) desc, identifier limit 1"
        ).fetchall()[0][0]
    address = address.removeprefix("mailto:")
    keys = find_person(home, address, unlock(home)).keys
    return address, sorted(key[:16] for key in keys)  # as long as bounds of Iceberg are


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def files_with(folder: Path, keys: list[str]) -> list[Path]:
    """Return the files in which a key stands: as bytes, or in a value once decoded."""
    return [
        path
        for path in files_of(folder)
        if any(key.encode() in content for content in contents_of(path) for key in keys)
    ]


def contents_of(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if path.suffix == ".parquet":
        with suppress(pa.ArrowInvalid):  # the killed worker's last file is cut off
            yield str(pq.read_table(path).to_pylist()).encode()
    elif path.suffix == ".avro":
        yield from blocks_of(path.read_bytes())


def blocks_of(avro: bytes) -> Iterator[bytes]:
    """Return a file of Avro inflated: manifests hold bounds of values."""
    mark = avro[-16:]  # stands after the header and after each block
    for block in avro.split(mark)[1:-1]:
        start = 0
        for _number in ("records", "bytes"):
            while block[start] & 0x80:
                start += 1
            start += 1
        with suppress(zlib.error):
            yield zlib.decompress(block[start:], wbits=-15)
