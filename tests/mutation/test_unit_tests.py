"""A unit test that dbt compiled, run without dbt: passes, kills, lets survive."""

import pytest

from tests.mutation.marts_runner import outcome_of, variants
from tests.mutation.sql_mutator import mutations
from tests.mutation.unit_tests import (
    UnitTest,
    UnitTestDatabase,
    failing,
    parse_unit_test,
)

# what dbt writes to target/run for a unit test
COMPILED = """
-- Build actual result given inputs
with dbt_internal_unit_test_actual as (
  select
    "learner","is_late", 'actual' as "actual_or_expected"
  from (
    with  __dbt__cte__int_enrolments as (

-- Fixture for int_enrolments
select try_cast('A' as character varying) as "learner", try_cast(9 as BIGINT) as "days"
union all
select try_cast('B' as character varying) as "learner", try_cast({days} as BIGINT) as "days"
), enrolments as (
    select * from __dbt__cte__int_enrolments
)

select learner, days > {limit} as is_late, coalesce(days, 0) as days
from enrolments
  ) _dbt_internal_unit_test_actual
),
-- Build expected result
dbt_internal_unit_test_expected as (
  select
    "learner", "is_late", 'expected' as "actual_or_expected"
  from (
    select try_cast('A' as character varying) as "learner", try_cast(False as BOOLEAN) as "is_late"
union all
select try_cast('B' as character varying) as "learner", try_cast({late} as BOOLEAN) as "is_late"
  ) _dbt_internal_unit_test_expected
)
select * from dbt_internal_unit_test_actual
union all
select * from dbt_internal_unit_test_expected
"""  # noqa: E501 - as dbt writes it


@pytest.fixture(scope="module")
def database() -> UnitTestDatabase:
    return UnitTestDatabase()


def compiled(name: str, days: int, late: bool, limit: str = "10") -> UnitTest:
    sql = COMPILED.format(days=days, late=late, limit=limit)
    return parse_unit_test(name, "models/marts/fct_late.sql", sql)


def test_the_query_is_taken_apart():
    test = compiled("late", 10, False)
    assert set(test.given) == {"__dbt__cte__int_enrolments"}
    assert [each.alias for each in test.query.ctes] == ["enrolments"]
    assert test.columns == ("learner", "is_late")


def test_a_model_that_yields_the_expected_rows_passes(database: UnitTestDatabase):
    right, wrong = compiled("right", 11, True), compiled("wrong", 10, True)
    assert list(failing([right, wrong], database)) == [wrong]


def outcomes(database: UnitTestDatabase, *tests: UnitTest) -> dict[str, str]:
    forms = variants(tests)
    return {
        f"{each.before} → {each.after}": outcome_of(each, forms, database)
        for each in mutations(forms[0].query)
    }


def test_a_boundary_is_held_only_by_a_row_that_is_on_it(database: UnitTestDatabase):
    far = outcomes(database, compiled("far", 20, True))
    assert far["days > 10 → days >= 10"] == "survived"
    assert far["days > 10 → days <= 10"] == "killed"
    both = outcomes(database, compiled("far", 20, True), compiled("on", 10, False))
    assert both["days > 10 → days >= 10"] == "killed"


def test_a_column_that_no_test_expects_is_held_by_none(database: UnitTestDatabase):
    found = outcomes(database, compiled("column", 11, True))
    assert found["COALESCE(days, 0) → days"] == "survived"


def test_the_same_node_is_found_where_a_variable_changes_the_query(
    database: UnitTestDatabase,
):
    longer = compiled("longer", 20, True, limit="(5 + 5)")
    change = "days > (5 + 5) → days >= (5 + 5)"
    assert outcomes(database, longer)[change] == "survived"
    found = outcomes(database, longer, compiled("plain", 10, False))
    assert found[change] == "killed"
