"""Parts of a programme's page: funnel, hand-offs, time to finish, and notes."""

import polars as pl
import streamlit as st

from dashboards import recording
from dashboards.charts import time_to_finish
from dashboards.components import chart, downloads, html, ladders, value_state
from dashboards.components.page_context import PageContext
from dashboards.presenters import blended as patterns
from dashboards.presenters import decisions as decisions_words
from dashboards.presenters import programme_notes, programme_ways
from dashboards.queries import curves, decisions
from dashboards.queries import programme_ways as queries
from dashboards.recording import texts_of
from dashboards.unit_texts import names_any, units_not_of_reader
from tandem.core.wording import render


def draw_funnel(context: PageContext, programme_id: str) -> None:
    """Draw how many of 100 enrolled start, finish and pass."""
    rows = queries.funnel(context.snapshot, programme_id)
    if rows.is_empty():
        st.header(render("page.programme.funnel"), anchor=False)
        value_state.draw("no_data", render("page.programme.funnel.none"))
        return
    if set(rows["state"]) == {"hidden"}:
        st.header(render("page.programme.funnel"), anchor=False)
        value_state.draw("hidden", render("page.programme.funnel.hidden"))
        return
    title = programme_ways.funnel_title(rows)
    st.header(title, anchor=False)
    st.caption(programme_ways.funnel_base(rows))
    steps = programme_ways.funnel(rows)
    html.draw(ladders.steps_markup(steps))
    _twin(programme_ways.funnel_table(steps), title, "programme_funnel")


def draw_handoffs(context: PageContext, programme_id: str) -> None:
    """Draw where people leave between the live and the self-paced parts."""
    found = queries.blends(context.snapshot, programme_id)
    rows = queries.steps(context.snapshot, programme_id)
    has_live = found["has_live_evidence"].any()
    plain = render("page.programme.handoff")
    title = programme_ways.handoff_title(rows) if has_live else plain
    st.header(title, anchor=False)
    if found.is_empty():
        st.markdown(render("page.programme.handoff.not_blended"))
        return
    if not has_live:
        value_state.draw(
            "not_measured",
            f"{render('page.programme.handoff.no_live')} "
            f"{render('page.blended.no_live_next')}",
        )
        return
    if rows.is_empty():
        value_state.draw("no_data", render("page.blended.no_steps"))
        return
    st.caption(render("page.programme.handoff.note"))
    drawn = programme_ways.handoffs(rows, found)
    html.draw(ladders.markup(drawn))
    _twin(patterns.step_table(drawn), plain, "programme_steps")


def draw_curve(context: PageContext, programme_id: str) -> None:
    """Draw how many had finished by each day."""
    curve = curves.of_programme(context.snapshot, programme_id)
    if curve.is_empty():
        st.header(render("page.programme.curve"), anchor=False)
        value_state.draw("no_data", render("page.programme.curve.none"))
        return
    shown = curve.filter(pl.col("state") == "shown")
    if shown.is_empty():
        st.header(render("page.programme.curve"), anchor=False)
        value_state.draw("hidden", render("page.programme.curve.hidden"))
        return
    st.header(programme_ways.curve_title(shown), anchor=False)
    st.caption(render("page.programme.curve.note"))
    chart.draw(
        time_to_finish.figure(shown),
        time_to_finish.alt(shown),
        time_to_finish.data_table(shown),
        "programme_curve",
    )


def draw_notes(context: PageContext, programme_id: str, cohorts: pl.DataFrame) -> None:
    """Draw judgements, relabellings and decisions of a programme from the journal.

    Args:
        context: of the page.
        programme_id: of the programme.
        cohorts: of queries.programmes.cohorts.
    """
    st.header(render("page.programme.notes"), anchor=False)
    subjects = programme_notes.Subjects(
        programme_id,
        {
            row["cohort_id"]: render("page.programme.cohort", number=row["cohort_no"])
            for row in cohorts.iter_rows(named=True)
        },
        {
            row["decision_key"]: decisions_words.card(row, {}).title
            for row in decisions.decisions(context.snapshot).iter_rows(named=True)
            if row["programme_id"] == programme_id
        },
        context.categories,
    )
    others = units_not_of_reader(context.snapshot)
    entries = [
        entry
        for kind in programme_notes.KINDS
        for entry in recording.entries(kind)
        if programme_notes.concerns(entry, subjects)
        and not names_any([entry["reason"], *texts_of(entry["payload"])], others)
    ]
    found = programme_notes.notes(entries, subjects)
    if not found:
        st.markdown(render("page.programme.notes.none"))
        return
    st.caption(render("page.programme.notes.hint"))
    html.draw(f'<ol class="td-notes">{"".join(map(_note, found))}</ol>')
    title = render("page.programme.notes")
    downloads.button(programme_notes.table(found), title, "programme_notes")


def _note(note: programme_notes.Note) -> str:
    reason = f"<p>{html.text(note.reason)}</p>" if note.reason else ""
    return (
        f'<li><span class="td-hint">{html.text(note.day)} · {html.text(note.role)}'
        f"</span><b>{html.text(note.words)}</b>{reason}</li>"
    )


def _twin(rows: pl.DataFrame, title: str, key: str) -> None:
    with st.expander(render("page.show_table"), key=f"{key}_table"):
        chart.table(rows, title, key)
