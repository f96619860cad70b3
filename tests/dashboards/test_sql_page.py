"""The SQL page: one query that reads, in limits, logged without its texts."""

import csv
import io
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.queries.own_query import Run
from tandem.core.errors import LimitExceeded, TandemError, WrongUse
from tandem.core.files import Home
from tandem.core.limits import Limits
from tandem.core.query_catalogue import EXAMPLES
from tandem.core.query_files import as_csv, as_parquet
from tandem.core.wording import render
from tests.dashboards.opened import Open

ENDLESS = "select count(*) from range(10000000) a, range(10000000) b"


@pytest.fixture
def page(open_page: Open) -> AppTest:
    """The page over published numbers."""
    return open_page(page="sql")


def ask(page: AppTest, query: str) -> AppTest:
    """Run a query on the page, and wait until it has ended."""
    page.text_area(key="sql_text").set_value(query)
    page.button(key="sql_go").click().run()
    limit = time.monotonic() + 20
    while [i for i in page.info if i.value == render("page.sql.running")]:
        assert time.monotonic() < limit
        time.sleep(0.2)
        page.run()
    return page


def drawn(page: AppTest) -> str:
    bodies = [str(element.proto.body) for element in page.get("html")]
    return " ".join(body for body in bodies if not body.startswith("<style>"))


def logged(home: Home) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(home.access_log)) as connection:
        query = "select kind, what from accesses where kind = 'query'"
        return connection.execute(query).fetchall()


def test_a_query_gives_rows_and_is_logged_without_its_texts(page: AppTest, home: Home):
    ask(page, "select 'O''Hara' || ' <b>' as name, null as other")
    assert list(page.exception) == []
    assert "O&#x27;Hara &lt;b&gt;" in drawn(page)
    assert render("page.sql.null") in drawn(page)
    assert logged(home) == [("query", "select '...' || '...' as name, null as other")]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("select 'first'; select 'second'", "2 statements, and none of them ran"),
        ("create table t as select 1", "CREATE is not a query"),
        ("from read_text('/etc/hostname')", "disabled"),
        ("selec 1", "syntax error"),
    ],
)
def test_what_may_not_run_is_refused_in_words(page: AppTest, query: str, words: str):
    ask(page, query)
    assert words in page.error[0].value
    assert "first" not in drawn(page)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_runs(page: AppTest, name: str):
    page.selectbox(key="sql_example").set_value(name).run()
    text = page.text_area(key="sql_text").value
    assert text == EXAMPLES[name].strip()
    ask(page, text)
    assert [error.value for error in page.error] == []


def test_tables_and_columns_are_listed(page: AppTest):
    assert "pub.kpi_cells" in drawn(page)
    page.selectbox(key="sql_columns").set_value("pub.kpi_cells").run()
    assert "trailing_quarters" in drawn(page)


def test_under_an_agreement_only_published_numbers_are_offered(
    page: AppTest, home: Home
):
    home.settings.write_text("[vars]\nworks_council = true\n")
    page.run()
    assert page.radio(key="sql_file").options == [render("page.sql.file.published")]
    assert render("page.sql.works_council") in [c.value for c in page.caption]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An empty database."""
    path = tmp_path / "a.duckdb"
    duckdb.connect(str(path)).close()
    return path


@pytest.mark.parametrize(
    ("count", "has_more"), [(99_999, 0), (100_000, 0), (100_001, 1)]
)
def test_rows_are_capped(file: Path, count: int, has_more: int):
    found = Run(file, Limits(), f"from range({count})")
    assert found.is_done(20)
    assert found.result().has_more == (count > 100_000)
    assert found.result().table.num_rows == min(count, 100_000)


def test_a_query_is_stopped_by_time_and_by_hand(file: Path):
    late = Run(file, Limits(query_seconds=0.3), ENDLESS)
    assert late.is_done(20)
    with pytest.raises(LimitExceeded, match=r"0\.3 s"):
        late.result()
    endless = Run(file, Limits(), ENDLESS)
    assert not endless.is_done(0.3)
    limit = time.monotonic() + 20
    while not endless.is_done(0.1):
        assert time.monotonic() < limit
        endless.stop()
    with pytest.raises(TandemError):
        endless.result()


def test_a_second_statement_does_not_run_alone(file: Path):
    run = Run(file, Limits(), "select 1; select 2")
    assert run.is_done(20)
    with pytest.raises(WrongUse, match="none of them ran"):
        run.result()


def test_a_download_has_all_rows_and_no_formula(file: Path):
    query = "select range::bigint as n, '=1+1' as t, [1, null] as l from range(300)"
    run = Run(file, Limits(), query)
    assert run.is_done(20)
    table = run.result().table
    rows = list(csv.reader(io.StringIO(as_csv(table).decode(), newline="")))
    assert rows[0] == ["n", "t", "l"]
    assert rows[300] == ["299", "'=1+1", "[1, NULL]"]
    back = pq.read_table(io.BytesIO(as_parquet(table)))
    assert back.num_rows == 300
    assert back["n"].to_pylist() == list(range(300))
