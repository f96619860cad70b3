"""A home of an earlier release opens, is brought to the present layout, and goes on."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.identity import vault
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from ingest.storage import migration, warehouse_layouts
from ingest.storage.layout import COLUMNS
from ingest.storage.migration import Layouts, migrate
from ingest.storage.warehouse import LAYOUT_VERSION, opened
from ingest.storage.warehouse_layouts import WAREHOUSE
from tandem.core import journal
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home
from tandem.core.settings import Settings

Json = dict[str, Any]
EARLIER = Path(__file__).parent / "earlier"
REGISTRATION = "5b0c7a1e-3f0a-4c55-9b6e-0f6f3b8f1c11"
SHARED = """
select string_agg(ours.column_name, ', ')
from duckdb_columns() as ours
inner join duckdb_columns() as theirs
    on
        ours.table_name = theirs.table_name
        and ours.column_name = theirs.column_name
        and theirs.database_name = 'now' and theirs.schema_name = 'raw'
where
    ours.database_name = 'old' and ours.schema_name = 'raw'
    and ours.table_name = $table
"""
BOOKKEEPING = ("load_id", "landed_at", "short_statement")
OWN = {
    "extensions/models/own_rates.sql": "select 1 as one",
    "extensions/kpis.csv": "kpi_id\nours\n",
    "tandem.toml": "[organisation]\n",
}


def statement(number: int) -> Json:
    return {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "actor": {"mbox": f"mailto:p{number}@example.org", "name": "Anna Schmidt"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.example/course/1"},
        "context": {"registration": REGISTRATION},
        "timestamp": "2024-05-01T10:00:00Z",
    }


def land(home: Home, folder: Path, *numbers: int) -> Any:
    path = folder / "given.ndjson"
    path.write_text("".join(f"{json.dumps(statement(n))}\n" for n in numbers))
    (report,) = ingest([path], home, Settings.load(home), ReadOptions())
    return report


@contextmanager
def rewritten(file: Path, layout: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach a database as `now`, and an earlier layout in its place as `old`."""
    now = file.with_suffix(".now")
    file.rename(now)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{now}' as now (read_only)")
        connection.execute(f"attach '{file}' as old")
        connection.execute("use old")
        connection.execute((EARLIER / layout).read_text())
        yield connection
    now.unlink()


def of_layout_1(home: Home) -> None:
    """Turn a home into what the release with layout 1 wrote, by its own SQL."""
    with rewritten(home.warehouse, "warehouse_1.sql") as connection:
        connection.execute("insert into raw.layout values (1)")
        for table in ("loads", "statements"):
            found = connection.execute(SHARED, {"table": table}).fetchall()
            ((columns,),) = found
            connection.execute(
                f"insert into old.raw.{table} ({columns})"
                f" select {columns} from now.raw.{table}"
            )
    with rewritten(home.vault, "vault_1.sql") as connection:
        connection.execute("insert into old.layout select * from now.layout")
        connection.execute(
            "insert into old.identifiers select * exclude (is_group)"
            " from now.identifiers"
        )
        connection.execute(
            "insert into old.names select * exclude (is_group) from now.names"
        )
        connection.execute("insert into old.deliveries from now.deliveries")
    with closing(sqlite3.connect(home.journal)) as connection:
        connection.execute("pragma user_version = 0")


def rows(home: Home, query: str) -> list[tuple]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql(query).fetchall()


def statements(home: Home) -> dict[str, Json]:
    """Return each statement by id, whatever the order of the columns."""
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        found = connection.sql("select * from raw.statements").to_arrow_table()
    return {
        row["statement_id"]: {k: v for k, v in row.items() if k not in BOOKKEEPING}
        for row in found.to_pylist()
    }


@pytest.fixture
def present(home: Home, tmp_path: Path) -> Home:
    """A home of this release."""
    land(home, tmp_path, 1, 2, 3)
    entry = journal.Entry("owner", "note", "x", {}, "why")
    journal.append(home.journal, [entry], datetime.now(UTC))
    for name, text in OWN.items():
        (home.root / name).parent.mkdir(parents=True, exist_ok=True)
        (home.root / name).write_text(text)
    return home


@pytest.fixture
def earlier(present: Home) -> Home:
    """The same home as the release with layout 1 wrote it."""
    of_layout_1(present)
    return present


def test_the_first_layout_is_not_the_present_one(earlier: Home):
    assert rows(earlier, "select layout_version from raw.layout") == [(1,)]
    assert rows(earlier, f"{COLUMNS} and column_name = 'short_statement'") == []
    kept = rows(earlier, "select count(*), count(statement) from raw.statements")
    assert kept == [(3, 3)]


def test_a_home_of_the_release_before_goes_on(
    present: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    before = statements(present)
    with opened(present) as connection:
        columns = sorted(connection.sql(COLUMNS).fetchall())
    of_layout_1(present)
    report = land(present, tmp_path, 2, 3, 4)
    assert (report.error, report.replayed_count, report.landed_count) == (None, 2, 1)
    assert "earlier Tandem (layout 1)" in capsys.readouterr().err
    assert rows(present, "select layout_version from raw.layout") == [(LAYOUT_VERSION,)]
    assert sorted(rows(present, COLUMNS)) == columns
    kept = statements(present)
    assert kept.pop(statement(4)["id"])
    assert kept == before
    short = (
        "select count(*) from raw.statements where contains(short_statement, chr(1))"
    )
    assert rows(present, short) == [(4,)]
    for name, text in OWN.items():
        assert (present.root / name).read_text() == text
    assert [e["reason"] for e in journal.read(present.journal, "note")] == ["why"]
    assert vault.unlock(present)
    left = [path.name for path in present.root.iterdir() if "migrating" in path.name]
    assert left == []
    capsys.readouterr()
    assert land(present, tmp_path, 4).replayed_count == 1
    assert "earlier Tandem" not in capsys.readouterr().err


@pytest.mark.parametrize("is_before_the_step", [True, False])
def test_where_it_breaks_off_the_old_file_stays_and_it_can_be_done_again(
    earlier: Home, monkeypatch: pytest.MonkeyPatch, *, is_before_the_step: bool
):
    whole = earlier.warehouse.read_bytes()
    step = WAREHOUSE.steps[1]

    def broken(connection: duckdb.DuckDBPyConnection) -> None:
        if not is_before_the_step:
            step(connection)
        raise MemoryError

    layouts = Layouts(WAREHOUSE.name, WAREHOUSE.table, WAREHOUSE.current, {1: broken})
    with pytest.raises(MemoryError):
        migrate(earlier.warehouse, layouts)
    assert earlier.warehouse.read_bytes() == whole
    assert [p.name for p in earlier.root.iterdir() if "migrating" in p.name] == []
    monkeypatch.setattr(migration, "say", lambda _line: None)
    assert migrate(earlier.warehouse, WAREHOUSE) is True
    assert migrate(earlier.warehouse, WAREHOUSE) is False


def test_what_an_earlier_one_left_is_removed(earlier: Home):
    left = earlier.warehouse.with_name("warehouse.duckdb.migrating")
    shutil.copy(earlier.warehouse, left)
    assert migrate(earlier.warehouse, WAREHOUSE)
    assert not left.exists()


def test_a_step_may_run_again(earlier: Home):
    with duckdb.connect(str(earlier.warehouse)) as connection:
        for _time in range(2):
            warehouse_layouts._keep_an_id_once(connection)
        kept = connection.sql("select statement from raw.statements").fetchall()
    assert [json.loads(text)["context"]["registration"] for (text,) in kept] == (
        [REGISTRATION] * 3
    )


@pytest.mark.parametrize("version", [LAYOUT_VERSION + 1, 0])
def test_a_warehouse_that_no_step_leads_from_is_left_alone(
    present: Home, tmp_path: Path, version: int
):
    with duckdb.connect(str(present.warehouse)) as connection:
        connection.execute(f"update raw.layout set layout_version = {version}")
        connection.execute("checkpoint")
    before = present.warehouse.read_bytes()
    words = "newer Tandem" if version else "nothing leads from there"
    with pytest.raises(WarehouseProblem, match=words) as refused:
        land(present, tmp_path, 9)
    assert refused.value.exit_status == 1
    assert present.warehouse.read_bytes() == before


def test_a_newer_vault_and_a_newer_journal_are_named(present: Home, tmp_path: Path):
    with closing(sqlite3.connect(present.journal)) as connection:
        connection.execute("pragma user_version = 2")
    with pytest.raises(WarehouseProblem, match="the journal is of a newer Tandem"):
        journal.read(present.journal, "note")
    with duckdb.connect(str(present.vault)) as connection:
        connection.execute("update layout set layout_version = 2")
    with pytest.raises(WarehouseProblem, match="the vault is of a newer Tandem"):
        land(present, tmp_path, 9)
