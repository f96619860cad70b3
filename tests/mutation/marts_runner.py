"""Runs the mutants of the marts against their dbt unit tests."""

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import duckdb
from sqlglot import exp

from ingest.storage.layout import DDL
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


def run_marts(
    folder: str,
    state: Path,
    is_killed_for_good: bool,
    report: Callable[[str], None],
) -> Summary:
    """Mutate every model of a folder that has a unit test.

    Args:
        folder: the models' folder, from the project's root.
        state: folder that keeps results between runs.
        is_killed_for_good: run survivors of earlier versions of the tests only.
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
        context = _context(of_model)
        results = Results(state / "marts.jsonl", context, is_killed_for_good)
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
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(DDL)
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


@dataclass(frozen=True)
class Variant:
    """One form of a model's SQL; a variable that a test sets makes another form.

    Attributes:
        query: the model's SQL.
        tests: the unit tests that dbt compiled to it.
        nodes: the node of this form by that of the first form, where it has it.
    """

    query: exp.Expression
    tests: list[UnitTest]
    nodes: dict[int, int]


def variants(tests: Iterable[UnitTest]) -> list[Variant]:
    """Return the forms of a model's SQL, that with the most nodes first."""
    by_form: dict[str, list[UnitTest]] = defaultdict(list)
    for test in tests:
        by_form[test.query.sql(dialect=DIALECT)].append(test)
    forms = [(_shape(found[0].query), found) for found in by_form.values()]
    forms.sort(key=lambda form: -len(form[0]))
    first = forms[0][0]
    return [
        Variant(found[0].query, found, dict(_same_nodes(first, shape)))
        for shape, found in forms
    ]


def outcome_of(
    mutation: Mutation, forms: Iterable[Variant], database: UnitTestDatabase
) -> str:
    """Return what the unit tests of one model make of a mutation of its first form."""
    for form in forms:
        node = form.nodes.get(mutation.node)
        if node is None:
            continue
        sql = mutate(form.query, node, mutation.change).sql(dialect=DIALECT)
        try:
            if not all(database.passes(test, sql) for test in form.tests):
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
    forms = variants(tests)
    query = forms[0].query.sql(dialect=DIALECT)
    found = []
    for mutation in mutations(forms[0].query):
        key = digest(query, str(mutation.node), str(mutation.change))
        result = results.of(key)
        if result is None:
            outcome = outcome_of(mutation, forms, database)
            place = f"{model} [{mutation.place or 'select'}]"
            reason = f"{len(tests)} unit tests"
            change = described(mutation)
            result = Result(key, results.context, place, change, outcome, reason)
            results.add(result)
        found.append(result)
    return found


def _same_nodes(base: list[str], other: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the positions of nodes that two forms of a query have in common."""
    if base == other:
        yield from zip(range(len(base)), range(len(other)), strict=True)
        return
    matcher = SequenceMatcher(None, base, other, autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            yield block.a + step, block.b + step


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
