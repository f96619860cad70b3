"""What the benchmarks count."""

import gzip
import json
import os
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from bench import scale_table
from bench.builds import hold_back, memory_of_session
from bench.landing_steps import Steps, Timed
from bench.larger_sample import prepare
from bench.profile import Node, Profile, large_tables, report, scans_of
from bench.scale import sizes_of
from samples.generate import generate
from samples.plan import Plan


def warehouse() -> duckdb.DuckDBPyConnection:
    """Return ten statements, a copy of half of them, and a view that reads both."""
    connection = duckdb.connect()
    connection.execute("create schema raw; create schema marts")
    connection.execute(
        "create table raw.statements as select range as id from range(10)"
    )
    connection.execute("create table marts.half as from raw.statements limit 5")
    connection.execute("create table marts.less as from raw.statements limit 4")
    connection.execute(
        "create view marts.both as"
        " select a.id from raw.statements as a join marts.half as b using (id)"
    )
    return connection


def test_a_view_is_scanned_as_often_as_it_is_read():
    connection = warehouse()
    assert scans_of(connection, "select id from raw.statements") == {
        "raw.statements": 1
    }
    either = (
        "select a.id from marts.both as a where a.id % 2 = 1 union all"
        " select max(b.id) from marts.both as b"
    )
    assert scans_of(connection, either) == {"raw.statements": 2, "marts.half": 2}
    assert scans_of(connection, "select 1") == {}


def test_a_table_of_half_the_statements_is_large():
    assert large_tables(warehouse()) == {"raw.statements", "marts.half"}


def test_the_profile_sets_seconds_against_one_scan():
    nodes = [
        Node("int_a", "model", 3.0, Counter({"raw.statements": 2})),
        Node("fct_b", "model", 1.0, Counter({"marts.half": 1})),
        Node("audit", "test", 9.0, Counter({"raw.statements": 4})),
    ]
    profile = Profile(nodes, scan=0.5)
    assert profile.sql_in_scans == 8
    sentence = report(profile)[-1]
    assert "8.0 scans" in sentence
    assert "raw.statements 2 times" in sentence
    assert "size 3 times; tests 4 times" in sentence


def test_the_newest_and_a_few_late_statements_are_held_back(tmp_path: Path):
    sent = tmp_path / "lms"
    sent.mkdir()
    lines = [
        json.dumps({"id": number, "timestamp": f"2026-01-01T{number:08}Z"})
        for number in range(3_000)
    ]
    for name, part in (("a", lines[:1_500]), ("b", lines[1_500:])):
        text = "\n".join(part).encode()
        (sent / f"{name}.ndjson.gz").write_bytes(gzip.compress(text))
    assert hold_back(tmp_path, tmp_path / "batch") == (2_968, 32)

    def ids(file: Path) -> list[int]:
        return [json.loads(line)["id"] for line in gzip.open(file)]

    held = ids(tmp_path / "batch" / "statements-batch.ndjson.gz")
    assert held == [999, 1_999, *range(2_970, 3_000)]
    stayed = ids(sent / "a.ndjson.gz") + ids(sent / "b.ndjson.gz")
    assert sorted(stayed + held) == list(range(3_000))


def test_memory_is_that_of_all_processes_of_a_session():
    assert memory_of_session(os.getsid(0)) > 10 * 2**20
    assert memory_of_session(-1) == 0


def test_a_larger_sample_has_other_ids_and_what_changes_later(tmp_path: Path):
    sample, batch = tmp_path / "sample", tmp_path / "batch"
    generate(sample, Plan(200))
    base = sum(len(_lines(file)) for file in sample.rglob("*.ndjson.gz"))
    made = prepare(sample, batch, 4 * base)
    kept = [line for file in sample.rglob("*.ndjson.gz") for line in _lines(file)]
    later = _lines(batch / "statements-batch.ndjson.gz")
    assert (made.first, made.later) == (len(kept), len(later))
    assert made.first_bytes == sum(map(len, kept))
    assert made.first + made.later == pytest.approx(4 * base, rel=0.03)
    found = [json.loads(line) for line in kept if line.startswith(b'{"id"')]
    ids = Counter(each["id"] for each in found)
    assert max(ids.values()) <= 2  # the sample sends some statements twice
    ended = [each for each in found if each["verb"]["id"].endswith("/completed")]
    begun = [each for each in found if each["verb"]["id"].endswith("/initialized")]
    assert len(begun) > 3 * len(ended)
    sent, changed = (
        (folder / "roster" / "enrollments.csv").read_text(encoding="utf-8").split()
        for folder in (sample, batch)
    )
    different = sum(a != b for a, b in zip(sent, changed, strict=True))
    assert different == made.moved > 0


def _lines(file: Path) -> list[bytes]:
    with gzip.open(file) as lines:
        return list(lines)


def test_sizes_count_the_blocks_of_a_schema(tmp_path: Path):
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema raw; create schema marts")
        connection.execute(
            "create table raw.statements as"
            " select md5(range::varchar) as id from range(300_000)"
        )
        connection.execute("create table marts.small as select 1 as one")
    sizes = sizes_of(file)
    assert 0.8 * sizes["file"] < sizes["raw"] <= sizes["file"]
    assert 0 < sizes["marts"] <= 2 * 262_144


def test_the_table_says_what_was_not_measured_and_what_misses_its_limit():
    run = {"seconds": 10.0, "cpu_seconds": 20.0, "peak_mib": 4_097.0}
    small = {
        "machine": "2 cores",
        "versions": "Python",
        "statements": 1_000,
        "build": run | {"model_sql": 8.0},
        "refresh: build": run | {"cpu_seconds": 8.0, "model_sql": 1.3},
    }
    lines = scale_table.text_of({"1m": small}).splitlines()
    assert (
        "| build in full, CPU s | 20.0 | not measured |  | growth at most 11 |" in lines
    )
    assert (
        "| build in full, peak GiB | **4.00** | not measured |  | at most 4 |" in lines
    )
    assert (
        "| +1 %: build, CPU seconds over those of a build in full | 0.400 |"
        " not measured |  | at most 0.4, 0.2 |"
    ) in lines
    assert any("model SQL" in line and "**0.163**" in line for line in lines)
    large = small | {"build": run | {"cpu_seconds": 221.0, "seconds": 110.0}}
    both = scale_table.text_of({"1m": small, "10m": large})
    assert "| build in full, wall s | 10.0 | 110.0 | 11.0 |" in both
    assert "| build in full, CPU s | 20.0 | 221.0 | **11.1** |" in both


def test_steps_of_landing_are_named_by_function_and_count_scans():
    steps = Steps()
    connection = Timed(warehouse(), steps)
    connection.execute("insert into raw.statements select max(id) from raw.statements")
    connection.sql("select 1")
    (first, second) = steps.found.items()
    assert first[0].endswith(": insert into raw.statements select max(id)")
    assert first[1][1:] == [1, 1]
    assert second[1][1:] == [0, 1]
