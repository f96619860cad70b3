"""What to expect of those who are still enrolled, by programme and fiscal year.

Each programme is read off its own life table, or off those of its outcome category, or
off all, where its own has too few who finished or does not reach its horizon.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from publishing.cubes import ROLLED_UP
from publishing.disclosure.figures import Rule
from publishing.forecasts import (
    FEWEST_FINISHED,
    Forecast,
    LifeTable,
    StillOpen,
    forecast,
    together,
)

BEFORE = -1  # the day of those whose time has not begun
USUAL_HORIZON = 90  # days, of programmes without one
# Who is expected to do the same.
GROUP = {
    "programme_id": pl.String,
    "outcome_category": pl.String,
    "day": pl.Int64,
    "horizon": pl.Int64,
}
# Whose outcome is in no published quarter yet: those still open, and those whose
# time ended after the last whole quarter. Whoever is in no base is not here: waived,
# excluded, moved, or gone.
STILL_OPEN = """
select
    enrolments.programme_id,
    coalesce(enrolments.outcome_category, 'unclassified') as outcome_category,
    enrolments.learner_key,
    cast(enrolments.matured_quarter_date as date) as matured_quarter_date,
    case
        when
            enrolments.is_completed
            and coalesce(enrolments.completed_at <= enrolments.matured_at, true)
            then 'finished'
        when enrolments.is_withdrawn then 'withdrawn'
        when enrolments.is_matured then 'over'
        else 'open'
    end as stands,
    cast(floor(
        (epoch(programmes.as_of) - epoch(enrolments.clock_started_at)) / 86400
    ) as bigint) as day,
    cast(floor(
        (epoch(enrolments.matured_at) - epoch(enrolments.clock_started_at)) / 86400
    ) as bigint) as horizon
from warehouse.marts.fct_enrolments as enrolments
inner join warehouse.marts.dim_programmes as programmes
    on enrolments.programme_id = programmes.programme_id
where
    (not enrolments.is_matured or enrolments.matured_quarter_date >= $first_running_day)
    and not enrolments.is_waived
    and not enrolments.is_excluded
    and coalesce(enrolments.status, '') not in ('transferred', 'left_org')
    and enrolments.clock_started_at is not null
    and enrolments.matured_at is not null
order by all
"""
HORIZONS = """
select programme_id, outcome_category, horizon_days
from warehouse.marts.dim_programmes
order by programme_id
"""


@dataclass(frozen=True)
class Expected:
    """How a KPI of completions will stand at the end of a year, or why none can say.

    Attributes:
        reason: few_open, nobody_open, no_curve or hidden; empty where it is said.
        found: completions, those of the year so far among them; None with a reason.
        base: enrolments whose time ends in the year.
    """

    reason: str
    found: Forecast | None = None
    base: float = 0.0


@dataclass(frozen=True)
class SoFar:
    """Those of a fiscal year in whole quarters: true numbers, never published.

    Attributes:
        first: first day of the first quarter of the year.
        last: first day of the last one.
        finished: who have finished.
        base: of how many.
    """

    first: date
    last: date
    finished: float
    base: float


class Outlook:
    """Those who are still enrolled, and the life tables that they are read off."""

    def __init__(
        self,
        still_open: pl.DataFrame,
        life_table: pl.DataFrame,
        horizons: pl.DataFrame,
        rule: Rule,
    ) -> None:
        """Keep the life tables by programme, by outcome category, and of all.

        Args:
            still_open: rows of STILL_OPEN.
            life_table: clock, programme_id, outcome_category, day, at_risk, completed,
                withdrawn; rows of several cohorts add up.
            horizons: rows of HORIZONS.
            rule: how small a group may be.
        """
        self.still_open = still_open
        self.rule = rule
        self.programmes = {
            programme_id: (category or "unclassified", horizon)
            for programme_id, category, horizon in horizons.iter_rows()
        }
        of_completion = life_table.filter(pl.col("clock") == "completion")
        self.curves = {
            ("programme", name): table
            for name, table in _tables(of_completion, "programme_id").items()
        }
        of_categories = _tables(of_completion, "outcome_category")
        self.curves |= {("category", n): table for n, table in of_categories.items()}
        self.curves["all", ""] = together(of_categories.values())

    def at_the_end(
        self, programme_id: str, so_far: SoFar, year_before: dict[str, float]
    ) -> Expected:
        """Return what to expect of a fiscal year.

        Args:
            programme_id: or `all` for the organisation.
            so_far: those whose time is over.
            year_before: by programme, enrolments whose time ended in the rest of the
                year before. As many as they exceed those enrolled by now are taken to
                enrol still, and to do as those before; none where it is empty.

        Nothing is said where those whose outcome is in no published quarter are fewer
        than k people, or too few of them would be on one side, as the forecast less
        the year to date would be about these few; nor of a year in which nobody is
        enrolled by now.
        """
        rows = self.still_open.filter(
            pl.col("matured_quarter_date").is_between(so_far.first, so_far.last)
        )
        if programme_id != ROLLED_UP:
            rows = rows.filter(pl.col("programme_id") == programme_id)
        by_now = dict(rows.group_by("programme_id").len().iter_rows())
        to_come = {
            name: count - by_now.get(name, 0)
            for name, count in year_before.items()
            if count > by_now.get(name, 0)
        }
        is_begun = so_far.base > 0 or not rows.is_empty()
        if not is_begun or (rows.is_empty() and not to_come):
            return Expected("nobody_open")
        if 0 < rows["learner_key"].n_unique() < self.rule.k:
            return Expected("few_open")
        is_open = pl.col("stands") == "open"
        enrolled, used = self._groups(
            rows.filter(is_open).group_by(*GROUP).agg(pl.len().alias("count"))
        )
        coming, of_coming = self._groups(self._beginning(to_come))
        if enrolled is None or coming is None:
            return Expected("no_curve")
        done = rows.filter(pl.col("stands") == "finished").height
        known = forecast(done, enrolled, used).expected
        # The lower end of a range may be those who have finished, and nobody else.
        is_counted_out = 0 < done < self.rule.each_side
        is_one_sided = not rows.is_empty() and self._is_one_sided(known, rows.height)
        if is_counted_out or is_one_sided:
            return Expected("hidden")
        found = forecast(
            int(so_far.finished) + done, [*enrolled, *coming], used | of_coming
        )
        base = so_far.base + rows.height + sum(group.count for group in coming)
        if self._is_one_sided(found.expected, base):
            return Expected("hidden")
        return Expected("", found, base)

    def _is_one_sided(self, finished: float, base: float) -> bool:
        """Return whether too few would finish, or would not."""
        return min(finished, base - finished) < self.rule.each_side

    def _beginning(self, to_come: dict[str, float]) -> pl.DataFrame:
        """Return the enrolments to come, each on the day before its first."""
        rows = []
        for programme_id, count in to_come.items():
            category, horizon = self.programmes.get(
                programme_id, ("unclassified", None)
            )
            days = USUAL_HORIZON if horizon is None else horizon
            rows.append((programme_id, category, BEFORE, days, int(count)))
        return pl.DataFrame(
            rows, schema={**GROUP, "count": pl.Int64}, orient="row"
        ).filter(pl.col("count") > 0)

    def _groups(
        self, counted: pl.DataFrame
    ) -> tuple[list[StillOpen] | None, dict[str, LifeTable]]:
        """Return the groups with their curves; None where one has no curve.

        Args:
            counted: GROUP, and how many are in each as `count`.
        """
        groups, used = [], {}
        for row in counted.sort("programme_id", "day", "horizon").iter_rows(named=True):
            named = self._curve(
                row["programme_id"], row["outcome_category"], row["horizon"]
            )
            if named is None:
                return None, {}
            name, table = named
            used[name] = table
            day = max(int(row["day"]), BEFORE)
            groups.append(StillOpen(row["count"], day, row["horizon"], name))
        return groups, used

    def _curve(
        self, programme_id: str, category: str, horizon: int
    ) -> tuple[str, LifeTable] | None:
        """Return the narrowest life table that has enough, and its name."""
        places = (("programme", programme_id), ("category", category), ("all", ""))
        for place in places:
            table = self.curves.get(place)
            if table is None or sum(table.finished) < FEWEST_FINISHED:
                continue
            # A change of clocks may move the last day by one.
            if table.reaches(horizon - 1):
                return ":".join(place), table
        return None


def _tables(life_table: pl.DataFrame, by: str) -> dict[str, LifeTable]:
    """Return the life tables of a column's values, from day 0 on."""
    numbers = ("at_risk", "completed", "withdrawn")
    summed = life_table.group_by(by, "day").agg(pl.col(numbers).sum()).sort(by, "day")
    return {
        name: _table(days)
        for (name,), days in summed.partition_by(by, as_dict=True).items()
    }


def _table(days: pl.DataFrame) -> LifeTable:
    """Return a life table; days before its first row have those at risk on it."""
    last = int(days["day"].max() or 0)
    rows = {row["day"]: row for row in days.iter_rows(named=True)}

    def column(name: str, missing: Iterable[float]) -> list[float]:
        return [
            float(rows[day][name]) if day in rows else absent
            for day, absent in zip(range(last + 1), missing, strict=True)
        ]

    first = min(rows)
    nobody = [0.0] * (last + 1)
    before = [float(rows[first]["at_risk"])] * first + [0.0] * (last + 1 - first)
    return LifeTable(
        column("at_risk", before),
        column("completed", nobody),
        column("withdrawn", nobody),
    )
