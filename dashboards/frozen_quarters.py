"""Quarters that `tandem freeze` keeps for ever: from the journal and from disk."""

import json
from dataclasses import dataclass

from dashboards import recording
from tandem.core.files import Home

MARK = "frozen"  # the file that `tandem freeze` leaves in a snapshot's folder


@dataclass(frozen=True)
class FrozenQuarter:
    """One freezing of a quarter.

    Attributes:
        quarter: e.g. `2026-Q2`.
        snapshot_id: what it was reviewed with.
        frozen_at: UTC as ISO 8601.
        role: who froze it.
        restates: the snapshot that it replaces; None where it is the first.
        reason: why it was restated.
        is_on_disk: whether the published file and its mark are there.
    """

    quarter: str
    snapshot_id: str
    frozen_at: str
    role: str
    restates: str | None
    reason: str
    is_on_disk: bool


def frozen_quarters(home: Home) -> list[FrozenQuarter]:
    """Return every freezing, newest first.

    Raises:
        NotRecorded: the journal is damaged.
    """
    found = [
        FrozenQuarter(
            entry["subject"],
            entry["payload"]["snapshot_id"],
            entry["recorded_at"],
            entry["role"],
            entry["payload"].get("restates"),
            entry["reason"],
            _is_kept(home, entry["payload"]["snapshot_id"], entry["subject"]),
        )
        for entry in recording.entries("frozen_quarter")
    ]
    return found[::-1]


def _is_kept(home: Home, snapshot_id: str, quarter: str) -> bool:
    folder = home.snapshot_folder(snapshot_id)
    try:
        marks = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return quarter in marks and (folder / "dashboard.duckdb").exists()
