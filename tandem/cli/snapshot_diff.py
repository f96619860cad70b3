"""Which published numbers differ between two snapshots, and what may have changed them.

A cause counts where the two snapshots or the journal show it. They do not show how
much each cause moved a number: where several are possible, the first of CAUSES is
given, and the others are named beside it.
"""

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from tandem.core import journal
from tandem.core.attaching import attach
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.explaining import check
from tandem.core.files import Home
from tandem.core.published_keys import KPI_CELL
from tandem.core.restatements import COHORT_MODE, FILE, relabels_between

Row = dict[str, Any]

NEW, LATE, LINKS = "new data", "late data", "re-links"
LABELS, ERASED, CODE = "relabels", "erasure", "code"
UNEXPLAINED = "not explained"
CAUSES = (NEW, LATE, LINKS, LABELS, ERASED, CODE)
# Kinds of entries between the two publishes that change who is counted.
KINDS = {
    LINKS: ("link", "unlink"),
    ERASED: ("erasure", "retention", "restriction", "restriction_lifted"),
}
CHANGED = f"""
select
    {", ".join(KPI_CELL)},
    coalesce(old.period_end_date, new.period_end_date) as period_end_date,
    old.value as value_before, new.value as value_after,
    old.state as state_before, new.state as state_after,
from old.pub.kpi_cells as old
full join new.pub.kpi_cells as new using ({", ".join(KPI_CELL)})
where
    (old.value is distinct from new.value or old.state is distinct from new.state)
    and coalesce($kpi, kpi_id) = kpi_id
order by all
"""
ABOUT = "select as_of, published_at, code_version from {0}.pub.snapshot"
SOURCES = """
select
    coalesce(bool_or(
        old.landed_count is distinct from new.landed_count
        or old.row_count is distinct from new.row_count
    ), false),
    coalesce(bool_or(old.matched_share is distinct from new.matched_share), false)
from old.pub.sources as old full join new.pub.sources as new using (source)
"""
LABELLED = """
select distinct programme_id, outcome_category from (
    select programme_id, outcome_category from old.pub.programmes
    union all
    select programme_id, outcome_category from new.pub.programmes
)
where programme_id in (select unnest($programmes))
"""
OF_COHORTS = """
select distinct programme_id from new.pub.programme_cohorts
where cohort_id in (select unnest($cohorts))
"""
KPIS = "select kpi_id from new.pub.kpis order by kpi_id"


@dataclass(frozen=True)
class Difference:
    """A published number that differs; `causes` is empty where nothing explains it."""

    cell: Row
    causes: tuple[str, ...]

    @property
    def cause(self) -> str:
        """The first cause that is possible, or that there is none."""
        return self.causes[0] if self.causes else UNEXPLAINED


@dataclass(frozen=True)
class Evidence:
    """What the snapshots and the journal hold about the time between two publishes."""

    old: Row
    new: Row
    has_new_rows: bool
    has_other_matches: bool
    entry_kinds: frozenset[str]
    programmes: frozenset[str]
    categories: frozenset[str]

    def causes(self, cell: Row) -> tuple[str, ...]:
        """Return the causes that are possible for a number, in the order of CAUSES."""
        ended = cell["period_end_date"] <= self.old["as_of"].date()
        has_moved = self.old["as_of"] != self.new["as_of"] or self.has_new_rows
        kinds = {
            name: bool(self.entry_kinds & set(words)) for name, words in KINDS.items()
        }
        possible = {
            NEW: has_moved and not ended,
            LATE: self.has_new_rows and ended,
            LINKS: self.has_other_matches or kinds[LINKS],
            LABELS: self._is_relabelled(cell),
            ERASED: kinds[ERASED],
            CODE: self.old["code_version"] != self.new["code_version"],
        }
        return tuple(name for name in CAUSES if possible[name])

    def _is_relabelled(self, cell: Row) -> bool:
        """Whether the cell may hold people of a programme with another label."""
        if not self.programmes:
            return False
        return cell["programme_id"] in {"all", *self.programmes} and (
            cell["outcome_category"] in {"all", *self.categories}
        )


def differences(home: Home, old_id: str, new_id: str, kpi: str) -> list[Difference]:
    """Return the published numbers that differ between two snapshots.

    Args:
        home: that keeps both.
        old_id: of the earlier snapshot.
        new_id: of the later one.
        kpi: of one KPI only; "" for all.

    Raises:
        WarehouseProblem: a snapshot was published by another version.
        WrongUse: there is no such snapshot or KPI.
    """
    files = {}
    for name, snapshot_id in (("old", old_id), ("new", new_id)):
        kept = sorted(path.parent.name for path in home.published.glob(f"*/{FILE}"))
        check(snapshot_id, kept, "SNAPSHOT", "snapshot") if kept else _none(home)
        files[name] = home.snapshot_folder(snapshot_id) / FILE
    try:
        with closing(duckdb.connect()) as connection:
            connection.execute("set timezone = 'UTC'")
            for name, path in files.items():
                attach(connection, path, name)
            if kpi:
                known = [one for (one,) in connection.sql(KPIS).fetchall()]
                check(kpi, known, "--kpi", "KPI")
            evidence = _evidence(connection, home)
            found = connection.sql(CHANGED, params={"kpi": kpi or None}).pl()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise WarehouseProblem(
            str(error).splitlines()[0], str(home.published), "run tandem publish"
        ) from error
    cells = found.iter_rows(named=True)
    return [Difference(cell, evidence.causes(cell)) for cell in cells]


def _none(home: Home) -> None:
    raise WrongUse(
        "nothing is published yet", str(home.published), "run tandem publish"
    )


def _evidence(connection: duckdb.DuckDBPyConnection, home: Home) -> Evidence:
    old, new = (
        connection.sql(ABOUT.format(name)).pl().row(0, named=True)
        for name in ("old", "new")
    )
    ((has_new_rows, has_other_matches),) = connection.sql(SOURCES).fetchall()
    relabels = relabels_between(connection, "old", "new")
    cohorts = [one.subject_id for one in relabels if one.kind == COHORT_MODE]
    named = [one.subject_id for one in relabels if one.kind != COHORT_MODE]
    of_cohorts = connection.sql(OF_COHORTS, params={"cohorts": cohorts}).fetchall()
    named += [one for (one,) in of_cohorts]
    rows = connection.sql(LABELLED, params={"programmes": named}).fetchall()
    span = (old["published_at"], new["published_at"])
    return Evidence(
        old,
        new,
        has_new_rows,
        has_other_matches,
        frozenset(_entered(home, min(span), max(span))),
        frozenset(named),
        frozenset(category for _programme, category in rows),
    )


def _entered(home: Home, after: datetime, until: datetime) -> set[str]:
    """Return the kinds of entries between two moments, UTC without a zone."""
    if not home.journal.exists():
        return set()
    kinds = [kind for words in KINDS.values() for kind in words]
    return {
        kind
        for kind in kinds
        for entry in journal.read(home.journal, kind)
        if after < _utc(entry["recorded_at"]) <= until
    }


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
