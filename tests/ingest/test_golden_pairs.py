"""Golden pairs: files in the vendors' formats, and the rows that land from them.

To add a case: a folder fixtures/<connector>/<case>/ with given/ (the files),
options.json if the files need options, and expected.json. A failing case writes what
landed to actual.json in its folder. People are shown by their identifiers instead of
keys, so that a case can be compared with its file.
"""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import pytest

from ingest.identity.pseudonyms import Pseudonyms
from ingest.landing.delivery import ReadOptions
from ingest.parsing.personal_data import EMAIL
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.conftest import KEY

_ANY_KEY = re.compile(r"\b[0-9a-f]{32}\b")
FIXTURES = Path(__file__).parent / "fixtures"
BOOKKEEPING = {"load_id", "landed_at", "source", "rejection_id", "payload"}
BOOKKEEPING |= {"delivery_id"}  # a hash of the roster's bytes
OMITTED_TABLES = {"loads", "layout", "statements", "kept_texts", "applied_names"}
OMITTED_TABLES |= {"changed_statements"}  # read by builds: tests/ingest/storage


def cases() -> list[Path]:
    """Return every folder that holds a given/ and an expected.json."""
    return sorted(path.parent for path in FIXTURES.glob("*/*/given"))


def landed(case: Path, home: Home) -> dict[str, Any]:
    """Land a case and return the rows of raw, with people by their identifiers."""
    options_file = case / "options.json"
    given = json.loads(options_file.read_text()) if options_file.exists() else {}
    if "date" in given:
        given["date"] = date.fromisoformat(given["date"])
    if "mapping" in given:
        given["mapping"] = case / given["mapping"]
    options = ReadOptions(**given)
    reports = ingest([case / "given"], home, Settings.load(home), options)
    found: dict[str, Any] = {}
    errors = [report.error for report in reports if report.error]
    if errors:
        found["errors"] = sorted(errors)
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        warehouse.execute(
            "attach $vault as vault (read_only)", {"vault": str(home.vault)}
        )
        people = _addresses_in(case / "given") | dict(warehouse.sql(PEOPLE).fetchall())
        if events := _rows(warehouse, EVENTS, people):
            found["statements"] = events
        names = warehouse.sql(TABLES).fetchall()
        for (table,) in names:
            rows = _rows(warehouse, f'select * from raw."{table}"', people)
            if rows and table not in OMITTED_TABLES:
                found[table] = rows
    return found


PEOPLE = """
    select actor_key, min(identifier) from vault.identifiers group by actor_key
"""
TABLES = """
    select table_name from duckdb_tables() where schema_name = 'raw' order by all
"""
EVENTS = """
    select
        regexp_extract(verb_id, '[^/]+$') as verb, actor_key, occurred_at,
        interval_started_at, duration_seconds, technical_session_id,
        instructor_key, object_id
    from raw.statements
"""


def _rows(
    warehouse: duckdb.DuckDBPyConnection, query: str, people: dict[str, str]
) -> list[dict[str, Any]]:
    relation = warehouse.sql(query)
    rows = [
        {
            name: _shown(value, people)
            for name, value in zip(relation.columns, row, strict=True)
            if value is not None and name not in BOOKKEEPING
        }
        for row in relation.fetchall()
    ]
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def _addresses_in(given: Path) -> dict[str, str]:
    """Return the addresses in the files by their keys: ids may hold an address."""
    pseudonyms = Pseudonyms(KEY.encode())
    found: dict[str, str] = {}
    for path in sorted(given.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        text = content.replace(b"\r\n ", b"").replace(b"\0", b"").decode("latin-1")
        for address in EMAIL.findall(text):
            found.setdefault(pseudonyms.key_of_address(address), unquote(address))
    return found


def _shown(value: object, people: dict[str, str]) -> object:
    if isinstance(value, str):
        return _ANY_KEY.sub(lambda key: people.get(key[0], key[0]), value)
    return value.isoformat() if isinstance(value, datetime) else _plain(value)


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float | list) else str(value)


@pytest.mark.parametrize("case", cases(), ids=lambda c: f"{c.parent.name}/{c.name}")
def test_landed_rows_equal_the_expected_rows(case: Path, home: Home):
    found = landed(case, home)
    wanted = case / "expected.json"
    expected = json.loads(wanted.read_text(encoding="utf-8")) if wanted.exists() else {}
    actual = case / "actual.json"
    if found != expected:
        text = json.dumps(found, indent=1, ensure_ascii=False)
        actual.write_text(text + "\n", encoding="utf-8")
    else:
        actual.unlink(missing_ok=True)
    assert found == expected
