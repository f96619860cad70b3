"""Each operator yields the mutations that it should, and no others."""

import pytest
import sqlglot

from tests.mutation.sql_mutator import DIALECT, mutate, mutations


def mutants(sql: str) -> set[str]:
    query = sqlglot.parse_one(sql, dialect=DIALECT)
    return {
        mutate(query, each.node, each.change).sql(dialect=DIALECT).lower()
        for each in mutations(query)
    }


@pytest.mark.parametrize(
    ("condition", "changed"),
    [
        ("a < b", {"a <= b", "a >= b"}),
        ("a <= b", {"a < b", "a > b"}),
        ("a > b", {"a >= b", "a <= b"}),
        ("a >= b", {"a > b", "a < b"}),
        ("a = 3", {"a = 4", "a = 2"}),
        ("a = 0.75", {"a = 0.76", "a = 0.74"}),
        ("a or b", {"a and b"}),
        ("a and b", {"a or b"}),
        ("a is null", {"not (a is null)"}),
        ("a is not null", {"(a is null)"}),
        ("not a", {"(a)"}),
        ("a = true", {"a = false"}),
        ("a between b and c", {"(a > b and a <= c)", "(a >= b and a < c)"}),
        ("a = 'x'", set()),
        ("a = cast(b as varchar(256))", set()),
        (
            "a = b + interval '1' day",
            {"a = b + interval '2' day", "a = b + interval '0' day"},
        ),
    ],
)
def test_a_condition_is_changed_at_its_boundary(condition: str, changed: set[str]):
    found = mutants(f"select x from t where {condition}")
    assert found == {f"select x from t where {each}" for each in changed}


@pytest.mark.parametrize(
    ("value", "changed"),
    [
        ("coalesce(a, b)", {"a"}),
        ("coalesce(a, false)", {"a", "coalesce(a, true)"}),
        ("coalesce(a, 0)", {"a", "coalesce(a, 1)", "coalesce(a, -1)"}),
        ("min(a)", {"max(a)"}),
        ("max(a)", {"min(a)"}),
        ("least(a, b)", {"greatest(a, b)"}),
        ("greatest(a, b)", {"least(a, b)"}),
    ],
)
def test_a_value_is_changed(value: str, changed: set[str]):
    assert mutants(f"select {value} from t") == {
        f"select {each} from t" for each in changed
    }


@pytest.mark.parametrize(
    ("join", "changed"),
    [
        ("inner join u on t.a = u.a", {"left join u on t.a = u.a"}),
        ("left join u on t.a = u.a", {"inner join u on t.a = u.a"}),
        ("inner join u using (a)", {"left join u using (a)"}),
        ("semi join u using (a)", {"anti join u using (a)"}),
        ("cross join u", set()),
    ],
)
def test_a_join_is_of_another_kind(join: str, changed: set[str]):
    found = mutants(f"select x from t {join}")
    assert found == {f"select x from t {each}" for each in changed}


def test_a_mutation_names_the_cte_that_it_is_in():
    query = sqlglot.parse_one(
        "with late as (select a from t where a > b) select max(a) as a from late",
        dialect=DIALECT,
    )
    found = {(each.place, each.before) for each in mutations(query)}
    assert found == {("late", "a > b"), ("", "MAX(a)")}
