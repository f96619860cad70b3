"""Which published verdicts a relabel would change: tried in a copy of the home."""

import shutil
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from tandem.core import journal
from tandem.core.errors import WarehouseProblem
from tandem.core.files import TRIAL, Home
from tandem.core.settings import Settings

Row = dict[str, Any]
Key = tuple[Any, ...]

# Without the vault: names change no number, and no copy of them is made.
COPIED = ("warehouse", "journal", "settings")
VERDICTS = """
select
    comparisons.kpi_id, kpis.kpi_name, comparisons.outcome_category,
    comparisons.mode_a, comparisons.mode_b, comparisons.trailing_quarters,
    comparisons.period_end_date, comparisons.verdict, comparisons.sentence
from mode_comparisons as comparisons
inner join kpis using (kpi_id)
order by all
"""
KEY = (
    *("kpi_id", "outcome_category", "mode_a", "mode_b"),
    *("trailing_quarters", "period_end_date"),
)
NEWEST_LOAD = "select max(committed_at) from raw.loads"
PUBLISHED_AT = "select max(published_at) from pub.snapshot"


@dataclass(frozen=True)
class Change:
    """A published verdict before and after; None where there is none."""

    kpi_name: str
    outcome_category: str
    mode_a: str
    mode_b: str
    trailing_quarters: int
    period_end_date: str
    verdict_before: str | None
    verdict_after: str | None
    sentence_before: str | None
    sentence_after: str | None


@dataclass(frozen=True)
class Preview:
    """What a relabel would change.

    Attributes:
        changes: verdicts that differ, the newest quarter first.
        verdict_count: verdicts that the snapshot has.
        has_newer_data: deliveries landed after the snapshot was published, so that
            they may be the reason for a change too.
        seconds: what the trial took.
    """

    changes: list[Change]
    verdict_count: int
    has_newer_data: bool
    seconds: float


def preview(
    home: Home, settings: Settings, entry: journal.Entry, at: datetime
) -> Preview:
    """Build, compare and hide small groups in a copy of the home with one more entry.

    Nothing of the home itself changes. The caller holds the writing lock.

    Args:
        home: whose warehouse and snapshot.
        settings: of the home.
        entry: the correction.
        at: when it would be recorded, with a time zone.

    Raises:
        WarehouseProblem: nothing is published yet.
        BuildFailed: the build with the correction failed.
        NotPublished: the privacy audit of the trial failed.
    """
    from publishing.run import assembled

    started = time.monotonic()
    before, published_at = _published(home)
    with tempfile.TemporaryDirectory(dir=home.root, prefix=TRIAL) as folder:
        trial = _copy(home, Path(folder))
        journal.append(trial.journal, [entry], at)
        _refresh(trial, settings)
        tables = assembled(trial, settings)
        with closing(duckdb.connect()) as connection:
            for name in ("mode_comparisons", "kpis"):
                connection.register(name, tables[name].to_arrow())
            after = _by_key(connection)
    return Preview(
        _changes(before, after),
        len(before),
        _has_newer_data(home, published_at),
        time.monotonic() - started,
    )


def _refresh(trial: Home, settings: Settings) -> None:
    """Model and compare; the data tests run with the build that is kept."""
    from comparison.run import compare_warehouse
    from tandem.cli.corrections import land_corrections
    from tandem.cli.kept_plans import kept_plans
    from tandem.cli.modelling import build

    land_corrections(trial)
    build(trial, settings, has_data_tests=False)
    compare_warehouse(trial, settings, kept_plans(trial))


def _published(home: Home) -> tuple[dict[Key, Row], datetime]:
    pointer = home.current_snapshot()
    if pointer is None:
        raise WarehouseProblem(
            "nothing is published, so that nothing can be compared with it",
            str(home.published),
            "run tandem publish, or leave --preview away",
        )
    path = home.published / pointer["dashboard"]
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        connection.execute("set schema = 'pub'")
        ((published_at,),) = connection.sql(PUBLISHED_AT).fetchall()
        return _by_key(connection), published_at


def _by_key(connection: duckdb.DuckDBPyConnection) -> dict[Key, Row]:
    rows = connection.sql(VERDICTS).pl().to_dicts()
    return {tuple(row[name] for name in KEY): row for row in rows}


def _copy(home: Home, folder: Path) -> Home:
    trial = Home(folder)
    for name in COPIED:
        path = getattr(home, name)
        if path.exists():
            shutil.copy(path, trial.root / path.name)
    if home.dbt_target.exists():
        shutil.copytree(home.dbt_target, trial.dbt_target)
    return trial


def _changes(before: dict[Key, Row], after: dict[Key, Row]) -> list[Change]:
    found = []
    for key in {**before, **after}:
        old, new = before.get(key, {}), after.get(key, {})
        if old.get("verdict") == new.get("verdict"):
            continue
        said = {**old, **new}
        found.append(
            Change(
                said["kpi_name"],
                *(said[name] for name in KEY[1:-1]),
                said["period_end_date"].isoformat(),
                *(row.get("verdict") for row in (old, new)),
                *(row.get("sentence") for row in (old, new)),
            )
        )
    found.sort(key=lambda one: (one.kpi_name, one.outcome_category))
    return sorted(found, key=lambda one: one.period_end_date, reverse=True)


def _has_newer_data(home: Home, published_at: datetime) -> bool:
    with closing(duckdb.connect(str(home.warehouse), read_only=True)) as connection:
        ((committed_at,),) = connection.sql(NEWEST_LOAD).fetchall()
    return committed_at is not None and committed_at > published_at
