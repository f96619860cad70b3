"""What a published file holds: its tables and columns, with their comments."""

TABLES = """
select schema_name as "schema", table_name as "table", comment as "what it holds"
from duckdb_tables()
where database_name = current_database()
order by schema_name, table_name
"""


def columns_of(table: str) -> str:
    """Return the query of the columns of a table.

    Args:
        table: its name, alone or after that of its schema.
    """
    schema, _dot, name = table.rpartition(".")
    quoted = name.replace("'", "''")
    of_schema = schema.replace("'", "''")
    return f"""
select column_name as "column", data_type as "type", comment as "what it holds"
from duckdb_columns()
where
    database_name = current_database()
    and not internal
    and table_name = '{quoted}'
    and ('{of_schema}' = '' or schema_name = '{of_schema}')
order by schema_name, column_index
"""


EXAMPLES = {
    "tables": TABLES,
    "quarters": """
select period_label, value, ci_low, ci_high, learner_count, state
from pub.kpi_cells
where cube = 'all' and kpi_id in (select kpi_id from pub.kpis where is_headline)
    and trailing_quarters = 1
order by period_end_date
""",
    "modes": """
select delivery_mode, value, ci_low, ci_high, learner_count, state
from pub.kpi_cells
where cube = 'mode' and kpi_id in (select kpi_id from pub.kpis where is_headline)
    and trailing_quarters = 4
order by period_end_date desc, delivery_mode
""",
    "hidden": """
select cube, state, count(*) as cells
from pub.kpi_cells
group by cube, state
order by cube, state
""",
    "verdicts": """
select outcome_category, mode_a, mode_b, verdict, evidence_strength, sentence
from pub.mode_comparisons
where kpi_id in (select kpi_id from pub.kpis where is_headline)
    and trailing_quarters = 4
order by period_end_date desc, outcome_category, mode_a, mode_b
""",
}
"""Name -> query of the published aggregates; words are `page.sql.example.<name>`."""
