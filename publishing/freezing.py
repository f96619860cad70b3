"""Frozen quarters: the snapshot that a quarter was reviewed with, kept for ever.

A file `frozen` in the snapshot's folder keeps it from being pruned. It names the last
entry of the append-only journal at that time instead of copying entries, so that
erasing a person reaches all of them. Rows about persons are not frozen: erasing a
person and retention delete them here too.
"""

import json
from datetime import UTC, datetime

import duckdb

from publishing.snapshots import DASHBOARD, FROZEN
from tandem.core import journal
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.files import Home, replace_text

KIND = "frozen_quarter"

OVER = """
select period_label
from pub.kpi_cells
group by period_label
having
    period_label similar to '[0-9]{4}-Q[1-4]'
    and max(period_end_date) < (select max(as_of)::date + 1 from pub.snapshot)
order by max(period_end_date) desc
"""
SHOWN = 4  # quarters that an error names


def freeze(home: Home, quarter: str, role: str, reason: str = "") -> str:
    """Keep the current snapshot for ever as that of a quarter.

    The caller holds the writing lock.

    Args:
        home: the directory of the snapshots.
        quarter: e.g. `2026-Q2`.
        role: who freezes it.
        reason: why it is restated, where it was frozen before.

    Returns:
        The snapshot's id.

    Raises:
        WarehouseProblem: nothing is published.
        WrongUse: the quarter is not published or not over, or was frozen before and
            there is no reason.
    """
    pointer = home.current_snapshot()
    if pointer is None:
        raise WarehouseProblem(
            "nothing is published", str(home.published), "run tandem publish"
        )
    snapshot_id = pointer["snapshot_id"]
    folder = home.snapshot_folder(snapshot_id)
    path = str(folder / DASHBOARD)
    with duckdb.connect(path, read_only=True) as connection:
        over = [label for (label,) in connection.execute(OVER).fetchall()]
    if quarter not in over:
        latest = ", ".join(over[:SHOWN])
        raise WrongUse(
            f"the snapshot has no quarter {quarter!r} that is over",
            "QUARTER",
            f"the latest that can be frozen: {latest}"
            if latest
            else "none is over yet",
        )
    before = [
        entry
        for entry in journal.read(home.journal, KIND)
        if entry["subject"] == quarter
    ]
    if before and not reason.strip():
        raise WrongUse(
            f"it is frozen already, as snapshot {before[-1]['payload']['snapshot_id']}",
            quarter,
            "to freeze it again as it is now, say why: --reason TEXT",
        )
    now = datetime.now(UTC).replace(microsecond=0)
    payload = {
        "snapshot_id": snapshot_id,
        "restates": before[-1]["payload"]["snapshot_id"] if before else None,
    }
    entry = journal.Entry(role, KIND, quarter, payload, reason)
    journal.append(home.journal, [entry], now)
    last = journal.read(home.journal, KIND)[-1]["entry_id"]
    mark = folder / FROZEN
    quarters = json.loads(mark.read_text(encoding="utf-8")) if mark.exists() else {}
    quarters[quarter] = {"frozen_at": now.isoformat(), "last_journal_entry": last}
    replace_text(mark, json.dumps(quarters, indent=2, sort_keys=True))
    return snapshot_id
