"""While nobody is enrolled, the commands say so and what would enrol people."""

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from tandem.cli import outcome
from tandem.cli.main import app
from tandem.cli.nobody_enrolled import said_of
from tandem.core.files import Home

HEADINGS = "E-mail,First name,Last name,Business unit,Hire date"
PERSON = "ida@example.org,Ida,Holm,Sales,2020-01-31"
MARTS = "create schema marts; create table marts.fct_enrolments (enrolment_id varchar)"


def land(home: Home, more: tuple[str, str] | None = None) -> None:
    """Land an HR list, with one further column where `more` is (heading, value)."""
    home.root.mkdir(exist_ok=True)
    home.settings.write_text("")
    rows = [HEADINGS, PERSON] if more is None else _with(more)
    (home.root / "hr.csv").write_text("\n".join(rows) + "\n")
    done = CliRunner().invoke(app, ["ingest", str(home.root / "hr.csv")])
    assert done.exit_code == 0, done.output


def _with(more: tuple[str, str]) -> list[str]:
    return [f"{HEADINGS},{more[0]}", f"{PERSON},{more[1]}"]


def built(home: Home, enrolments: int) -> None:
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(MARTS)
        connection.execute(
            "insert into marts.fct_enrolments select range from range(?)", [enrolments]
        )


def status() -> str:
    return " ".join(CliRunner().invoke(app, ["status"]).output.split())


def test_a_list_of_people_alone_enrols_nobody(home: Home):
    land(home)
    text = status()
    assert "1. Nobody is enrolled, so that shares have no base: see People" in text
    assert "1 person is listed by hr, but no file says who takes which" in text
    assert "tandem template enrolments" in text


@pytest.mark.parametrize("heading", ["Programme", "Group", "Course"])
def test_a_column_that_the_words_name_enrols(home: Home, heading: str):
    """What the message advises is what the reader of the list takes."""
    land(home, (heading, "Safety"))
    assert said_of(home) == ""
    assert "Nobody is enrolled" not in status()


@pytest.mark.parametrize(("count", "words"), [(0, "none names a programme"), (1, "")])
def test_enrolments_without_a_programme_ask_for_the_workbook(
    home: Home, count: int, words: str
):
    land(home, ("Group", "Safety 1"))
    built(home, count)
    assert words in said_of(home)
    assert bool(said_of(home)) is (count == 0)


def test_a_build_without_any_list_of_people_asks_for_one(home: Home, tmp_path: Path):
    land(home)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("delete from raw.people")
    assert said_of(home) == ""  # not built yet: more may land
    built(home, 0)
    assert "no list of people or of enrolments has landed" in said_of(home)


def test_run_says_so_after_the_headline(home: Home, capsys: pytest.CaptureFixture[str]):
    land(home)
    outcome.say_outcome(home, outcome.AFTER_RUN)
    printed = " ".join("".join(capsys.readouterr()).split())
    assert "Nobody is enrolled: 1 person is listed by hr" in printed


def test_a_home_without_a_warehouse_says_nothing(home: Home):
    assert said_of(home) == ""
