"""What the benchmarks count."""

from collections import Counter

import duckdb

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
