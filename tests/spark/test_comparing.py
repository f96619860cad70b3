"""How the marts of two engines are compared, without Spark: each difference is seen."""

from pathlib import Path

import duckdb
import pytest

from tests.spark.comparing import TOLERANCE, differences

ROWS = "values ('a', 1, 0.5), ('b', 2, null)"


def warehouse(path: Path, rows: str, number: str = "bigint") -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"create table marts.t (name varchar, number {number}, share double)"
        )
        connection.execute(f"insert into marts.t {rows}")
    return path


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return warehouse(tmp_path / "first.duckdb", ROWS)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("values ('b', 2, null), ('a', 1, 0.5)", ""),
        (f"values ('a', 1, 0.5 + {TOLERANCE * 0.9}), ('b', 2, null)", ""),
        (f"values ('a', 1, 0.5 + {TOLERANCE * 1.1}), ('b', 2, null)", "share (1)"),
        ("values ('a', 1, null), ('b', 2, null)", "share (1)"),
        ("values ('a', 1, 0.5), ('b', 3, null)", "number (1)"),
        ("values ('a', 1, 0.5), ('c', 2, null)", "name (1)"),
        ("values ('a', 1, 0.5)", "2 rows, and 1 on Spark"),
        (f"{ROWS}, ('b', 2, null)", "2 rows, and 3 on Spark"),
    ],
)
def test_rows_are_compared_as_multisets(
    first: Path, tmp_path: Path, rows: str, words: str
):
    found = differences(first, warehouse(tmp_path / "second.duckdb", rows))
    assert bool(found) == bool(words)
    assert words in found.get("marts.t", "")


def test_another_type_is_a_difference(first: Path, tmp_path: Path):
    second = warehouse(tmp_path / "second.duckdb", ROWS, "integer")
    assert "columns" in differences(first, second)["marts.t"]


def test_a_table_that_is_missing_is_a_difference(first: Path, tmp_path: Path):
    second = tmp_path / "second.duckdb"
    duckdb.connect(str(second)).close()
    assert differences(first, second) == {"marts.t": "it is not there"}
