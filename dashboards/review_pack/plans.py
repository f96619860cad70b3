"""Plans of the fiscal year beside the year so far, what to expect, and last year."""

from typing import Any

from dashboards import formats
from dashboards.queries import plans as queries
from dashboards.review_pack import printed, texts
from dashboards.review_pack.blocks import Figure, Table, Text
from dashboards.review_pack.source import Source, figure
from dashboards.review_pack.texts import said
from dashboards.selection import ALL
from dashboards.words import kpi_words
from tandem.core.wording import render

Row = dict[str, Any]

# What identifies a row of pub.plan_status.
PLAN = ("kpi_id", "programme_id", "measure", "fiscal_year")
BEHIND, AHEAD, ON_PLAN, CANNOT_SAY = "behind", "ahead", "on_plan", "cannot_say"
ORDER = (BEHIND, AHEAD, ON_PLAN, CANNOT_SAY)
MARKS = {BEHIND: "▼", AHEAD: "▲", ON_PLAN: "○", CANNOT_SAY: "∅"}
MOST_ROWS = 10  # of a slide
COLUMNS = ("plan", "planned", "to_date", "share", "forecast", "last_year", "status")
COUNT = "count"  # the unit of planned completions and enrolments


def plan_table(source: Source, most: int = MOST_ROWS) -> Table | None:
    """Return the plans of the fiscal year of a pack; None where there are none.

    Args:
        source: of the pack. Plans are of the organisation and of its programmes: in a
            pack of one business unit the title says so.
        most: rows at most.

    Returns:
        The plans of the organisation first, then those that are behind, ahead, not
        clearly away, and those of which nothing can be said.
    """
    month = source.info.fiscal_year_start_month
    year = queries.fiscal_year(source.end, month)
    rows = [
        row
        for row in queries.plans(source.snapshot, year).iter_rows(named=True)
        if row["kpi_id"] in source.kpis
    ]
    if not rows:
        return None
    rows.sort(key=lambda row: (row["programme_id"] != ALL, ORDER.index(row["status"])))
    shown = [row | {"unit": _unit(row, source)} for row in rows[:most]]
    return Table(
        texts.of_audience(_title(shown, len(rows), month), source),
        tuple(render(f"pack.plans.column.{name}") for name in COLUMNS),
        tuple(_cells(row, source) for row in shown),
        tuple(range(1, len(COLUMNS) - 1)),
    )


def status_words(row: Row) -> str:
    """Return the status of a plan in words, with the reason where none can be said.

    Args:
        row: of pub.plan_status.
    """
    status = row["status"]
    words = f"{MARKS[status]} " + render(f"pack.plans.status.{status}")
    if status != CANNOT_SAY:
        return words
    reason = row["reason"]
    return f"{words}: " + render(f"pack.plans.reason.{reason}")


def plan_words(row: Row, source: Source) -> str:
    """Return what a plan is of: KPI or count, of a programme or of the organisation.

    Args:
        row: of queries.plans.
        source: whose registry is used.
    """
    name = kpi_words(source.kpis[row["kpi_id"]], "kpi_name")
    if row["measure"] != "value":
        name = render(f"pack.plans.measure.{row['measure']}", name=name)
    if row["programme_id"] == ALL:
        return render("pack.plans.organisation", name=name)
    programme = row["programme_name"] or row["programme_id"]
    return render("pack.plans.programme", name=name, programme=programme)


def _unit(row: Row, source: Source) -> str:
    return source.kpis[row["kpi_id"]]["unit"] if row["measure"] == "value" else COUNT


def _title(shown: list[Row], total: int, month: int) -> str:
    label = max(row["period_label"] for row in shown)
    quarter = formats.quarter(label, month)
    if len(shown) == total:
        return render("pack.plans.title", quarter=quarter)
    return render(
        "pack.plans.title_some", quarter=quarter, shown=len(shown), total=total
    )


def _cells(row: Row, source: Source) -> tuple[Text, ...]:
    share = formats.percent(row["share_of_plan"])
    return (
        Text(plan_words(row, source)),
        _number(row, "planned"),
        _to_date(row),
        Text(share, _figures(row, {"share_of_plan": share})),
        _forecast(row),
        _number(row, "last_year"),
        Text(status_words(row)),
    )


def _to_date(row: Row) -> Text:
    if row["year_to_date"] is None:
        known = "hidden" if row["state"] != "no_data" else "no_data"
        return said(f"pack.plans.none.{known}")
    return _ranged(row, "year_to_date", "ci_low", "ci_high")


def _forecast(row: Row) -> Text:
    if row["forecast"] is None:
        return said(f"pack.plans.no_forecast.{row['forecast_reason']}")
    return _ranged(row, "forecast", "forecast_low", "forecast_high")


def _ranged(row: Row, column: str, low: str, high: str) -> Text:
    """Return a number with its likely range, where it has one."""
    number = _number(row, column)
    span = _span(row[low], row[high], row["unit"])
    if not span:
        return number
    words = render("pack.plans.ranged", value=number.words, span=span)
    ends = {
        name: shown
        for name in (low, high)
        if (shown := _end(row[name], row["unit"])) in span
    }
    return Text(words, number.figures + _figures(row, ends))


def _span(low: float | None, high: float | None, unit: str) -> str:
    if unit != COUNT or low is None or high is None:
        return formats.span(low, high, unit)
    return render("format.span", low=formats.count(low), high=formats.count(high))


def _end(number: float, unit: str) -> str:
    return formats.count(number) if unit == COUNT else printed.end(number, unit)


def _number(row: Row, column: str) -> Text:
    words = _words(row[column], row["unit"])
    return Text(words, _figures(row, {column: words}))


def _words(number: float | None, unit: str) -> str:
    return formats.count(number) if unit == COUNT else formats.value(number, unit)


def _figures(row: Row, shown: dict[str, str]) -> tuple[Figure, ...]:
    return tuple(
        figure(words, "plan_status", row, column, PLAN)
        for column, words in shown.items()
        if row[column] is not None
    )
