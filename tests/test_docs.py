"""What the documents say is so: queries run, commands and connectors exist."""

import re
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from tandem.cli.main import app
from tandem.core.files import Home, project_root

QUERYING = project_root() / "docs" / "querying.md"


def queries() -> list[str]:
    text = QUERYING.read_text(encoding="utf-8")
    return re.findall(r"```sql\n(.*?)```", text, flags=re.DOTALL)


def test_there_are_ten_queries_to_start_from():
    headings = re.findall(
        r"^## \d+\.", QUERYING.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(headings) >= 10


@pytest.mark.oulad
@pytest.mark.parametrize("query", queries(), ids=lambda q: " ".join(q.split())[:40])
def test_every_documented_query_answers(oulad_home: Home, query: str):
    folder = oulad_home.snapshot_folder(oulad_home.current_snapshot()["snapshot_id"])
    path = str(folder / "analyst.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.sql(query).fetchall()


def commands() -> list[str]:
    named = {
        command.name or command.callback.__name__ for command in app.registered_commands
    }
    return sorted(name.replace("_", "-") for name in named)


@pytest.mark.parametrize("command", commands())
def test_every_command_says_what_it_does(command: str):
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_the_readme_names_every_command():
    readme = (project_root() / "README.md").read_text(encoding="utf-8")
    unnamed = [name for name in commands() if f"tandem {name}" not in readme]
    assert unnamed == ["demo"]  # which README starts by `make demo`


def test_the_readme_names_the_two_commands():
    readme = (project_root() / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme


def test_links_between_documents_lead_somewhere():
    pages = [
        project_root() / "README.md",
        *sorted((project_root() / "docs").glob("*.md")),
    ]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / Path(target)).exists(), f"{page.name} -> {target}"
