"""Time, load and cost by delivery mode: as they happened, without any advice."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from dashboards.charts import time_to_finish
from dashboards.presenters import chart_rows, review_pack, states
from dashboards.queries import curves, kpis, page_kpis
from dashboards.review_pack import printed, texts
from dashboards.review_pack.blocks import (
    Block,
    Curve,
    CurveChart,
    Paragraphs,
    Table,
    Text,
)
from dashboards.review_pack.content import LEFT_OUT, Slide, left_out
from dashboards.review_pack.source import YEAR, Source, figure
from dashboards.review_pack.texts import calculated, period_words, said
from dashboards.selection import ALL
from dashboards.theme import MODES, mode_style
from dashboards.words import kpi_words
from tandem.core.wording import render

Row = dict[str, Any]

NUMBER = "6"
PAGE, LOAD = "review_pack", "load"  # in seeds/page_kpis.csv
CURVES = "life_curves"
POINT = ("clock", "delivery_mode", "outcome_category", "programme_id", "day")
MOST_ROWS = 8
START = 0  # day at which nobody has finished


def judged(source: Source) -> tuple[str, str]:
    """Return state and reason of the slide, by the states of what it shows."""
    names = page_kpis.names(source.snapshot, PAGE, LOAD)
    return _judged(source, printed.cells_of(source, names))


def _judged(source: Source, rows: list[Row]) -> tuple[str, str]:
    """Count a KPI once where it has the same state in every column."""
    columns = _columns(source, rows)
    if source.is_of_unit:
        columns = {source.business_unit: columns[source.business_unit]}
    found = {}
    for row in rows:
        states_of = {
            column: _in_column(row, cells)["shown_state"]
            for column, cells in columns.items()
        }
        if len(set(states_of.values())) == 1:
            found[row["kpi_name"]] = next(iter(states_of.values()))
            continue
        for column, state in states_of.items():
            found[render("pack.load.in_mode", name=row["kpi_name"], mode=column)] = (
                state
            )
    return review_pack.numbers(found)


def slide(source: Source) -> Slide:
    """Return the slide; without a number it has no blocks."""
    topic = render(f"review.slide.{NUMBER}")
    names = page_kpis.names(source.snapshot, PAGE, LOAD)
    rows = printed.cells_of(source, names)
    state, reason = _judged(source, rows)
    if state == LEFT_OUT:
        return left_out(NUMBER, topic, reason)
    lines = _lines(source)
    side: list[Block] = [_chart(lines, source)] if lines else []
    published = curves.finished_by_day(source.snapshot, ALL)
    is_hidden = not lines and published.height > 0
    side.extend(_remarks(source, rows, has_hidden_curves=is_hidden))
    return Slide(
        NUMBER,
        topic,
        _title_of_unit(rows) if source.is_of_unit else _title(lines),
        said(
            "pack.load.about" if lines else "pack.load.about_values",
            period=period_words(source),
        ),
        (_table(source, rows),),
        tuple(side),
        _notes(source, rows, has_curves=bool(lines)),
        state,
        reason,
    )


def _lines(source: Source) -> list[pl.DataFrame]:
    """Return the curve of each delivery mode, in the order of modes."""
    shown = chart_rows.curve_points(curves.finished_by_day(source.snapshot, ALL))
    return shown.partition_by("delivery_mode", maintain_order=True)


def _label(line: pl.DataFrame) -> str:
    return mode_style(line["delivery_mode"][0]).label


def _title(lines: list[pl.DataFrame]) -> Text:
    """Return by which day half of each mode had finished."""
    parts = [part for line in lines if (part := _half(line)) is not None]
    if not parts:
        return said("pack.load.title_never" if lines else "pack.load.title_plain")
    key = "pack.load.title"
    found = [
        said(key, part.figures, parts=part.words)
        for part in (
            texts.joined(parts[:count], ", ") for count in range(len(parts), 0, -1)
        )
    ]
    return texts.short_enough(*found)


def _title_of_unit(rows: list[Row]) -> Text:
    """Return the first numbers of a business unit; its curves are not published."""
    found = [
        said(
            "pack.load.number",
            value.figures,
            name=kpi_words(row, "kpi_name"),
            value=value.words,
        )
        for row in rows
        if not row["shown_state"] and (value := printed.value(row))
    ]
    choices = [texts.joined(found[:count], "; ") for count in (3, 2, 1)]
    return texts.short_enough(*choices)


def _half(line: pl.DataFrame) -> Text | None:
    day = time_to_finish.half_by(line)
    if day is None:
        return None
    row = next(r for r in line.iter_rows(named=True) if r["day"] == day)
    place = figure(str(day), CURVES, row, "day", POINT)
    return said("page.curve.part", (place,), mode=_label(line), day=day)


def _chart(lines: list[pl.DataFrame], source: Source) -> CurveChart:
    return CurveChart(
        texts.of_audience(render("pack.load.chart"), source),
        " ".join(time_to_finish.finding(line) for line in lines),
        tuple(
            Curve(
                _label(line),
                line["delivery_mode"][0],
                (START, *line["day"]),
                (0.0, *line["finished_share"]),
                (None, *line["ci_low"]),
                (None, *line["ci_high"]),
            )
            for line in lines
        ),
        render("page.curve.days"),
        render("pack.load.share"),
    )


def _table(source: Source, rows: list[Row]) -> Table:
    """Return the KPIs by delivery mode; of a unit beside the whole organisation."""
    columns = _columns(source, rows)
    shown = [cell for cells in columns.values() for cell in cells.values()]
    has_range = any(printed.span(cell).words for cell in shown)
    return Table(
        render("pack.load.table_ranges" if has_range else "pack.load.table"),
        (render("page.scorecard.column.measure"), *columns),
        tuple(
            (
                said(
                    "pack.load.named",
                    name=kpi_words(row, "kpi_name"),
                    base=kpi_words(row, "denominator_words"),
                ),
                *(_cell(_in_column(row, cells)) for cells in columns.values()),
            )
            for row in rows[:MOST_ROWS]
        ),
        tuple(range(1, len(columns) + 1)),
    )


def _in_column(row: Row, cells: dict[str, Row]) -> Row:
    """Return a KPI's cell of a column; without one it is not measured or has no data.

    Args:
        row: the KPI's cell of the audience.
        cells: KPI -> its cell of the column.
    """
    if row["kpi_id"] in cells:
        return row | cells[row["kpi_id"]]
    is_measured = row["shown_state"] != "not_measured"
    return row | {"shown_state": "no_data" if is_measured else "not_measured"}


def _columns(source: Source, rows: list[Row]) -> dict[str, dict[str, Row]]:
    """Return heading of a column -> KPI -> cell."""
    own = {row["kpi_id"]: row for row in rows}
    if source.is_of_unit:
        return {
            source.business_unit: own,
            render("pack.load.organisation"): _cells(source, "all").get(ALL, {}),
        }
    by_mode = _cells(source, "mode")
    modes = [mode for mode in MODES if mode in by_mode]
    if len(modes) < 2:  # the only mode is all together
        return {render("pack.load.all"): own}
    return {mode_style(mode).label: by_mode[mode] for mode in modes}


def _cells(source: Source, cube: str) -> dict[str, dict[str, Row]]:
    """Return delivery mode -> KPI -> its cell of the whole organisation."""
    found = page_kpis.cells(source.snapshot, PAGE, source.end).filter(
        (pl.col("place") == LOAD) & (pl.col("cube") == cube)
    )
    by_mode: dict[str, dict[str, Row]] = {}
    for row in found.iter_rows(named=True):
        mode = row["delivery_mode"] or ALL
        by_mode.setdefault(mode, {})[row["kpi_id"]] = row | {
            "shown_state": states.of_cell(row)
        }
    return by_mode


def _cell(row: Row) -> Text:
    """Return a value with its range and the size of its base, or its state."""
    if row["shown_state"]:
        return printed.value(row, row["shown_state"])
    parts = [printed.value(row), printed.span(row)]
    if places := printed.size(row):
        parts.append(said("pack.load.of", places, count=places[0].printed))
    return texts.joined(parts, ", ")


def _remarks(
    source: Source, rows: list[Row], *, has_hidden_curves: bool
) -> list[Paragraphs]:
    """Return what means and costs include, in a sentence each."""
    found = [
        said("pack.load.mean", name=kpi_words(row, "kpi_name"))
        for row in rows
        if row["estimator"] == "restricted_mean"
    ]
    costs = [r for r in rows if r["unit"] == "currency" and not r["shown_state"]]
    found.extend(_costs(source, row) for row in costs)
    if has_hidden_curves:
        found.insert(0, said("page.compare.time_hidden"))
    return [Paragraphs(render("pack.load.remarks"), tuple(found))] if found else []


def _costs(source: Source, row: Row) -> Text:
    """Return the currency of costs, and how many programmes they are known for."""
    currency = source.info.currency or render("pack.load.no_currency")
    known, total = kpis.costed(source.snapshot, row["kpi_id"], YEAR, source.end)
    key = "pack.load.costs_whole" if source.is_of_unit else "pack.load.costs"
    if not total:
        return said("pack.load.costs_uncounted", currency=currency)
    return said(key, currency=currency, known=known, total=total)


def _notes(source: Source, rows: list[Row], *, has_curves: bool) -> tuple[Text, ...]:
    names = page_kpis.names(source.snapshot, PAGE, LOAD)

    def notes() -> Iterator[Text]:
        if has_curves:
            yield said("pack.load.how_curve")
        yield from (calculated(row) for row in rows)
        yield from filter(str, [printed.not_by_unit(source, names, rows)])

    return tuple(notes())
