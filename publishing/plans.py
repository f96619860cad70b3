"""pub.plan_status: each plan beside last year, the year so far and a forecast.

A plan is missed or exceeded only where the whole likely range says so: the range of the
forecast where there is one, else that of the year to date. Every number here is a
published cell, or is given no more exactly than one (`year_to_date`); what is compared
with the plan is what is published, so that a reader can check it.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import duckdb
import polars as pl

from publishing.cubes import first_day, period_label, quarter_number
from publishing.hiding import POINTS
from publishing.outlook import HORIZONS, STILL_OPEN, Expected, Outlook, SoFar
from publishing.people import people_behind
from publishing.year_to_date import Facts, Numbers

PLANS = """
select kpi_id, programme_id, measure, fiscal_year, planned, year_start_date
from warehouse.marts.fct_plans
order by all
"""
YEAR = 4  # quarters
VALUE, COMPLETIONS, ENROLMENTS = "value", "completions", "enrolments"
AHEAD, ON_PLAN, BEHIND, CANNOT_SAY = "ahead", "on_plan", "behind", "cannot_say"
SCHEMA = {
    "kpi_id": pl.String,
    "programme_id": pl.String,
    "measure": pl.String,
    "fiscal_year": pl.Int64,
    "period_label": pl.String,
    "period_start_date": pl.Date,
    "period_end_date": pl.Date,
    "planned": pl.Float64,
    "last_year": pl.Float64,
    "year_to_date": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "learner_count": pl.Int64,
    "share_of_plan": pl.Float64,
    "forecast": pl.Float64,
    "forecast_low": pl.Float64,
    "forecast_high": pl.Float64,
    "forecast_reason": pl.String,
    "status": pl.String,
    "reason": pl.String,
    "state": pl.String,
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Registry:
    """What of the registry decides on plans.

    Attributes:
        directions: higher_better, lower_better or context, by KPI.
        published: KPIs of which every cube is published.
        additive: KPIs whose base cells add up, as those of every fact do.
        with_forecast: the KPI that the life table is about; None for none.
    """

    directions: dict[str, str]
    published: frozenset[str]
    additive: frozenset[str]
    with_forecast: str | None


def plan_status(
    plans: pl.DataFrame, facts: Facts, outlook: Outlook, registry: Registry
) -> pl.DataFrame:
    """Return pub.plan_status.

    Args:
        plans: rows of PLANS.
        facts: of the planned KPIs, before and after suppression.
        outlook: those who are still enrolled.
        registry: of the KPIs.

    Returns:
        One row per plan of a fiscal year that has begun. Numbers other than the plan
        are null unless they are published.
    """
    begun = plans.with_columns(quarter_number("year_start_date").alias("first")).filter(
        pl.col("first") <= facts.calendar.span.newest
    )
    judge = _Judge(facts, outlook, registry)
    rows = [judge.row(plan) for plan in begun.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=SCHEMA).sort(
        "fiscal_year", "kpi_id", "programme_id", "measure"
    )


def planned_facts(
    connection: duckdb.DuckDBPyConnection, plans: pl.DataFrame, facts: Facts
) -> Facts:
    """Return what is known of the planned KPIs, with the people behind them.

    Args:
        connection: with the warehouse attached as `warehouse`.
        plans: rows of PLANS.
        facts: of all KPIs, without people.
    """
    planned = plans["kpi_id"].unique().to_list()
    is_planned = pl.col("kpi_id").is_in(planned)
    return replace(
        facts,
        base_cells=facts.base_cells.filter(is_planned),
        people=people_behind(connection, planned),
        cells=facts.cells.filter(is_planned),
    )


def outlook_of(
    connection: duckdb.DuckDBPyConnection, life_table: pl.DataFrame, facts: Facts
) -> Outlook:
    """Return those who are still enrolled, and the curves that they are read off."""
    month = facts.calendar.fiscal_year_start_month
    running = first_day(facts.last_whole_quarter + 1, month)
    return Outlook(
        connection.sql(STILL_OPEN, params={"first_running_day": running}).pl(),
        life_table,
        connection.sql(HORIZONS).pl(),
        facts.rule,
    )


def judged(planned: float, low: float, high: float, is_lower_better: bool) -> str:
    """Return where a range lies beside a plan: behind, ahead, or not clearly away.

    Args:
        planned: the plan.
        low: lower end of the likely range.
        high: upper end; a range that touches the plan is not away from it.
        is_lower_better: whether less than planned is ahead.
    """
    if high < planned:
        return AHEAD if is_lower_better else BEHIND
    if low > planned:
        return BEHIND if is_lower_better else AHEAD
    return ON_PLAN


@dataclass(frozen=True)
class _Judge:
    """Judges plans; see `plan_status`."""

    facts: Facts
    outlook: Outlook
    registry: Registry

    def row(self, plan: Row) -> Row:
        """Return one plan with its numbers and status."""
        month = self.facts.calendar.fiscal_year_start_month
        first = plan["first"]
        # A quarter that runs has too few whose time is over to say anything of.
        last = min(first + YEAR - 1, max(first, self.facts.last_whole_quarter))
        place = plan["kpi_id"], plan["programme_id"]
        now, before = Numbers("no_data"), Numbers("no_data")
        if plan["kpi_id"] in self.registry.published:
            now = self.facts.numbers(*place, first, last)
            before = self.facts.numbers(*place, first - YEAR, first - 1)
        expected = self._expected(plan, now, last)
        measure = plan["measure"]
        row: Row = {
            name: plan[name]
            for name in ("kpi_id", "programme_id", "measure", "fiscal_year", "planned")
        }
        row |= {
            "period_label": period_label(last, month),
            "period_start_date": first_day(first, month),
            "period_end_date": _day_before(first_day(last + 1, month)),
            "last_year": getattr(before, measure),
            "year_to_date": getattr(now, measure),
            "ci_low": now.low if measure == VALUE else None,
            "ci_high": now.high if measure == VALUE else None,
            "learner_count": now.learner_count,
            "state": now.state,
            **self._forecast(measure, expected),
        }
        if row["year_to_date"] is not None and plan["planned"]:
            row["share_of_plan"] = round(row["year_to_date"] / plan["planned"], POINTS)
        status, reason = self._status(plan, row, now)
        return row | {"status": status, "reason": reason}

    def _expected(self, plan: Row, now: Numbers, last: int) -> Expected:
        """Return the forecast of a plan, or the reason why it has none."""
        kpi_id, programme_id = plan["kpi_id"], plan["programme_id"]
        if kpi_id != self.registry.with_forecast or plan["measure"] == ENROLMENTS:
            return Expected("not_forecast")
        # The rest of the year is set beside that of the year before.
        is_hidden = now.state == "hidden" or self.facts.is_hidden_within(
            kpi_id, programme_id, last - YEAR + 1, last
        )
        if is_hidden:
            return Expected("hidden")
        month = self.facts.calendar.fiscal_year_start_month
        end = plan["first"] + YEAR - 1
        is_whole = last <= self.facts.last_whole_quarter
        so_far = SoFar(
            first_day(plan["first"], month),
            first_day(end, month),
            *((now.numerator, now.denominator) if is_whole else (0.0, 0.0)),
        )
        before: dict[str, float] = {}
        if plan["measure"] == VALUE and last < end:
            before = self.facts.bases(kpi_id, programme_id, last + 1 - YEAR, end - YEAR)
        return self.outlook.at_the_end(programme_id, so_far, before)

    def _forecast(self, measure: str, expected: Expected) -> Row:
        found, k = expected.found, self.facts.rule.k
        if found is None:
            return {"forecast_reason": expected.reason}
        numbers = {
            "forecast": found.expected,
            "forecast_low": found.low,
            "forecast_high": found.high,
        }
        if measure == VALUE:
            base = expected.base
            return {name: round(n / base, POINTS) for name, n in numbers.items()}
        steps = {
            "forecast": round(found.expected / k),
            "forecast_low": found.low // k,
            "forecast_high": -(-found.high // k),
        }
        return {name: float(step * k) for name, step in steps.items()}

    def _status(self, plan: Row, row: Row, now: Numbers) -> tuple[str, str | None]:
        """Return the status of a plan, and why nothing can be said."""
        kpi_id, measure = plan["kpi_id"], plan["measure"]
        direction = self.registry.directions.get(kpi_id)
        if kpi_id not in self.registry.published:
            is_known = kpi_id in self.registry.additive
            return CANNOT_SAY, "not_published" if is_known else "does_not_add_up"
        if now.state == "hidden":
            return CANNOT_SAY, "hidden"
        if measure != VALUE:
            if kpi_id not in self.facts.shares:
                return CANNOT_SAY, "not_published"
            return self._of_count(plan, row, now)
        if direction not in ("higher_better", "lower_better"):
            return CANNOT_SAY, "no_direction"
        low, high = row.get("forecast_low"), row.get("forecast_high")
        if low is None:
            low, high = row["ci_low"], row["ci_high"]
        if low is None or high is None:
            return CANNOT_SAY, "no_data" if now.state == "no_data" else "no_range"
        is_lower_better = direction == "lower_better"
        return judged(plan["planned"], low, high, is_lower_better), None

    def _of_count(self, plan: Row, row: Row, now: Numbers) -> tuple[str, str | None]:
        """Judge a planned count: those who will enrol still can only add to it."""
        low, high = row.get("forecast_low"), row.get("forecast_high")
        if low is None:
            so_far = row["year_to_date"]
            if so_far is None:
                return CANNOT_SAY, "no_data" if now.state == "no_data" else "hidden"
            low = high = so_far
        month = self.facts.calendar.fiscal_year_start_month
        is_over = self.facts.known_until >= _day_before(
            first_day(plan["first"] + YEAR, month)
        )
        direction = self.registry.directions.get(plan["kpi_id"])
        is_lower_better = plan["measure"] == COMPLETIONS and direction == "lower_better"
        if low <= plan["planned"] and not is_over:
            return CANNOT_SAY, "enrolments_to_come"
        return judged(plan["planned"], low, high, is_lower_better), None


def _day_before(day: date) -> date:
    return day - timedelta(days=1)


def registry_of(
    kpis: pl.DataFrame, published: list[str], headline: str | None
) -> Registry:
    """Return what of the registry decides on plans.

    Args:
        kpis: the registry.
        published: KPIs of which every cube is published.
        headline: the KPI of completions, which the life table is about.
    """
    directions = dict(kpis.select("kpi_id", "direction").iter_rows())
    has_sums = pl.col("numerator_column").is_not_null()
    additive = kpis.filter(has_sums)["kpi_id"]
    return Registry(directions, frozenset(published), frozenset(additive), headline)
