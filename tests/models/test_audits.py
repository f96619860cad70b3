"""Every kind of rule of an audit finds the rows that break it, and no others.

A project of two tables for each case runs through dbt: the rows of one keep the rules,
those of the other break them.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from tandem.cli import dbt_runner
from tandem.core.files import Home, project_root
from tests.models.test_portability import refused_in


@dataclass(frozen=True)
class Case:
    """Rules, rows that keep them, rows that break them, and what is then said."""

    rules: dict[str, Any]
    columns: str
    kept_by: str
    broken_by: str
    failed: list[tuple[str, int]]


CASES = {
    "a_key": Case(
        {"unique": [["a"]]},
        "a",
        "(1), (2), (null), (null)",
        "(1), (1), (2), (2), (2), (3)",
        [("a is not unique", 5)],
    ),
    "a_key_of_columns": Case(
        {"unique": [["a", "b"]]},
        "a, b",
        "(1, 'x'), (1, 'y'), (1, null), (null, null)",
        "(1, 'x'), (1, 'x'), (2, null), (2, null), (3, null)",
        [("a, b are not unique", 4)],
    ),
    "two_keys": Case(
        {"unique": [["a"], ["b"]]},
        "a, b",
        "(1, 1), (2, 2)",
        "(1, 1), (2, 1)",
        [("b is not unique", 2)],
    ),
    "not_null": Case(
        {"not_null": ["a", "b"]},
        "a, b",
        "(0, ''), (1, 'x')",
        "(0, null), (1, null), (2, 'x')",
        [("b is null", 2)],
    ),
    "accepted_texts": Case(
        {"accepted": {"a": ["x", "it's"]}},
        "a",
        "('x'), ('it''s'), (null)",
        "('x'), ('y'), (''), (null)",
        [("a is none of x, it's", 2)],
    ),
    "relations": Case(
        {"relations": {"code": {"to": "ref('parents')"}}},
        "code",
        "('p'), ('q'), ('q'), (null)",
        "('p'), ('r'), ('r'), (null)",
        [("code is not in parents", 2)],
    ),
    "relation_to_a_field_of_another_name": Case(
        {"relations": {"a": {"to": "ref('parents')", "field": "code"}}},
        "a",
        "('p'), (null)",
        "('s')",
        [("a is not in parents", 1)],
    ),
    "relation_with_a_value_besides": Case(
        {"relations": {"code": {"to": "ref('parents')", "besides": ["all"]}}},
        "code",
        "('p'), ('all'), (null)",
        "('all'), ('every')",
        [("code is not in parents", 1)],
    ),
    "not_negative": Case(
        {"not_negative": ["a"]},
        "a",
        "(0), (1), (null)",
        "(-1), (0)",
        [("a is negative", 1)],
    ),
    "shares": Case(
        {"shares": ["a"]},
        "a",
        "(0.0), (1.0), (null)",
        "(-0.001), (0.0), (1.0), (1.001)",
        [("a is not between 0 and 1", 2)],
    ),
    "rates_by_name": Case(
        {"rates": ["r"]},
        "r_numerator, r_denominator",
        "(0, 0), (0, 1), (1, 1), (null, 1), (null, null)",
        "(-1, 1), (2, 1), (0, null), (1, 1)",
        [("r_numerator is not between 0 and r_denominator", 3)],
    ),
    "rates_by_expression": Case(
        {"rates": [{"numerator": "a + b", "denominator": "c"}]},
        "a, b, c",
        "(1, 1, 2), (0, 0, 0), (1, null, null)",
        "(1, 2, 2), (0, -1, 2), (0, 0, null)",
        [("a + b is not between 0 and c", 3)],
    ),
    "holds": Case(
        {"holds": {"a comes before 'b'": "a < b"}},
        "a, b",
        "(1, 2), (1, null)",
        "(1, 2), (2, 2), (3, 2)",
        [("not true: a comes before 'b'", 2)],
    ),
    "totals": Case(
        {"totals": {"exactly one row is a": "sum(a) = 1"}},
        "a",
        "(0), (1), (0)",
        "(1), (1), (0)",
        [("not true: exactly one row is a", 3)],
    ),
    "several_rules": Case(
        {"unique": [["a"]], "not_null": ["a"], "not_negative": ["a"]},
        "a",
        "(1), (2)",
        "(-1), (-1), (null)",
        [("a is negative", 2), ("a is not unique", 2), ("a is null", 1)],
    ),
}
PROJECT = {
    "name": "rules",
    "version": "1.0",
    "config-version": 2,
    "profile": "rules",
    "model-paths": ["models"],
    "macro-paths": ["macros"],
    "test-paths": ["tests"],
    "models": {"+materialized": "table"},
}


@dataclass(frozen=True)
class Run:
    """The tests' results by name, and the warehouse that they ran over."""

    results: dict[str, Any]
    warehouse: Path

    def failed_rules(self, name: str) -> list[tuple[str, int]]:
        """Return what an audit finds, in alphabetical order."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            query = self.results[name].node.compiled_code
            return sorted(connection.sql(query).fetchall())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = tmp_path_factory.mktemp("audits")
    warehouse = root / "warehouse.duckdb"
    output = {"type": "duckdb", "path": str(warehouse)}
    profile = {"target": "here", "outputs": {"here": output}}
    (root / "dbt_project.yml").write_text(json.dumps(PROJECT))
    (root / "profiles.yml").write_text(json.dumps({"rules": profile}))
    for folder, file in (
        ("macros", "macros/audit.sql"),
        ("tests/generic", "tests/models/generic/audit.sql"),
    ):
        (root / folder).mkdir(parents=True)
        shutil.copy(project_root() / file, root / folder)
    models = root / "models"
    models.mkdir()
    (models / "parents.sql").write_text(
        "select * from (values ('p'), ('q')) as v (code)"
    )
    described = []
    for name, case in CASES.items():
        for rows, suffix in ((case.kept_by, "kept"), (case.broken_by, "broken")):
            table = f"{name}_{suffix}"
            (models / f"{table}.sql").write_text(
                f"select * from (values {rows}) as v ({case.columns})"
            )
            audit = {"name": f"audit_{table}", "arguments": case.rules}
            described.append({"name": table, "data_tests": [{"audit": audit}]})
    (models / "models.yml").write_text(yaml.safe_dump({"models": described}))
    command = ["--quiet", "build", "--project-dir", str(root)]
    command += ["--profiles-dir", str(root), "--target-path", str(root / "target")]
    command += ["--log-path", str(root / "logs")]
    try:
        outcome = dbtRunner().invoke(command)
    finally:
        DuckDBConnectionManager.close_all_connections()
    assert outcome.exception is None
    return Run({result.node.name: result for result in outcome.result}, warehouse)


@pytest.mark.parametrize("name", CASES)
def test_rows_that_keep_the_rules_pass(run: Run, name: str):
    assert run.results[f"audit_{name}_kept"].status == "pass"
    assert run.failed_rules(f"audit_{name}_kept") == []


@pytest.mark.parametrize("name", CASES)
def test_rows_that_break_a_rule_fail_under_its_name(run: Run, name: str):
    result = run.results[f"audit_{name}_broken"]
    assert (result.status, result.failures) == ("fail", len(CASES[name].failed))
    assert run.failed_rules(f"audit_{name}_broken") == CASES[name].failed


@pytest.mark.parametrize("name", CASES)
def test_an_audit_is_sql_that_both_engines_read(run: Run, name: str):
    sql = run.results[f"audit_{name}_kept"].node.compiled_code
    assert refused_in(sql) == set()


def test_the_rules_about_single_rows_share_one_scan(run: Run):
    sql = run.results["audit_several_rules_kept"].node.compiled_code
    assert sql.count('"several_rules_kept"') == 2  # all rows once, and the key


def failure(run: Run, results: list[Any]) -> str:
    home = SimpleNamespace(warehouse=run.warehouse)
    return dbt_runner._failure(home, Path("target"), results, None).one_line()  # type: ignore[arg-type]


def test_a_failed_audit_names_the_table_its_rules_and_their_rows(run: Run):
    line = failure(run, [run.results["audit_several_rules_broken"]])
    assert line == (
        "several_rules_broken (models/models.yml): a is negative (2 rows); "
        "a is not unique (2 rows); a is null (1 row) -> the SQL is under target"
    )


def test_of_many_failed_rules_the_first_are_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dbt_runner, "RULES_SHOWN", 1)
    results = [
        run.results[f"audit_{name}_broken"] for name in ("several_rules", "holds")
    ]
    line = failure(run, results)
    assert "a is negative (2 rows); 2 more rules, and 1 more failed" in line
    assert "not unique" not in line


def test_where_the_rules_cannot_be_read_dbts_own_words_remain(run: Run, tmp_path: Path):
    home = Home(tmp_path)
    result = run.results["audit_holds_broken"]
    line = dbt_runner._failure(home, Path("target"), [result], None).one_line()
    assert line.startswith("audit_holds_broken (audit_holds_broken.sql): Got 1 result")
