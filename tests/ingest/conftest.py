"""Landing of small statement files in a home of its own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.landing.delivery import ReadOptions
from ingest.landing.report import LoadReport
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

Json = dict[str, Any]


@pytest.fixture
def statement() -> Callable[..., Json]:
    """Make a valid statement; keywords replace or add properties."""

    def make(number: int = 1, **changed: object) -> Json:
        plain = {
            "id": f"{number:08x}-0000-4000-8000-000000000000",
            "actor": {"mbox": "mailto:anna@example.org", "name": "Anna Schmidt"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "https://lms.example/course/1"},
            "timestamp": "2024-05-01T10:00:00Z",
        }
        whole = plain | changed
        return {name: value for name, value in whole.items() if value is not None}

    return make


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write statements (or lines of text) as an NDJSON file."""

    def write_file(name: str, statements: list[Json | str]) -> Path:
        lines = [one if isinstance(one, str) else json.dumps(one) for one in statements]
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def land(home: Home) -> Callable[..., list[LoadReport]]:
    """Land files in the home."""

    def land_files(*paths: Path, **options: Any) -> list[LoadReport]:
        read_options = ReadOptions(**options)
        return ingest(list(paths), home, Settings.load(home), read_options)

    return land_files


@pytest.fixture
def ask(home: Home) -> Callable[[str], list[tuple]]:
    """Ask the warehouse."""

    def answer(query: str) -> list[tuple]:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            return connection.sql(query).fetchall()

    return answer
