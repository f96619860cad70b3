"""Schema raw is laid out anew, and completed where an earlier version made it."""

import duckdb

from ingest.storage.layout import COLUMNS, REQUIRED, lay_out
from ingest.storage.organisation_tables import columns_to_add, organisation_tables


def test_a_column_that_an_earlier_version_did_not_declare_is_added():
    with duckdb.connect() as connection:
        lay_out(connection)
        whole = sorted(connection.sql(COLUMNS).fetchall())
        connection.execute(
            "insert into raw.waivers by name select 'a' as load_id, "
            "'hr' as source, 'k' as actor_key, 'P' as programme_id"
        )
        connection.execute("alter table raw.waivers drop column waiver_kind")
        lay_out(connection)
        assert sorted(connection.sql(COLUMNS).fetchall()) == whole
        rows = connection.sql("select actor_key, waiver_kind from raw.waivers")
        assert rows.fetchall() == [("k", None)]


def test_a_column_that_an_earlier_version_required_may_be_empty():
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        names = ("load_id", "source", "programme_id", "kpi_id", "quarter")
        columns = ", ".join(f"{name} varchar not null" for name in names)
        connection.execute(f"create table raw.plans ({columns})")
        lay_out(connection)
        required = sorted(connection.sql(REQUIRED).fetchall())
        assert [column for table, column in required if table == "plans"] == [
            "kpi_id",
            "load_id",
            "source",
        ]
        lay_out(connection)
        assert sorted(connection.sql(REQUIRED).fetchall()) == required


def test_a_whole_layout_lacks_no_column():
    with duckdb.connect() as connection:
        lay_out(connection)
        assert columns_to_add(connection.sql(COLUMNS).fetchall()) == []


def test_each_column_of_an_empty_schema_is_to_be_added():
    columns = sum(len(table.columns) for table in organisation_tables().values())
    assert len(columns_to_add([])) == columns
