"""Runs the mutants of the marts against their dbt unit tests."""

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from pathlib import Path

import duckdb
from sqlglot import exp

from tests.mutation.results import (
    KILLED,
    SURVIVED,
    TIMEOUT,
    Result,
    Results,
    Summary,
    digest,
)
from tests.mutation.sql_mutator import (
    DIALECT,
    Mutation,
    count_changes,
    mutate,
    mutations,
)
from tests.mutation.unit_tests import (
    UnitTest,
    UnitTestDatabase,
    failing,
    read_unit_tests,
)

LONGEST = 110  # characters of SQL that are printed of a change


def run_marts(folder: str, state: Path, report: Callable[[str], None]) -> Summary:
    """Mutate every model of a folder that has a unit test.

    Args:
        folder: the models' folder, from the project's root.
        state: folder that keeps results between runs.
        report: is given a line now and then.

    Raises:
        subprocess.CalledProcessError: dbt could not run the unit tests.
    """
    report(f"{folder}: dbt compiles the unit tests")
    target = compile_unit_tests(folder, state / "dbt")
    database = UnitTestDatabase()
    tests = read_unit_tests(target, folder)
    left_out = list(failing(tests, database))
    by_model: dict[str, list[UnitTest]] = defaultdict(list)
    for test in tests:
        if test not in left_out:
            by_model[test.model].append(test)
    found: list[Result] = []
    for model, of_model in by_model.items():
        results = Results(state / "marts.jsonl", _context(of_model))
        before = len(found)
        found += _run_model(model, of_model, results, database)
        survivors = [each for each in found[before:] if each.outcome == SURVIVED]
        report(f"  {model}: {len(survivors)} of {len(found) - before} survive")
        for each in survivors:
            report(f"    {each.place}: {each.change}")
    names = tuple(f"{each.model}: {each.name}" for each in left_out)
    return Summary(folder, len(found), tuple(found), names)


def compile_unit_tests(folder: str, work: Path) -> Path:
    """Let dbt build an empty warehouse and run its unit tests; return its target.

    dbt takes the types of a test's rows from the relations of the warehouse, therefore
    they are built, without a row.

    Raises:
        subprocess.CalledProcessError: a model or a unit test failed.
    """
    work.mkdir(parents=True, exist_ok=True)
    home, target = work / "home", work / "target"
    warehouse = home / "warehouse.duckdb"
    warehouse.unlink(missing_ok=True)
    home.mkdir(exist_ok=True)
    layout = Path("ingest/storage/tables.sql")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(layout.read_text("utf-8"))
    shutil.rmtree(target / "run", ignore_errors=True)
    common = ["--project-dir", ".", "--profiles-dir", "."]
    common += [
        "--target-path",
        str(target.resolve()),
        "--no-send-anonymous-usage-stats",
    ]
    common += ["--log-path", str(work / "logs")]
    environment = os.environ | {"TANDEM_HOME": str(home.resolve())}
    dbt = [str(Path(sys.executable).with_name("dbt")), "--quiet"]
    for command in (
        ["build", "--exclude-resource-type", "test", "unit_test"],
        ["test", "--select", f"test_type:unit,path:{folder}"],
    ):
        subprocess.run([*dbt, *command, *common], check=True, env=environment)
    return target


def outcome_of(
    mutation: Mutation, tests: Iterable[UnitTest], database: UnitTestDatabase
) -> str:
    """Return what the unit tests of one model make of one mutation of it.

    The mutation is of the first test's query. Another test's query may differ from it,
    by a variable that the test sets: the same node is looked for there.
    """
    base: exp.Expression | None = None
    for test in tests:
        base = base if base is not None else test.query
        node = _same_node(base, test.query, mutation.node)
        if node is None:
            continue
        try:
            if not database.passes(test, mutate(test.query, node, mutation.change)):
                return KILLED
        except duckdb.InterruptException:
            return TIMEOUT
        except duckdb.Error:
            return KILLED
    return SURVIVED


def described(mutation: Mutation) -> str:
    """Return what is changed, inside what, in at most some words."""
    change = f"{_short(mutation.before)} → {_short(mutation.after)}"
    return f"{change} in {_short(mutation.around)}" if mutation.around else change


def _short(sql: str) -> str:
    return sql if len(sql) <= LONGEST else f"{sql[:LONGEST]}..."


def _run_model(
    model: str, tests: list[UnitTest], results: Results, database: UnitTestDatabase
) -> list[Result]:
    tests = sorted(tests, key=lambda test: -len(list(test.query.walk())))
    found = []
    for mutation in mutations(tests[0].query):
        key = digest(model, str(mutation.node), str(mutation.change))
        result = results.of(key)
        if result is None:
            outcome = outcome_of(mutation, tests, database)
            place = f"{model} [{mutation.place or 'select'}]"
            change = described(mutation)
            reason = f"{len(tests)} unit tests"
            result = Result(key, results.context, place, change, outcome, reason)
            results.add(result)
        found.append(result)
    return found


def _same_node(base: exp.Expression, other: exp.Expression, node: int) -> int | None:
    if other is base:
        return node
    ours, theirs = _shape(base), _shape(other)
    if ours == theirs:
        return node
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for block in matcher.get_matching_blocks():
        if block.a <= node < block.a + block.size:
            return block.b + node - block.a
    return None


def _shape(query: exp.Expression) -> list[str]:
    """Return a query's nodes by kind, name of a column or table, and changes."""
    return [
        f"{type(node).__name__} {count_changes(node)} "
        f"{node.name if isinstance(node, exp.Identifier) else ''}"
        for node in query.walk()
    ]


def _context(tests: list[UnitTest]) -> str:
    parts = [
        part
        for test in tests
        for part in (
            test.name,
            test.query.sql(dialect=DIALECT),
            *test.given.values(),
            test.expected,
            *test.columns,
        )
    ]
    return digest(*parts)
