"""The rows that KPIs count are found, and shared between facts."""

import duckdb
import pytest

from publishing.units import Counted, populations

PLACE = "'sync' as delivery_mode, 'x' as outcome_category, 'p' as programme_id, "
PLACE += "null as business_unit, null as region"


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    """A warehouse of two facts with a row per enrolment, and one with several."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as warehouse")
    connection.execute("create schema warehouse.seeds; create schema warehouse.marts")
    connection.execute(
        """
        create table warehouse.seeds.kpis as
        select
            unnest(['finished', 'active', 'read', 'hours']) as kpi_id,
            unnest(['enrolments', 'engagement', 'openings', 'openings']) as source_fact,
            'quarter_date' as anchor,
            unnest(['done', 'days', 'is_read', 'is_read']) as numerator_column,
            unnest(['base', 'base', 'base', 'hours']) as denominator_column
        """
    )
    connection.execute(
        f"""
        create table warehouse.marts.enrolments as
        select
            'e' || number as enrolment_id, 'l' || number as learner_key, {PLACE},
            case when number < 8 then date '2024-02-01' end as quarter_date,
            case when number < 6 then 1 end as base,
            case when number < 6 then (number < 4)::int end as done
        from range(9) as rows(number)
        """
    )
    connection.execute(
        f"""
        create table warehouse.marts.engagement as
        select
            'e' || number as enrolment_id, 'l' || number as learner_key, {PLACE},
            date '2024-02-01' as quarter_date, 1 as base, number * 2.5 as days
        from range(1, 8) as rows(number)
        """
    )
    connection.execute(
        f"""
        create table warehouse.marts.openings as
        select
            'e' || number % 4 as enrolment_id, 'l' || number % 4 as learner_key,
            {PLACE}, date '2024-02-01' as quarter_date, 1 as base,
            (number % 2)::int as is_read, 0.5 as hours
        from range(8) as rows(number)
        """
    )
    return connection


def sizes(connection: duckdb.DuckDBPyConnection) -> list[dict[Counted, int]]:
    found = populations(connection, ["finished", "active", "read", "hours"])
    return [
        dict(zip(each.counted, each.is_in.sum(axis=0).tolist(), strict=True))
        for each in found
    ]


def test_facts_with_a_row_per_enrolment_share_their_rows(
    warehouse: duckdb.DuckDBPyConnection,
):
    shared = populations(warehouse, ["finished", "active"])
    assert len(shared) == 1
    assert sizes(warehouse)[0] == {
        Counted("active", "denominator"): 7,
        Counted("finished", "denominator"): 6,
        Counted("finished", "numerator"): 4,
        Counted("finished", "complement"): 2,
    }
    both = shared[0].is_in[:, [0, 1]].all(axis=1)
    assert (shared[0].units.height, both.sum()) == (8, 5)
    assert shared[0].units["business_unit"].unique().to_list() == ["unknown"]


def test_rows_without_a_name_are_those_of_their_fact_alone(
    warehouse: duckdb.DuckDBPyConnection,
):
    assert sizes(warehouse)[1] == {
        Counted("read", "denominator"): 8,
        Counted("read", "numerator"): 4,
        Counted("read", "complement"): 4,
    }


def test_an_amount_is_no_count_of_rows(warehouse: duckdb.DuckDBPyConnection):
    found = [counted.kpi_id for each in sizes(warehouse) for counted in each]
    assert "hours" not in found


def test_the_same_enrolment_in_another_quarter_is_another_row(
    warehouse: duckdb.DuckDBPyConnection,
):
    warehouse.execute(
        "update warehouse.marts.engagement set quarter_date = date '2024-05-01'"
    )
    shared = populations(warehouse, ["finished", "active"])
    assert not shared[0].is_in[:, [0, 1]].all(axis=1).any()
