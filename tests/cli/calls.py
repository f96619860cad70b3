"""Call commands in this process, and ask database files what they left."""

from pathlib import Path
from typing import Any

import duckdb
from click.testing import Result
from typer.testing import CliRunner

from tandem.cli.main import app


def called(*words: str) -> Result:
    """Return how a command ended."""
    return CliRunner().invoke(app, list(words))


def done(result: Result) -> str:
    """Return what a command printed; it has to have succeeded."""
    assert result.exit_code == 0, result.output
    return result.stdout


def asked(path: Path, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query to a database file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.sql(query).fetchall()
