"""What the benchmarks count."""

import gzip
import json
import os
from collections import Counter
from pathlib import Path

import duckdb

from bench.builds import hold_back, memory_of_session
from bench.profile import Node, Profile, large_tables, report, scans_of


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
