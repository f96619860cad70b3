"""Which frozen quarters the current snapshot shows otherwise, after a relabel.

A frozen snapshot never changes. Where a programme or cohort got another label since,
later snapshots show other figures for the quarter: they restate it.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace

import duckdb

from tandem.core import journal
from tandem.core.attaching import attach
from tandem.core.corrections import (
    COHORT_MODE,
    COMPLETION_RULE,
    PROGRAMME_CATEGORY,
    corrections,
)
from tandem.core.counted import counted
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home
from tandem.core.published_keys import KPI_CELL

FROZEN_QUARTER = "frozen_quarter"  # the kind of entry that `tandem freeze` leaves
FILE = "dashboard.duckdb"
NAMED = 3  # relabels that a sentence names

# Labels of the two snapshots that differ. Cohorts are in one row for each KPI.
RELABELLED = f"""
select '{PROGRAMME_CATEGORY}', programme_id, old.outcome_category, new.outcome_category
from {{kept}}.pub.programmes as old
inner join {{now}}.pub.programmes as new using (programme_id)
where old.outcome_category is distinct from new.outcome_category
union all
select '{COMPLETION_RULE}', programme_id, old.completion_class, new.completion_class
from {{kept}}.pub.programme_facts as old
inner join {{now}}.pub.programme_facts as new using (programme_id)
where old.completion_class is distinct from new.completion_class
union all
select distinct '{COHORT_MODE}', cohort_id, old.delivery_mode, new.delivery_mode
from {{kept}}.pub.programme_cohorts as old
inner join {{now}}.pub.programme_cohorts as new using (kpi_id, programme_id, cohort_id)
where old.delivery_mode is distinct from new.delivery_mode
order by all
"""
DIFFERENT = f"""
select
    count(*) filter (
        old.value is distinct from new.value or old.state is distinct from new.state
    ),
    count(*)
from (from kept.pub.kpi_cells where period_label = $quarter) as old
full join (from now.pub.kpi_cells where period_label = $quarter) as new
    using ({", ".join(KPI_CELL)})
"""


@dataclass(frozen=True)
class Relabel:
    """A label that differs between two snapshots, of a kind of correction."""

    kind: str
    subject_id: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Restatement:
    """A frozen quarter that the current snapshot shows otherwise.

    Attributes:
        quarter: e.g. `2026-Q2`.
        frozen_id: the snapshot that it was reviewed with.
        current_id: the snapshot that is published now.
        relabels: what the journal corrected and both snapshots show differently.
        changed_count: figures of the quarter that differ between the two.
        figure_count: figures of the quarter in either of them.
    """

    quarter: str
    frozen_id: str
    current_id: str
    relabels: tuple[Relabel, ...]
    changed_count: int
    figure_count: int


def restatements(home: Home) -> list[Restatement]:
    """Return the restatements of the quarters as they were frozen last, in order.

    A snapshot whose file is gone, or that an earlier version published, is left out.

    Raises:
        WarehouseProblem: the journal is damaged.
    """
    pointer = home.current_snapshot()
    try:
        corrected = {(each.kind, each.subject_id) for each in corrections(home.journal)}
    except (sqlite3.Error, ValueError) as error:
        raise WarehouseProblem(
            "the journal is damaged", str(home.journal), "restore it from a backup"
        ) from error
    if pointer is None or not corrected:
        return []
    current = pointer["snapshot_id"]
    frozen = {
        entry["subject"]: entry["payload"]["snapshot_id"]
        for entry in journal.read(home.journal, FROZEN_QUARTER)
    }
    found = []
    for quarter, snapshot_id in sorted(frozen.items()):
        one = restatement(home, quarter, snapshot_id, current)
        relabels = _corrected(one.relabels, corrected) if one else ()
        if one and relabels and one.changed_count:
            found.append(replace(one, relabels=relabels))
    return found


def _corrected(
    relabels: Iterable[Relabel], corrected: set[tuple[str, str]]
) -> tuple[Relabel, ...]:
    return tuple(one for one in relabels if (one.kind, one.subject_id) in corrected)


def restatement(
    home: Home, quarter: str, frozen_id: str, current_id: str
) -> Restatement | None:
    """Return how a snapshot shows a quarter of another; None if one cannot be read."""
    files = [home.snapshot_folder(one) / FILE for one in (frozen_id, current_id)]
    if frozen_id == current_id or not all(file.exists() for file in files):
        return None
    try:
        with closing(duckdb.connect()) as connection:
            for file, name in zip(files, ("kept", "now"), strict=True):
                attach(connection, file, name)
            relabels = relabels_between(connection, "kept", "now")
            ((changed, count),) = connection.sql(
                DIFFERENT, params={"quarter": quarter}
            ).fetchall()
    except duckdb.Error:
        return None
    return Restatement(quarter, frozen_id, current_id, relabels, changed, count)


def relabels_between(
    connection: duckdb.DuckDBPyConnection, kept: str, now: str
) -> tuple[Relabel, ...]:
    """Return the labels that differ between two attached snapshots."""
    rows = connection.sql(RELABELLED.format(kept=kept, now=now)).fetchall()
    return tuple(Relabel(*row) for row in rows)


def in_english(found: Restatement) -> str:
    """Return a restatement in a sentence, with at most three of its relabels."""
    named = [
        f"{one.subject_id} from {one.before or 'nothing'} to {one.after or 'nothing'}"
        for one in found.relabels[:NAMED]
    ]
    rest = len(found.relabels) - NAMED
    named += [f"{rest} more"] if rest > 0 else []
    return (
        f"{found.quarter} is restated: {found.changed_count:,} of "
        f"{counted(found.figure_count, 'figure')} differ from frozen snapshot "
        f"{found.frozen_id} since labels changed ({', '.join(named)})."
    )
