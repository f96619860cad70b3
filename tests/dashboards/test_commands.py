"""`tandem sql` queries the published analyst file; `tandem dashboard` serves pages."""

import json
import socket

import duckdb
import pytest
from typer.testing import CliRunner

from tandem.cli.commands.dashboard import command
from tandem.cli.main import app
from tandem.core.errors import TandemError, WarehouseProblem, WrongUse
from tandem.core.files import Home, replace_text

runner = CliRunner()


@pytest.fixture
def analyst(home: Home) -> Home:
    """A home whose published analyst file has one mart of two rows."""
    folder = home.snapshot_folder("a1")
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "analyst.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.fct_enrolments as from"
            " (values ('AAA', 1), ('BBB', null)) as rows (programme_id, episode_no)"
        )
        connection.execute(
            "comment on table marts.fct_enrolments is 'One row per enrolment episode.'"
        )
    pointer = {"snapshot_id": "a1", "analyst": "a1/analyst.duckdb"}
    replace_text(home.pointer, json.dumps(pointer))
    return home


ALL = "from marts.fct_enrolments order by programme_id"


@pytest.mark.usefixtures("analyst")
def test_a_query_gives_its_rows_as_json():
    result = runner.invoke(app, ["sql", ALL, "--json"])
    assert json.loads(result.stdout) == [
        {"programme_id": "AAA", "episode_no": 1},
        {"programme_id": "BBB", "episode_no": None},
    ]


@pytest.mark.usefixtures("analyst")
def test_a_query_gives_its_rows_as_csv():
    result = runner.invoke(app, ["sql", ALL, "--csv"])
    assert result.stdout == "programme_id,episode_no\nAAA,1\nBBB,\n"


@pytest.mark.usefixtures("analyst")
def test_a_query_gives_its_rows_as_a_table():
    result = runner.invoke(app, ["sql", ALL])
    assert "programme_id" in result.stdout
    assert "AAA" in result.stdout


@pytest.mark.usefixtures("analyst")
def test_the_prompt_lists_tables_runs_queries_and_survives_an_error():
    typed = ".tables\nselekt 1;\nselect 40\n+ 2;\nexit\n"
    result = runner.invoke(app, ["sql"], input=typed)
    assert result.exit_code == 0
    assert "One row per enrolment episode." in " ".join(result.stdout.split())
    assert "42" in result.stdout


@pytest.mark.usefixtures("analyst")
@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("delete from marts.fct_enrolments", WrongUse),
        ("create table marts.mine as select 1", WrongUse),
        ("attach 'elsewhere.duckdb' as elsewhere", WrongUse),
        ("from read_csv('/etc/hostname')", WarehouseProblem),
        ("copy marts.fct_enrolments to 'out.csv'", WrongUse),
        ("set enable_external_access = true", WrongUse),
        ("selekt 1", WarehouseProblem),
    ],
)
def test_a_query_that_writes_or_reads_other_files_is_refused(
    query: str, refusal: type[TandemError]
):
    result = runner.invoke(app, ["sql", query])
    assert isinstance(result.exception, refusal)


def test_before_the_first_publish_sql_names_the_command_to_run(home: Home):
    result = runner.invoke(app, ["sql", "select 1"])
    assert str(result.exception) == (
        f"{home.published}: nothing is published yet -> run tandem publish"
    )


def test_a_damaged_pointer_gives_an_error_of_one_line(home: Home):
    replace_text(home.pointer, "{")
    result = runner.invoke(app, ["sql", "select 1"])
    assert isinstance(result.exception, WarehouseProblem)


def test_json_and_csv_at_once_is_wrong_use():
    result = runner.invoke(app, ["sql", "select 1", "--json", "--csv"])
    assert isinstance(result.exception, WrongUse)


def test_the_dashboard_is_served_to_this_machine_only():
    words = command(8600)
    assert words[words.index("--server.address") + 1] == "127.0.0.1"
    assert words[words.index("--server.port") + 1] == "8600"


def test_a_port_in_use_gives_an_error_of_one_line(home: Home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = runner.invoke(app, ["dashboard", "--port", str(port)])
    assert isinstance(result.exception, WrongUse)
    assert "choose another --port" in str(result.exception)
