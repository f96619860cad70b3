"""dbt's unit tests without dbt: milliseconds for each run of a query.

dbt compiles a unit test once to one query: the model's SQL, its given rows as CTEs and
the expected rows. This module takes that query apart, keeps the rows as tables of one
DuckDB database in memory, and compares any variant of the model's SQL with them.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp

DIALECT = "duckdb"
FIXTURE = "__dbt__cte__"
SECONDS = 10.0  # the longest a query may run


@dataclass(frozen=True)
class UnitTest:
    """One unit test of a model.

    Attributes:
        name: name of the test.
        model: path of the model from the project's root.
        query: the model's SQL, which reads tables of `given`.
        given: the rows of each input, by table name.
        expected: the query of the expected rows.
        columns: the columns that are compared.
    """

    name: str
    model: str
    query: exp.Expression
    given: dict[str, str]
    expected: str
    columns: tuple[str, ...]


def read_unit_tests(target: Path, folder: str) -> list[UnitTest]:
    """Return the unit tests that dbt ran into a target folder, by model and name.

    Args:
        target: dbt's target folder after `dbt test --select test_type:unit`.
        folder: the folder of the models, from the project's root.
    """
    (run,) = (target / "run").iterdir()
    found = []
    for path in sorted((run / folder).rglob("*.sql")):
        described = next((p for p in path.parents if p.suffix == ".yml"), None)
        if described is not None:
            model = described.with_suffix(".sql").relative_to(run)
            found.append(parse_unit_test(path.stem, str(model), path.read_text()))
    return found


def parse_unit_test(name: str, model: str, sql: str) -> UnitTest:
    """Take the query apart that dbt runs for a unit test."""
    parts = {each.alias: each for each in sqlglot.parse_one(sql, dialect=DIALECT).ctes}
    actual = parts["dbt_internal_unit_test_actual"].this
    expected = parts["dbt_internal_unit_test_expected"].this
    query = actual.find(exp.Subquery).this.copy()
    given = {}
    for each in list(query.ctes):
        if each.alias.startswith(FIXTURE):
            given[each.alias] = each.this.sql(dialect=DIALECT)
            each.pop()
    with_ = query.args.get("with_")
    if with_ is not None and not with_.expressions:
        with_.pop()
    return UnitTest(
        name=name,
        model=model,
        query=query,
        given=given,
        expected=expected.find(exp.Subquery).this.sql(dialect=DIALECT),
        columns=tuple(
            each.name for each in actual.expressions if isinstance(each, exp.Column)
        ),
    )


class UnitTestDatabase:
    """The rows of unit tests in a database in memory, and queries against them."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(
            config={"threads": 1, "autoinstall_known_extensions": False}
        )
        self._connection.execute("set TimeZone = 'UTC'")
        self._schemas: dict[tuple[str, str], str] = {}

    def passes(self, test: UnitTest, sql: str) -> bool:
        """Return whether SQL yields the rows that a test expects.

        Raises:
            duckdb.Error: the query cannot be run, or runs longer than `SECONDS`.
        """
        schema = self._schema_of(test)
        columns = ", ".join(f'"{each}"' for each in test.columns)
        actual = f"select {columns} from ({sql})"
        expected = f"select {columns} from {schema}.expected"
        self._connection.execute(f"set schema = '{schema}'")
        watch = threading.Timer(SECONDS, self._connection.interrupt)
        watch.start()
        try:
            found = self._connection.sql(
                f"with actual as ({actual}), expected as ({expected}) "
                "(from actual except all from expected) union all "
                "(from expected except all from actual) limit 1"
            ).fetchall()
        finally:
            watch.cancel()
        return not found

    def _schema_of(self, test: UnitTest) -> str:
        """Return the schema with the test's rows; they are written the first time."""
        key = (test.model, test.name)
        if key not in self._schemas:
            schema = f"unit_test_{len(self._schemas)}"
            self._connection.execute(f"create schema {schema}")
            for table, rows in [*test.given.items(), ("expected", test.expected)]:
                self._connection.execute(f"create table {schema}.{table} as {rows}")
            self._schemas[key] = schema
        return self._schemas[key]


def failing(tests: list[UnitTest], database: UnitTestDatabase) -> Iterator[UnitTest]:
    """Yield the tests that the unmutated model does not pass on this path."""
    for test in tests:
        try:
            if not database.passes(test, test.query.sql(dialect=DIALECT)):
                yield test
        except duckdb.Error:
            yield test
