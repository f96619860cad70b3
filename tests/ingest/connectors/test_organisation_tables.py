"""Every declared table of the organisation: its example lands, its bounds hold."""

import csv
from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest
import yaml

from ingest.connectors.organisation.format.rules import allowed_values, check_row
from ingest.landing.delivery import ReadOptions
from ingest.landing.report import LoadReport
from ingest.run import ingest
from ingest.storage.organisation_tables import Column, organisation_tables
from tandem.core.files import Home, project_root
from tandem.core.seeds import seed_rows
from tandem.core.settings import Settings

TABLES = organisation_tables()
Landed = tuple[list[LoadReport], duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landed]:
    """Every table's example, and in another delivery what of it is required."""
    root = tmp_path_factory.mktemp("organisation")
    home = Home(root / "home")
    reports = []
    for folder, is_whole in (root / "whole", True), (root / "least", False):
        folder.mkdir()
        for table in TABLES.values():
            needed = table.needs_one_of[:1]
            columns = [
                column
                for column in table.columns
                if is_whole or column.is_required or column.name in needed
            ]
            path = folder / f"{table.name}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(column.name for column in columns)
                writer.writerow(column.example for column in columns)
        reports += ingest([folder], home, Settings.load(home), ReadOptions())
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        yield reports, connection


@pytest.mark.parametrize("name", TABLES)
def test_a_tables_own_example_lands_with_and_without_what_is_optional(
    name: str, landed: Landed
):
    reports, connection = landed
    own = [report for report in reports if report.path.stem == name]
    assert [(r.error, r.rejected_count) for r in own] == [(None, 0), (None, 0)]
    rows = connection.sql(f'from raw."{name}"').pl()
    for column in TABLES[name].columns:
        filled = rows[column.name_in_raw].null_count() < rows.height
        assert filled, column.name


def test_a_day_and_a_time_of_one_row_are_compared():
    hired = {"hired_on": date(2026, 4, 2)}
    check_row("people", hired | {"left_at": datetime.fromisoformat("2026-04-02T09:00")})
    with pytest.raises(ValueError, match="left_at: it is before hired_on"):
        check_row(
            "people", hired | {"left_at": datetime.fromisoformat("2026-04-01T09:00")}
        )


def test_a_plan_fills_at_least_one_of_its_columns():
    plan = {"kpi_id": "completion_rate", "fiscal_year": 2026}
    with pytest.raises(
        ValueError, match=r"planned_value, planned_completions, .*: fill"
    ):
        check_row("plans", plan)
    for column, value in ("planned_value", 0.0), ("planned_completions", 1):
        check_row("plans", plan | {column: value})


@pytest.mark.parametrize(("value", "is_share"), [(0, True), (1, True), (1.01, False)])
def test_a_plan_of_a_share_is_a_share(value: float, is_share: bool):
    shares = [row["kpi_id"] for row in seed_rows("kpis") if row["unit"] == "share"]
    amounts = [row["kpi_id"] for row in seed_rows("kpis") if row["unit"] == "currency"]
    check_row("plans", {"kpi_id": amounts[0], "planned_value": value})
    plan = {"kpi_id": shares[0], "planned_value": value}
    if is_share:
        check_row("plans", plan)
    else:
        with pytest.raises(ValueError, match=r"write 0\.85 for 85 %"):
            check_row("plans", plan)
    with pytest.raises(ValueError, match="no share between 0 and 1"):
        check_row("plans", plan | {"planned_value": -0.01})
    check_row("plans", {"kpi_id": shares[0], "planned_enrolments": 1})
    with pytest.raises(ValueError, match=r"planned_enrolments: .* plan its value"):
        check_row("plans", {"kpi_id": amounts[0], "planned_enrolments": 1})


def bounded() -> list[tuple[str, Column]]:
    return [
        (table.name, column)
        for table in TABLES.values()
        for column in table.columns
        if (column.minimum, column.maximum, column.above) != (None, None, None)
    ]


@pytest.mark.parametrize(("name", "column"), bounded())
def test_bounds_hold_at_one_below_at_and_one_above(name: str, column: Column):
    filled = dict.fromkeys(TABLES[name].needs_one_of, 1)
    step = 1 if column.kind == "whole" else 1e-9
    if column.minimum is not None:
        check_row(name, filled | {column.name: column.minimum})
        check_row(name, filled | {column.name: column.minimum + step})
        with pytest.raises(ValueError, match=column.name):
            check_row(name, filled | {column.name: column.minimum - step})
    if column.above is not None:
        check_row(name, filled | {column.name: column.above + step})
        with pytest.raises(ValueError, match=column.name):
            check_row(name, filled | {column.name: column.above})
    if column.maximum is not None:
        check_row(name, filled | {column.name: column.maximum})
        with pytest.raises(ValueError, match=column.name):
            check_row(name, filled | {column.name: column.maximum + step})


def test_an_example_is_among_the_allowed_values():
    for table in TABLES.values():
        for column in table.columns:
            if allowed := allowed_values(column):
                assert column.example in allowed, (table.name, column.name)


def test_keys_and_spans_name_columns_of_the_table():
    for table in TABLES.values():
        names = {"actor" if c.kind == "person" else c.name for c in table.columns}
        named = {*table.key, *(name for span in table.spans for name in span)}
        named |= set(table.needs_one_of)
        assert named <= names, table.name


def test_dbt_knows_every_declared_table():
    path = project_root() / "models/staging/organisation/_organisation__sources.yml"
    (source,) = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    assert set(TABLES) <= {table["name"] for table in source["tables"]}
