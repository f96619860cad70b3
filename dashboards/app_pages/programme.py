"""How is this programme doing, against its own past and its own kind?"""

import polars as pl
import streamlit as st

from dashboards import formats
from dashboards.charts import programme_history
from dashboards.components import (
    chart,
    footer,
    html,
    programme_parts,
    programme_ways,
    query_parameters,
    tiles,
    value_state,
)
from dashboards.components.links import link, permalink
from dashboards.components.page_context import (
    PageContext,
    current_context,
    draw_left_out,
)
from dashboards.presenters import programme as words_of
from dashboards.presenters import programme_verdicts as verdicts
from dashboards.presenters.at_a_glance import Windows, glance_view, quote
from dashboards.presenters.programme_list import Row, figure
from dashboards.queries import catalogue, kpis, programmes
from dashboards.selection import PublishedCut
from tandem.core.wording import render

YEAR = 4  # quarters, of changes and benchmarks
KEY, SISTER = "programme", "sister"
NOT_COUNTED = (0, 0)  # programmes with costs: this page is about one
LIST = "app_pages/programmes.py"


def headline_kpi(context: PageContext) -> Row:
    """Return the registry's headline."""
    return kpis.registry(context.snapshot).filter("is_headline").row(0, named=True)


def one(rows: pl.DataFrame, programme_id: str) -> Row | None:
    """Return the row of a programme; None where there is none."""
    found = rows.filter(pl.col("programme_id") == programme_id)
    return found.row(-1, named=True) if found.height else None


def history_of(
    context: PageContext, programme_id: str, quarters: int | None = None
) -> pl.DataFrame:
    """Return a programme's cells of every KPI and window, oldest first.

    Args:
        context: of the page.
        programme_id: of the programme.
        quarters: length of the windows; None for the chosen one.
    """
    cut = PublishedCut("programme", programme_id=programme_id)
    length = quarters or context.selection.trailing_quarters
    return kpis.history(context.snapshot, cut, length, context.quarter.end)


def newest(history: pl.DataFrame, kpi_id: str, context: PageContext) -> Row | None:
    """Return a KPI's cell of the window under review."""
    found = history.filter(
        (pl.col("kpi_id") == kpi_id)
        & (pl.col("period_end_date") == context.quarter.end)
    )
    return found.row(0, named=True) if found.height else None


def names_of(listed: pl.DataFrame) -> dict[str, str]:
    """Return programme id -> its name, or the id where it has none."""
    found = listed.select("programme_id", "programme_name").iter_rows()
    return {code: name or code for code, name in found}


def choose(listed: pl.DataFrame) -> str | None:
    """Draw the choice of a programme, kept in the URL; None where it is unknown."""
    names = names_of(listed)
    asked = st.query_params.get(KEY)
    if asked is not None and asked not in names and KEY not in st.session_state:
        return None
    query_parameters.read(KEY, list(names), next(iter(names)))
    chosen = st.selectbox(
        render("page.programme.choose"),
        list(names),
        format_func=lambda code: names.get(code, code),
        key=KEY,
    )
    query_parameters.write(KEY, chosen, "")
    return chosen


def draw_tiles(context: PageContext, history: pl.DataFrame, chosen: Row) -> None:
    """Draw the five tiles of the first page, for this programme."""
    snapshot, end = context.snapshot, context.quarter.end
    month = context.about.fiscal_year_start_month
    windows = Windows(
        history,
        history_of(context, chosen["programme_id"], 1),
        end,
        context.selection.trailing_quarters,
        lambda label: formats.quarter(label, month),
    )
    view = glance_view(
        kpis.registry(snapshot), windows, kpis.measured(snapshot), NOT_COUNTED
    )
    about = {
        "organisation": context.about.organisation_name,
        "period": context.window,
        "choices": chosen["programme_name"] or chosen["programme_id"],
    }
    address = permalink(quarter=context.quarter.label)
    note = render("tile.how.narrowed", k=context.about.k)
    details = {
        tile.name: tiles.steps([], note, quote(tile, about), address)
        for tile in view.tiles
        if not tile.state
    }
    tiles.draw(view.tiles, details)
    st.caption(render("page.glance.tiles_note"))


def draw_history(context: PageContext, programme_id: str, kpi: Row) -> None:
    """Draw eight quarters with their limits, and what is known of the change."""
    own = history_of(context, programme_id, YEAR).filter(
        pl.col("kpi_id") == kpi["kpi_id"]
    )
    changes = programmes.changes(context.snapshot).filter(
        pl.col("programme_id") == programme_id
    )
    last = changes.filter(pl.col("period_end_date") == context.quarter.end)
    change = last.row(0, named=True) if last.height else None
    verdict = verdicts.change_verdict(change, kpi["margin"])
    st.header(render("page.programme.history"), anchor=False)
    programme_parts.draw_verdict(verdict)
    years = words_of.years(own, changes, context.about.fiscal_year_start_month)
    if years.filter(pl.col("state") == "shown").is_empty():
        return
    missing = programme_history.missing_words(years)
    st.caption(f"{render('page.programme.history.note')} {missing}")
    alt = programme_history.alt(years, kpi["kpi_name"])
    drawn = programme_history.figure(years)
    chart.draw(drawn, alt, programme_history.data_table(years), "history")


def draw_benchmark(context: PageContext, programme_id: str, kpi: Row) -> None:
    """Draw the programme beside what others of its kind would give."""
    row = one(programmes.benchmarks(context.snapshot), programme_id)
    verdict = verdicts.benchmark_verdict(row, kpi["margin"])
    st.header(render("page.programme.benchmark"), anchor=False)
    st.caption(render("page.programme.benchmark.note"))
    programme_parts.draw_verdict(verdict, *verdicts.benchmark_notes(row))


def draw_cohorts(context: PageContext, programme_id: str) -> None:
    """Draw the cohorts above k: live time beside outcome."""
    st.header(render("page.programme.cohorts"), anchor=False)
    lines = words_of.cohort_lines(programmes.cohorts(context.snapshot, programme_id))
    if not lines:
        value_state.draw("no_data", render("page.programme.cohorts.none"))
        return
    st.markdown(words_of.cohort_summary(lines))
    if hint := words_of.cohort_hint(lines, context.about.k):
        st.markdown(hint)
    st.caption(render("page.programme.cohorts.note"))
    programme_parts.draw_cohorts(lines, render("page.programme.cohorts.caption"))


def draw_sister(
    context: PageContext, listed: pl.DataFrame, chosen: Row, kpi: Row
) -> None:
    """Draw another programme of the category beside this one, where that is fair."""
    st.header(render("page.programme.sister"), anchor=False)
    others = listed.filter(
        (pl.col("outcome_category") == chosen["outcome_category"])
        & (pl.col("programme_id") != chosen["programme_id"])
    )
    if others.is_empty():
        value_state.draw("no_data", render("page.programme.sister.none"))
        return
    names = names_of(others)
    label = render("page.programme.sister.choose")
    other_id = query_parameters.choose(SISTER, label, names)
    cells, classes, figures = [], [], []
    facts = programmes.facts(context.snapshot)
    for programme_id in (chosen["programme_id"], other_id):
        history = history_of(context, programme_id)
        cell = newest(history, kpi["kpi_id"], context)
        cells.append(cell)
        classes.append((one(facts, programme_id) or {}).get("completion_class"))
        figures.append(figure(cell, kpi["unit"]))
    verdict = verdicts.sister_verdict(*cells, *classes)
    programme_parts.draw_verdict(verdict)
    if verdict.state == "with_care":
        labels = (chosen["programme_name"], names[other_id])
        programme_parts.draw_pair(list(zip(labels, figures, strict=True)))


def draw_programme(context: PageContext, listed: pl.DataFrame, chosen: Row) -> None:
    """Draw the page of one programme."""
    snapshot, programme_id = context.snapshot, chosen["programme_id"]
    kpi = headline_kpi(context)
    history = history_of(context, programme_id)
    cell = newest(history, kpi["kpi_id"], context)
    name = chosen["programme_name"] or programme_id
    html.draw_headline(words_of.headline(name, cell))
    category = context.categories.get(
        chosen["outcome_category"], chosen["outcome_category"]
    )
    programme_parts.draw_facts(
        words_of.facts(
            chosen,
            one(programmes.facts(snapshot), programme_id),
            one(programmes.quarters(snapshot), programme_id),
            (category, context.about.fiscal_year_start_month),
        )
    )
    draw_tiles(context, history, chosen)
    draw_history(context, programme_id, kpi)
    left, right = st.columns(2, gap="large")
    with left:
        programme_ways.draw_funnel(context, programme_id)
    with right:
        programme_ways.draw_handoffs(context, programme_id)
    programme_ways.draw_curve(context, programme_id)
    draw_benchmark(context, programme_id, kpi)
    draw_cohorts(context, programme_id)
    st.header(render("page.programme.even"), anchor=False)
    st.caption(render("page.programme.even.note"))
    programme_parts.draw_break_even(programmes.break_even(snapshot, programme_id))
    draw_sister(context, listed, chosen, kpi)
    programme_ways.draw_notes(
        context, programme_id, programmes.cohorts(snapshot, programme_id)
    )


def page() -> None:
    context = current_context()
    listed = catalogue.programmes(context.snapshot)
    link(LIST, render("page.programme.back"))
    chosen_id = choose(listed) if listed.height else None
    chosen = one(listed, chosen_id) if chosen_id is not None else None
    if chosen is None:
        value_state.draw("no_data", render("page.programme.unknown"))
    else:
        draw_left_out(context.selection.narrowed_by(), "page.programme.left_out")
        draw_programme(context, listed, chosen)
    footer.draw(context)


page()
