"""`tandem sql` streams, stops, and prints every type of value."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from tandem.cli import query_output
from tandem.cli.main import app
from tandem.core.errors import LimitExceeded, WarehouseProblem, WrongUse
from tandem.core.files import Home, replace_text
from tandem.core.limits import Limits
from tandem.core.query import Query, connected

ENDLESS = "select count(*) from range(10000000) a, range(10000000) b"
BILLION = "select range as n from range(1000000000)"


@pytest.fixture(autouse=True)
def analyst(home: Home) -> Path:
    """A home whose published analyst file is empty."""
    file = home.snapshot_folder("a1") / "analyst.duckdb"
    file.parent.mkdir(parents=True)
    duckdb.connect(str(file)).close()
    pointer = {"snapshot_id": "a1", "analyst": "a1/analyst.duckdb"}
    replace_text(home.pointer, json.dumps(pointer))
    return file


def sql(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["sql", *arguments])


def test_of_a_billion_rows_the_first_are_shown_at_once():
    result = sql(BILLION, "--timeout", "60")
    assert result.exit_code == 0
    assert "199" in result.stdout
    assert "the first 200 rows; --csv gives all" in result.stderr


@pytest.mark.parametrize(("count", "says_more"), [(199, 0), (200, 0), (201, 1)])
def test_a_table_shows_two_hundred_rows(count, says_more):
    result = sql(f"select range from range({count})")
    assert result.stderr.count("the first 200 rows") == says_more
    assert len(result.stdout.splitlines()) == min(count, 200) + 4


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_csv_and_json_give_all_rows(form):
    result = sql("select range as n from range(5000)", form)
    if form == "--json":
        numbers = [row["n"] for row in json.loads(result.stdout)]
    else:
        numbers = [int(line) for line in result.stdout.splitlines()[1:]]
    assert numbers == list(range(5000))


def test_a_query_is_stopped_after_a_time(home):
    begun = time.monotonic()
    result = sql(ENDLESS, "--timeout", "0.5")
    assert isinstance(result.exception, LimitExceeded)
    assert "stopped after 0.5 s" in result.exception.one_line()
    assert "--timeout" in result.exception.one_line()
    home.settings.write_text("[limits]\nquery_seconds = 0.25\n")
    assert "stopped after 0.25 s" in str(sql(ENDLESS).exception)
    assert time.monotonic() - begun < 60


def test_rows_that_do_not_end_are_stopped_after_a_time(analyst):
    limits = Limits(query_seconds=1)
    with connected(analyst, limits) as connection:
        ask = Query(connection, limits)
        with pytest.raises(LimitExceeded), ask.rows(BILLION) as rows:
            for _batch in rows.batches:
                pass
        with ask.rows("select 1") as rows:
            assert list(rows.batches) == [[("1",)]]


def test_a_query_that_needs_too_much_memory_and_disk_is_refused(home):
    home.settings.write_text("[limits]\nquery_mb = 30\nquery_disk_mb = 1\n")
    result = sql("select list(range) from range(20000000)")
    assert isinstance(result.exception, LimitExceeded)
    assert "limit query_mb = 30" in result.exception.one_line()


def test_a_sort_larger_than_the_memory_is_written_to_disk_and_removed(
    analyst, tmp_path, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    limits = Limits(query_mb=60)
    with connected(analyst, limits) as connection:
        query = "select range, md5(range::varchar) from range(1500000) order by 2"
        with Query(connection, limits).rows(query) as rows:
            assert sum(len(batch) for batch in rows.batches) == 1_500_000
    assert not list(tmp_path.glob("tandem-sql-*"))


def test_ctrl_c_stops_a_query_without_a_traceback(home):
    command = [sys.executable, "-c", "from tandem.cli.main import main; main()"]
    process = subprocess.Popen(
        [*command, "sql", ENDLESS],
        env=os.environ | {"TANDEM_HOME": str(home.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    time.sleep(6)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=60)
    assert "Traceback" not in printed
    assert printed.strip() in ("stopped", "Aborted.")
    assert process.returncode != 0


def test_the_prompt_goes_on_after_a_query_was_stopped(analyst, monkeypatch):
    limits = Limits()
    with connected(analyst, limits) as connection:
        ask = Query(connection, limits)
        timer = signal.signal(signal.SIGALRM, signal.default_int_handler)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.5)
            with pytest.raises(KeyboardInterrupt), ask.rows(ENDLESS):
                pass
        finally:
            signal.signal(signal.SIGALRM, timer)
        with ask.rows("select 2") as rows:
            assert list(rows.batches) == [[("2",)]]


VALUES = {
    "interval '1 month 3 days'": ("1 month 3 days",) * 2,
    "interval '-5 days'": ("-5 days",) * 2,
    "[1, null, 2]": ("[1, NULL, 2]", [1, None, 2]),
    "{'a': 1, 'b': 'x', 'c': interval 1 day}": (
        "{'a': 1, 'b': x, 'c': 1 day}",
        {"a": 1, "b": "x", "c": "1 day"},
    ),
    "map {'k': [1]}": ("{k=[1]}", {"k": [1]}),
    "union_value(k := 1)": ("1", {"k": 1}),
    "170141183460469231731687303715884105727::hugeint": (
        "170141183460469231731687303715884105727",
        170141183460469231731687303715884105727,
    ),
    "1.50::decimal(10, 2)": ("1.50",) * 2,
    "'inf'::double": ("inf",) * 2,
    "'nan'::double": ("nan",) * 2,
    "0.1::double": ("0.1", 0.1),
    "true": ("true", True),
    "null": ("", None),
    "'\\xAA'::blob": ("\\xAA",) * 2,
    "'101'::bit": ("101",) * 2,
    "date '290000-01-01'": ("290000-01-01",) * 2,
    "date '0044-03-15 (BC)'": ("0044-03-15 (BC)",) * 2,
    "'infinity'::timestamp": ("infinity",) * 2,
    "timestamptz '2026-01-01 00:00+00'": ("2026-01-01 00:00:00+00",) * 2,
    "timestamp_ns '2026-01-01 00:00:00.123456789'": ("2026-01-01 00:00:00.123456789",)
    * 2,
    "time '24:00:00'": ("24:00:00",) * 2,
    "'a'::enum('a', 'b')": ("a",) * 2,
    "'00000000-0000-0000-0000-000000000001'::uuid": (
        "00000000-0000-0000-0000-000000000001",
    )
    * 2,
    "chr(27) || '[31m[red]'": ("\x1b[31m[red]",) * 2,
}


@pytest.mark.parametrize("value", VALUES)
def test_every_type_is_printed_in_every_form(value):
    as_csv, as_json = VALUES[value]
    query = f"select {value} as v"
    shown = sql(query)
    assert (shown.exit_code, "\x1b" in shown.stdout) == (0, False)
    printed = list(csv.reader(io.StringIO(sql(query, "--csv").stdout)))
    assert printed == [["v"], [as_csv]]
    assert json.loads(sql(query, "--json").stdout) == [{"v": as_json}]


@pytest.mark.parametrize(
    "statement",
    ["from duckdb_settings()", "show tables", "explain select 1", "summarize select 1"],
)
@pytest.mark.parametrize("form", [[], ["--csv"], ["--json"]])
def test_statements_that_describe_are_printed(statement, form):
    assert sql(statement, *form).exit_code == 0


def test_two_columns_of_one_name_are_both_printed():
    assert sql("select 1 as a, [2] as A", "--csv").stdout.splitlines()[1] == "1,[2]"


def test_no_row_is_an_empty_result():
    query = "select 1 as a where false"
    assert sql(query, "--csv").stdout == "a\n"
    assert json.loads(sql(query, "--json").stdout) == []
    assert sql(query).exit_code == 0


def test_an_error_while_rows_are_read_is_one_line():
    query = "select case when range > 3000 then error('boom') end from range(5000)"
    result = sql(query, "--csv")
    assert isinstance(result.exception, WarehouseProblem)
    assert "boom" in result.exception.one_line()


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_holds_no_formula_and_keeps_numbers(begin):
    query = f"select '{begin}1+1' as \"{begin}n\", -1 as a, -1.5 as b, '1-1' as c"
    printed = sql(query, "--csv").stdout
    header, row = csv.reader(io.StringIO(printed, newline=""))
    assert header == [f"'{begin}n", "a", "b", "c"]
    assert row == [f"'{begin}1+1", "-1", "-1.5", "1-1"]


def test_a_long_cell_is_cut_where_it_is_shown_only(monkeypatch):
    monkeypatch.setattr(query_output, "LONGEST_CELL", 20)
    result = sql("select repeat('x', 50) as v")
    assert result.stdout.count("x") == 20
    assert sql("select repeat('x', 50) as v", "--csv").stdout.count("x") == 50


@pytest.mark.parametrize("text", [" =1+1", "\uff1d1+1", "  \uff0b1", "\u00a0@x"])
def test_a_formula_after_spaces_or_in_wide_signs_is_quoted(text: str):
    assert query_output.without_formula(text) == f"'{text}"
    assert query_output.without_formula(f"a{text}") == f"a{text}"


@pytest.mark.parametrize("query", ["", " \n"])
def test_no_query_is_said_to_be_none(query: str):
    result = CliRunner().invoke(app, ["sql", query])
    assert isinstance(result.exception, WrongUse)


def test_what_a_table_does_not_show_of_a_cell_is_not_fetched(analyst):
    with connected(analyst, Limits()) as connection:
        ask = Query(connection, Limits())
        query = "select repeat('x', 5000) as long, 7 as short, null as none"
        with ask.rows(query, longest=1001) as rows:
            (row,) = next(rows.batches)
        assert row == ("x" * 1001, "7", None)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_exactly_one_statement_runs(count):
    result = sql(" ".join(["/* none */", *["\nselect 7;"] * count]))
    assert (result.exit_code == 0) == (count == 1)
    if count > 1:
        assert f"{count} statements, and none of them ran" in str(result.exception)
        assert "7" not in result.stdout


@pytest.mark.parametrize(
    "statement",
    [
        "copy (select 1) to '{file}'",
        "attach '{file}' as other",
        "create temp table t as select 1",
        "set threads = 1",
        "install httpfs",
        "export database '{file}'",
        "explain analyze copy (select 1) to '{file}'",
        "from read_text('{text}')",
        "from '{text}'",
        "from glob('/etc/*')",
        "from read_csv('http://127.0.0.1:9/a.csv')",
    ],
)
def test_a_query_reaches_no_file_and_no_network(statement, tmp_path):
    text, file = tmp_path / "held.csv", tmp_path / "written"
    text.write_text("secret")
    result = sql(statement.format(file=file, text=text))
    assert result.exit_code != 0
    assert "secret" not in result.output
    assert not file.exists()


@pytest.mark.parametrize(("width", "is_folded"), [(11, False), (12, False), (13, True)])
def test_what_is_wider_than_the_terminal_folds_to_records(
    monkeypatch, width, is_folded
):
    monkeypatch.setattr(query_output.out, "width", 31)
    result = sql(f"select repeat('a', {width}) as one, repeat('b', 12) as two")
    assert ("row 1" in result.stdout) == is_folded
    assert "a" * width in result.stdout
    assert "b" * 12 in result.stdout


def typed(*lines: str) -> Result:
    return CliRunner().invoke(app, ["sql"], input="".join(f"{n}\n" for n in lines))


@pytest.mark.parametrize("leave", ["exit", "quit", "EXIT;", ".exit"])
def test_the_prompt_is_left_anywhere(leave):
    for begun in ([], ["select"]):
        result = typed(*begun, leave, "select 'not' || ' reached';")
        assert result.exit_code == 0
        assert "not reached" not in result.output
    assert typed("select 'begun'").exit_code == 0


def test_the_prompt_lists_commands_tables_and_columns(analyst):
    with duckdb.connect(str(analyst)) as connection:
        connection.execute("create table t (a integer)")
        connection.execute("comment on table t is 'what t holds'")
        connection.execute("comment on column t.a is 'what a holds'")
    assert ".columns TABLE" in typed(".help").output
    assert "what t holds" in typed(".tables").output
    for name in ("t", "main.t"):
        assert "what a holds" in typed(f".columns {name}").output
    assert "what a holds" not in typed(".columns x' or 'a' = 'a").output
    assert "seven" in typed("select", ".help", "'sev' || 'en';").output
