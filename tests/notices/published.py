"""A published file with something to say, and a tandem.toml that says to whom."""

import json
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.dashboards.published import make_published
from tests.dashboards.published_situations import Situation

NOW = datetime(2026, 4, 20, 9, tzinfo=UTC)
SITUATION = Situation("three_modes", is_sample=False)
SOURCE = {
    "source": "zoom",
    "connector": "zoom",
    "watermark_at": "2026-04-19 12:00:00",
    "read_count": 1000,
    "landed_count": 1000,
    "rejected_count": 0,
    "undated_count": 0,
    "row_count": 0,
    "matched_share": 1.0,
    "is_ended": False,
}


def publish(home: Home, *sources: dict[str, Any], keep_changes: bool = False) -> str:
    """Publish a file with these sources; without changes unless they are kept."""
    path = home.snapshot_folder("a1") / "dashboard.duckdb"
    if not home.pointer.exists():
        path.parent.mkdir(parents=True)
        home.pointer.write_text(json.dumps({"snapshot_id": "a1"}), encoding="utf-8")
    rows = json.dumps([SOURCE | row for row in sources], sort_keys=True)
    path.write_bytes(_content(rows, keep_changes))
    return str(path)


@lru_cache(maxsize=1)
def _whole() -> bytes:
    """Return the bytes of a published file, made once."""
    with TemporaryDirectory() as folder:
        return make_published(Home(Path(folder)), SITUATION).read_bytes()


@lru_cache(maxsize=32)
def _content(rows: str, keep_changes: bool) -> bytes:
    """Return the bytes of a published file with some sources."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dashboard.duckdb"
        path.write_bytes(_whole())
        with duckdb.connect(str(path)) as connection:
            connection.execute("delete from pub.sources")
            for row in json.loads(rows):
                marks = ", ".join("?" for _ in row)
                connection.execute(
                    f"insert into pub.sources ({', '.join(row)}) values ({marks})",
                    list(row.values()),
                )
            if not keep_changes:
                connection.execute(
                    "update pub.programme_changes set change_state = 'as_before'"
                )
                connection.execute(
                    "update pub.mode_comparisons set verdict_change = null"
                )
        return path.read_bytes()


def change(path: str, statement: str) -> None:
    with duckdb.connect(path) as connection:
        connection.execute(statement)


def settings(home: Home, text: str) -> Settings:
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text(text, encoding="utf-8")
    return Settings.load(home)


def recipient(name: str, **more: str) -> str:
    """Return the lines of one recipient."""
    row = {
        "to": f"{name}@example.org",
        "role": "analyst",
        "business_unit": "all",
    } | more
    lines = [f'name = "{name}"']
    for key, value in row.items():
        lines.append(
            f"{key} = {value}" if value.startswith("[") else f'{key} = "{value}"'
        )
    return "\n[[notify.recipients]]\n" + "\n".join(lines) + "\n"


def smtp(port: int, **more: str) -> str:
    """Return [notify.smtp] of a server without encryption."""
    row = {"host": "127.0.0.1", "encryption": "none", "sender": "learning@example.org"}
    lines = [f'{key} = "{value}"' for key, value in (row | more).items()]
    head = f"[notify.smtp]\nport = {port}\ntimeout_seconds = 1\n"
    return head + "\n".join(lines) + "\n"
