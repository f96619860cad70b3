"""Each KPI of the sample has the sums that the sample planted, in every mode."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import PublishedSample

SUMS = """
    select coalesce(delivery_mode, 'unknown'), sum(numerator), sum(denominator)
    from marts.fct_kpis where kpi_id = $kpi_id group by delivery_mode
"""

# One enrolment is several weeks, or several units: its rows are fewer than its parts.
MEASURED_IN_PARTS = {"weekly_active_share", "path_progress_30d"}
MEASURED_IN_HOURS = {"mode_alignment"}
WHERE_PEOPLE_ARE_EXCLUDED = {
    "model.tandem.int_enrolments_described": "",
    "model.tandem.int_attendance_statuses": (
        ", 'excluded' as attendance_status, false as is_expected"
    ),
}
# Their bases are sessions, recordings, tools, contracts and reports of a programme.
FACTS_OF_THINGS = {
    "fct_session_delivery",
    "fct_session_tools",
    "fct_recordings",
    "fct_contract_quarters",
    "fct_business_outcomes",
}


def test_every_kpi_of_the_truth_is_in_the_marts_with_its_sums(
    published_sample: PublishedSample,
):
    wrong = {}
    with duckdb.connect(str(published_sample.home.warehouse), read_only=True) as marts:
        for kpi_id, expected in published_sample.truth["kpis"].items():
            rows = marts.execute(SUMS, {"kpi_id": kpi_id}).fetchall()
            found = {
                mode: {"numerator": numerator, "denominator": denominator}
                for mode, numerator, denominator in rows
            }
            if found != {mode: pytest.approx(sums) for mode, sums in expected.items()}:
                wrong[kpi_id] = {"planted": expected, "found": found}
    assert wrong == {}


def test_no_kpi_is_below_its_base_where_it_counts_members(
    published_sample: PublishedSample,
):
    with duckdb.connect(str(published_sample.home.warehouse), read_only=True) as marts:
        found = marts.sql("""
            select kpi_id, numerator, denominator from marts.fct_kpis
            inner join seeds.kpis using (kpi_id)
            where unit = 'share' and (numerator > denominator or numerator < 0)
        """).fetchall()
    assert found == []


def test_nobody_who_is_excluded_is_in_the_base_of_a_kpi(
    published_sample: PublishedSample,
):
    with duckdb.connect(str(published_sample.home.warehouse), read_only=True) as marts:
        facts = marts.sql("""
            select
                table_name,
                list(column_name) filter (ends_with(column_name, '_denominator'))
            from information_schema.columns
            where table_schema = 'marts'
            group by table_name
            having bool_or(column_name = 'enrolment_id')
        """).fetchall()
        counted = {
            fact: marts.sql(f"""
                select count(*) from marts.{fact} as facts
                inner join marts.fct_enrolments as enrolments using (enrolment_id)
                where
                    enrolments.is_excluded
                    and coalesce({", ".join(f"facts.{name}" for name in names)}) > 0
            """).fetchall()[0][0]
            for fact, names in facts
            if names
        }
        excluded = marts.sql("""
            select exclusion_reason, count(*) > 0 from marts.fct_enrolments
            where is_excluded group by exclusion_reason
        """).fetchall()
    assert excluded == [("test_account", True)]
    assert len(counted) >= 8
    assert counted == dict.fromkeys(counted, 0)


def test_no_fact_of_people_has_a_base_where_everybody_is_excluded(
    published_sample: PublishedSample, tmp_path: Path
):
    copy = tmp_path / "warehouse.duckdb"
    shutil.copy(published_sample.home.warehouse, copy)
    target = published_sample.home.dbt_target
    nodes = json.loads((target / "manifest.json").read_text("utf-8"))["nodes"]
    with duckdb.connect(str(copy)) as warehouse:
        for name, also in WHERE_PEOPLE_ARE_EXCLUDED.items():
            kind = nodes[name]["config"]["materialized"]
            table = f"intermediate.{nodes[name]['name']}"
            warehouse.execute(f"""
                create table people as
                select * replace ('test_account' as exclusion_reason{also})
                from {table};
                drop {"view" if kind == "view" else "table"} {table};
                create table {table} as select * from people;
                drop table people
            """)
        with_kpis = warehouse.sql("select distinct source_fact from seeds.kpis")
        facts = {f"model.tandem.{fact}" for (fact,) in with_kpis.fetchall()}
        before = {fact: _based(warehouse, nodes[fact]) for fact in facts}
        for name in _that_read_people(nodes, facts):
            node = nodes[name]
            table = f"{node['schema']}.{node['name']}"
            if node["config"]["materialized"] != "view":
                code = node["compiled_code"]
                warehouse.execute(f"create or replace table {table} as {code}")
        after = {fact: _based(warehouse, nodes[fact]) for fact in facts}
    assert len(facts) >= 40
    assert [fact for fact, count in before.items() if not count] == []
    based = {nodes[fact]["name"] for fact, count in after.items() if count}
    assert based == FACTS_OF_THINGS


def _based(warehouse: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> int:
    """Return how many rows of a fact are in the base of a KPI."""
    bases = [name for name in node["columns"] if name.endswith("_denominator")]
    is_based = f"coalesce({', '.join(bases)}) is not null"
    count = f"select count(*) from marts.{node['name']} where {is_based}"
    return warehouse.execute(count).fetchall()[0][0]


def _that_read_people(nodes: dict[str, Any], facts: set[str]) -> list[str]:
    """Return the models between excluded people and facts, each after what it reads."""
    found: list[str] = []
    read: dict[str, bool] = dict.fromkeys(WHERE_PEOPLE_ARE_EXCLUDED, True)

    def visit(name: str) -> bool:
        if name not in read:
            before = nodes.get(name, {}).get("depends_on", {}).get("nodes", [])
            are_read = [visit(one) for one in before]
            read[name] = any(are_read)
            if read[name]:
                found.append(name)
        return read[name]

    for fact in sorted(facts):
        visit(fact)
    return found


def test_a_waterfall_ends_at_the_base_and_the_value_of_its_kpi(
    published_sample: PublishedSample,
):
    with duckdb.connect(str(published_sample.home.warehouse), read_only=True) as marts:
        rows = marts.sql("""
            with values as (
                select kpi_id, sum(numerator) as value, sum(denominator) as base
                from marts.fct_kpis group by kpi_id
            )
            select
                kpi_id, value, base,
                sum(remaining_row_count) filter (step = 'value'),
                sum(remaining_row_count) filter (step = 'base')
            from marts.fct_kpi_waterfall
            inner join seeds.kpis using (kpi_id)
            inner join values using (kpi_id)
            where unit = 'share'
            group by all
        """).fetchall()
    assert len(rows) >= 30
    other = {row[0]: row[1:] for row in rows if row[1:3] != row[3:5]}
    assert set(other) == MEASURED_IN_PARTS | MEASURED_IN_HOURS
    for kpi_id in MEASURED_IN_PARTS:
        _value, base, _reached, remaining = other[kpi_id]
        assert base > remaining


def test_a_waterfall_counts_each_learner_of_a_value_once(
    published_sample: PublishedSample,
):
    with duckdb.connect(str(published_sample.home.warehouse), read_only=True) as marts:
        rows = marts.sql("""
            with values as (
                select kpi_id, programme_id, delivery_mode, outcome_category,
                    period_start_date, max(numerator_learner_count) as fewest,
                    sum(numerator_learner_count) as most
                from marts.fct_kpis group by all
            )
            select
                kpi_id,
                remaining_learner_count between fewest and most,
                remaining_learner_count < remaining_row_count
            from marts.fct_kpi_waterfall
            inner join values using (
                kpi_id, programme_id, delivery_mode, outcome_category, period_start_date
            )
            where step = 'value'
        """).fetchall()
    assert len({kpi_id for kpi_id, *_rest in rows}) >= 20
    assert [row for row in rows if not row[1]] == []
    assert any(row[2] for row in rows)


def test_live_and_self_paced_break_even_where_the_truth_says(
    published_sample: PublishedSample,
):
    expected = {
        programme: costs["enrolments"]
        for programme, costs in published_sample.truth["break_even"].items()
    }
    with duckdb.connect(str(published_sample.home.warehouse), read_only=True) as marts:
        found = marts.sql("""
            select programme_id, break_even_enrolments from marts.fct_break_even
            where mode_a = 'sync' and mode_b = 'async'
        """).fetchall()
    assert dict(found) == {
        programme: pytest.approx(enrolments, abs=0.1)
        for programme, enrolments in expected.items()
    }
    assert len(found) > 0
