"""`tandem export --parquet` and `--csv`: the published tables as files of others."""

import csv
import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from publishing import table_export
from publishing.table_export import TableFormat, export_tables
from tandem.cli.main import app
from tandem.core.access_log import read_accesses
from tandem.core.attaching import attach
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.files import Home
from tandem.core.whole_folder import sha256_of
from tests.publishing.conftest import Publish
from tests.publishing.warehouse import OFFERS, make_warehouse


def manifest(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def published(home: Home, query: str) -> list[tuple]:
    path = home.published / home.current_snapshot()["analyst"]
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.sql(query).fetchall()


@pytest.mark.parametrize("form", TableFormat)
def test_every_table_is_written_whole_and_described(
    published_home: Home, tmp_path: Path, form: TableFormat
):
    folder = tmp_path / "out"
    found = export_tables(published_home, folder, form, with_persons=True)
    said = manifest(folder)
    assert said["snapshot_id"] == published_home.current_snapshot()["snapshot_id"]
    assert said["snapshot_id"] == found.snapshot_id
    tables = published(
        published_home,
        "select schema_name || '.' || table_name, comment from duckdb_tables()"
        " order by all",
    )
    assert [(t["table"], t["description"]) for t in said["tables"]] == tables
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json",
        *(table["file"] for table in said["tables"]),
    }
    for table in said["tables"]:
        path = folder / table["file"]
        assert sha256_of(path) == table["sha256"]
        schema, name = table["table"].split(".")
        expected = published(
            published_home, f'select count(*) from "{schema}"."{name}"'
        )
        columns = published(
            published_home,
            "select column_name, data_type, comment from duckdb_columns() where"
            f" schema_name = '{schema}' and table_name = '{name}'"
            " order by column_index",
        )
        assert [tuple(column.values()) for column in table["columns"]] == columns
        if form is TableFormat.parquet:
            rows = duckdb.sql(f"select count(*) from '{path}'").fetchall()
        else:
            with path.open(encoding="utf-8", newline="") as file:
                lines = list(csv.reader(file))
            assert lines[0] == [name for name, _type, _words in columns]
            rows = [(len(lines) - 1,)]
        assert rows == expected == [(table["rows"],)]


def test_a_parquet_file_holds_every_value_as_published(
    published_home: Home, tmp_path: Path
):
    export_tables(
        published_home, tmp_path / "out", TableFormat.parquet, with_persons=True
    )
    path = tmp_path / "out" / "marts.fct_kpis.parquet"
    query = "select * from {} order by all"
    ours = published(published_home, query.format("marts.fct_kpis"))
    assert len(ours) > 10
    assert duckdb.sql(query.format(f"'{path}'")).fetchall() == ours


def test_a_text_that_would_be_a_formula_is_none_in_csv(
    home: Home, judge_and_publish: Publish, tmp_path: Path
):
    make_warehouse(home.warehouse, OFFERS)
    judge_and_publish(home)
    path = home.published / home.current_snapshot()["analyst"]
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table marts.own as select '=1+1' as a, -1 as b")
    for form in TableFormat:
        export_tables(home, tmp_path / form, form, with_persons=True)
    text = (tmp_path / "csv" / "marts.own.csv").read_text(encoding="utf-8")
    assert text.split() == ["a,b", "'=1+1,-1"]
    whole = duckdb.sql(f"from '{tmp_path}/parquet/marts.own.parquet'").fetchall()
    assert whole == [("=1+1", -1)]


def test_where_single_persons_are_not_read_the_aggregates_are_written(
    published_home: Home, tmp_path: Path
):
    export_tables(
        published_home, tmp_path / "out", TableFormat.parquet, with_persons=False
    )
    schemas = {t["table"].split(".")[0] for t in manifest(tmp_path / "out")["tables"]}
    assert schemas == {"pub"}


def test_a_folder_with_an_apostrophe_in_its_name_is_read(tmp_path: Path):
    path = tmp_path / "L&D's own" / "published.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table here as select 1 as a")
    with duckdb.connect() as connection:
        attach(connection, path, "published")
        assert connection.sql("from published.here").fetchall() == [(1,)]
        with pytest.raises(duckdb.Error, match="read-only"):
            connection.execute("create table published.mine as select 1")


def test_files_of_others_are_never_replaced(published_home: Home, tmp_path: Path):
    mine = tmp_path / "out" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    for may_replace in (False, True):
        with pytest.raises(WrongUse, match="not of Tandem"):
            export_tables(
                published_home,
                mine.parent,
                TableFormat.parquet,
                with_persons=False,
                may_replace=may_replace,
            )
    assert [path.name for path in mine.parent.iterdir()] == ["mine.txt"]


def test_a_failure_leaves_what_was_there(
    published_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "out"
    export_tables(published_home, folder, TableFormat.csv, with_persons=False)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr(table_export, "sha256_of", lambda _path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export_tables(
            published_home,
            folder,
            TableFormat.parquet,
            with_persons=False,
            may_replace=True,
        )
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_without_a_snapshot_the_next_step_is_named(home: Home, tmp_path: Path):
    with pytest.raises(WarehouseProblem, match="tandem publish"):
        export_tables(home, tmp_path / "out", TableFormat.csv, with_persons=True)
    assert not (tmp_path / "out").exists()


def command(*words: str) -> Result:
    return CliRunner().invoke(app, ["export", *words])


def test_the_command_says_what_it_wrote_and_logs_it(
    home: Home, judge_and_publish: Publish, tmp_path: Path
):
    make_warehouse(home.warehouse, OFFERS)
    snapshot_id = judge_and_publish(home)
    out = str(tmp_path / "out")
    found = command("--parquet", "--out", out, "--role", "analyst")
    assert found.exit_code == 0, found.output
    assert snapshot_id in found.stderr
    (entry,) = read_accesses(home.access_log, 5)
    assert (entry["role"], entry["kind"]) == ("analyst", "export")
    assert "parquet" in entry["what"]
    again = command("--csv", "--out", out)
    assert isinstance(again.exception, WrongUse)
    assert "--force" in str(again.exception)
    assert command("--csv", "--out", out, "--force").exit_code == 0
    assert manifest(tmp_path / "out")["format"] == "csv"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "what is to be exported"),
        (["--csv", "--parquet", "--out", "x"], "what is to be exported"),
        (["--csv"], "where to"),
    ],
)
def test_a_call_that_leaves_a_question_is_wrong_use(
    home: Home, words: list[str], message: str
):
    found = command(*words)
    assert isinstance(found.exception, WrongUse)
    assert message in str(found.exception)
