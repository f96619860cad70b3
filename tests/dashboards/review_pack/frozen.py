"""A frozen quarter with a small published file, and questions to that file."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from dashboards.review_pack.blocks import Figure
from tandem.core import journal
from tandem.core.files import Home
from tests.dashboards.published import SITUATIONS, make_published
from tests.dashboards.published_situations import END, LABELS

QUARTER = LABELS[END]
BEFORE = "2025-Q4"
MOMENT = datetime(2026, 4, 3, 8, tzinfo=UTC)


def freeze(home: Home, situation: str = "three_modes", quarter: str = QUARTER) -> Path:
    """Publish a situation, freeze it as a quarter, and return the published file."""
    path = make_published(home, SITUATIONS[situation])
    mark_frozen(home, quarter)
    return path


def mark_frozen(home: Home, quarter: str, snapshot_id: str = "a1") -> None:
    """Say in the journal and beside the file that a quarter is frozen."""
    payload = {"snapshot_id": snapshot_id, "restates": None}
    note(home, "frozen_quarter", quarter, payload)
    mark = home.snapshot_folder(snapshot_id) / "frozen"
    mark.write_text(json.dumps({quarter: {}}), encoding="utf-8")


def note(
    home: Home, kind: str, subject: str, payload: dict[str, Any], reason: str = ""
) -> None:
    """Append an entry to the journal."""
    entry = journal.Entry("leader", kind, subject, payload, reason)
    journal.append(home.journal, [entry], MOMENT)


def keep_decision(
    home: Home,
    decision: str,
    number: int = 1,
    *,
    quarter: str = QUARTER,
    status: str = "open",
    due: date = date(2026, 6, 30),
    **about: str,
) -> None:
    """Keep a decision of a quarter."""
    payload = {
        "quarter": quarter,
        "decision": decision,
        "status": status,
        "owner_role": "leader",
        "due": due.isoformat(),
        **about,
    }
    note(home, "review_decision", f"{quarter}/{number}", payload)


def published_values(path: Path, figure: Figure) -> list[Any]:
    """Return what the published file holds where a figure says that it comes from."""
    where = " and ".join(f"{name}::varchar = ?" for name, _ in figure.row)
    query = f"select {figure.column} from pub.{figure.table} where {where}"
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(query, [str(value) for _, value in figure.row])
        return [value for (value,) in found.fetchall()]
