"""How a figure comes about: from all rows to the base and the value of a KPI.

With the analysts' file every row is counted. Without it only the published steps are
there, with small groups hidden.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import duckdb

from tandem.core.attaching import attach
from tandem.core.corrections import NO_CATEGORY
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.explaining_parts import counted_steps
from tandem.core.files import Home
from tandem.core.query_access import queried_file

Row = dict[str, Any]
NO_MODE = "unknown"
ALIKE = 3  # names that an error shows

KPI = "from file.pub.kpis where kpi_id = $kpi"
KPIS = "select kpi_id from file.pub.kpis order by kpi_id"
WINDOWS = """
select distinct period_label, period_start_date, period_end_date
from file.pub.kpi_cells
where kpi_id = $kpi and trailing_quarters = $quarters and cube = 'all'
order by period_end_date desc
"""
PUBLISHED = """
select step, row_count, state from file.pub.kpi_waterfall
where kpi_id = $kpi and trailing_quarters = $quarters and period_label = $label
order by step_no
"""
CELL = """
select numerator, denominator, value, state, state_detail from file.pub.kpi_cells
where
    kpi_id = $kpi and trailing_quarters = $quarters and period_label = $label
    and cube = 'all'
"""
COUNTED = """
select
    step,
    sum(if(step in ('all', 'base', 'value'), remaining_row_count, removed_row_count))
        ::bigint as row_count,
from persons.marts.fct_kpi_waterfall
where
    kpi_id = $kpi and period_start_date between $first and $last
    and coalesce(programme_id, '') = coalesce($programme, programme_id, '')
    and coalesce(outcome_category, '{NO_CATEGORY}')
    = coalesce($category, outcome_category, '{NO_CATEGORY}')
    and coalesce(delivery_mode, '{NO_MODE}')
    = coalesce($mode, delivery_mode, '{NO_MODE}')
group by step
order by max(step_no)
""".replace("{NO_CATEGORY}", NO_CATEGORY).replace("{NO_MODE}", NO_MODE)
KNOWN = {
    "programme": "select distinct programme_id from file.pub.programmes",
    "category": "select slug from file.pub.outcome_categories",
    "mode": "select unnest(['sync', 'async', 'hybrid'])",
}
# Who is in which cohort or unit is in the analysts' file alone.
KNOWN_TO_ANALYSTS = {
    "cohort": "select distinct cohort_id from persons.marts.dim_cohorts",
    "unit": """
        select business_unit from persons.marts.fct_enrolments
        union select business_unit from persons.marts.dim_learners
    """,
}


@dataclass(frozen=True)
class Cut:
    """Of what a figure is explained; None where it is not narrowed."""

    programme: str | None = None
    category: str | None = None
    mode: str | None = None
    cohort: str | None = None
    unit: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole organisation."""
        return not any(vars(self).values())

    @property
    def has_own_steps(self) -> bool:
        """Whether the steps have to be counted anew, because no mart has them."""
        return bool(self.cohort or self.unit)


@dataclass(frozen=True)
class Explanation:
    """A KPI's definition and its steps.

    Attributes:
        kpi: its row of pub.kpis.
        period_label: last quarter of the window, e.g. `2026-Q2`.
        trailing_quarters: of the window.
        steps: name and row count from `all` to `base` and `value`; None is hidden.
        is_counted: every row is counted; else published counts, to the nearest k.
        value: the published value; None where it is hidden or the cut is narrower.
        value_note: why there is no value; "" where there is one.
    """

    kpi: Row
    period_label: str
    trailing_quarters: int
    steps: tuple[tuple[str, int | None], ...]
    is_counted: bool
    value: float | None
    value_note: str


def explain(
    home: Home,
    kpi_id: str,
    cut: Cut,
    quarter: str,
    quarters: int,
    *,
    with_persons: bool,
) -> Explanation:
    """Return how a KPI's figure comes about.

    Args:
        home: whose current snapshot.
        kpi_id: of the registry.
        cut: of what.
        quarter: last quarter of the window; "" for the newest.
        quarters: of the window.
        with_persons: whether the analysts' file may be read.

    Raises:
        WarehouseProblem: nothing is published, or another version published it.
        WrongUse: there is no such KPI, part or quarter, or the part is hidden.
    """
    with opened(home, with_persons=with_persons) as (connection, has_persons):
        known = [name for (name,) in connection.sql(KPIS).fetchall()]
        check(kpi_id, known, "KPI", "KPI")
        for name, query in KNOWN.items():
            if word := getattr(cut, name):
                rows = connection.sql(query).fetchall()
                check(word, [one for (one,) in rows], f"--{name}", name)
        if not cut.is_whole and not has_persons:
            raise WrongUse(
                "the steps of a part are published for nobody",
                "--programme, --category, --mode, --cohort, --unit",
                "leave them out, or ask an analyst",
            )
        for name, query in KNOWN_TO_ANALYSTS.items():
            if word := getattr(cut, name):
                rows = connection.sql(query).fetchall()
                check(word, sorted(one for (one,) in rows if one), f"--{name}", name)
        asked = {"kpi": kpi_id, "quarters": quarters}
        windows = {
            label: (first, last)
            for label, first, last in connection.sql(WINDOWS, params=asked).fetchall()
        }
        label = _window(windows, quarter, kpi_id, quarters)
        asked["label"] = label
        kpi = connection.sql(KPI, params={"kpi": kpi_id}).pl().row(0, named=True)
        value, note = _value(connection, asked) if cut.is_whole else (None, "")
        if has_persons:
            first, last = windows[label]
            found = {"kpi": kpi_id, "first": first, "last": last} | vars(cut)
            if cut.has_own_steps:
                steps = counted_steps(connection, kpi, found)
            else:
                del found["cohort"], found["unit"]
                steps = tuple(connection.sql(COUNTED, params=found).fetchall())
        else:
            rows = connection.sql(PUBLISHED, params=asked).fetchall()
            steps = tuple(
                (step, count if state == "shown" else None)
                for step, count, state in rows
            )
    return Explanation(kpi, label, quarters, steps, has_persons, value, note)


def _value(
    connection: duckdb.DuckDBPyConnection, asked: Row
) -> tuple[float | None, str]:
    row = connection.sql(CELL, params=asked).pl().row(0, named=True)
    if row["state"] == "shown":
        return row["value"], ""
    return None, row["state_detail"] or row["state"]


def _window(windows: Row, quarter: str, kpi_id: str, quarters: int) -> str:
    if not windows:
        raise WrongUse(
            f"{kpi_id} is not published over {quarters} quarters",
            "--quarters",
            "1 and 4 are; see `tandem sql` for what is computed but not published",
        )
    if not quarter:
        return next(iter(windows))
    if quarter not in windows:
        shown = ", ".join(list(windows)[:ALIKE])
        raise WrongUse(
            f"there is no quarter {quarter!r}", "--quarter", f"the newest are: {shown}"
        )
    return quarter


def check(word: str, known: list[str], where: str, what: str) -> None:
    """Refuse a word that is not known, and show those that look like it."""
    if word not in known:
        alike = get_close_matches(word, known, n=ALIKE) or known[:ALIKE]
        raise WrongUse(
            f"there is no {what} {word!r}", where, f"known are: {', '.join(alike)}"
        )


@contextmanager
def opened(
    home: Home, *, with_persons: bool
) -> Iterator[tuple[duckdb.DuckDBPyConnection, bool]]:
    """Open the current snapshot read-only as `file`, the analysts' as `persons`.

    Yields:
        The connection, and whether the analysts' file is there and may be read.

    Raises:
        WarehouseProblem: nothing is published, or another version published it.
    """
    paths = {"file": queried_file(home, with_persons=False)}
    if with_persons:
        paths["persons"] = queried_file(home, with_persons=True)
    has_persons = with_persons and paths["persons"] != paths["file"]
    try:
        with closing(duckdb.connect()) as connection:
            connection.execute("set timezone = 'UTC'")
            attach(connection, paths["file"], "file")
            if has_persons:
                attach(connection, paths["persons"], "persons")
            yield connection, has_persons
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise WarehouseProblem(
            str(error).splitlines()[0], str(paths["file"]), "run tandem publish"
        ) from error
