"""Can our set-up really do both live and self-paced learning? Eight questions."""

import streamlit as st

from dashboards import recording
from dashboards.components import (
    downloads,
    footer,
    html,
    query_parameters,
    scorecard,
    value_state,
)
from dashboards.components.page_context import current_context
from dashboards.components.recorded import is_recorded
from dashboards.presenters import scorecard as presenter
from dashboards.queries import page_kpis
from dashboards.unit_texts import names_any, units_not_of_reader
from tandem.core.wording import render

PAGE = "scorecard"


def choose_candidate(named: list[str]) -> str:
    """Draw the choice of the vendor beside ours, and return it; empty for none."""
    if not named:
        return ""
    names = {"": render("page.scorecard.candidate_none")} | {n: n for n in named}
    label = render("page.scorecard.candidate")
    return query_parameters.choose("candidate", label, names, named[0], width=360)


def draw_form() -> None:
    """Draw the form for a judgement; what it records stands above after the rerun."""
    st.header(render("page.scorecard.form"), anchor=False)
    if not recording.may_record(presenter.KIND):
        st.markdown(render("page.scorecard.form_role"))
        return
    st.caption(render("page.scorecard.form_note"))
    with st.form("judgement", clear_on_submit=True):
        code = st.selectbox(
            render("page.scorecard.column.question"),
            presenter.QUESTIONS,
            format_func=lambda code: render(f"page.scorecard.question.{code}"),
        )
        candidate = st.text_input(
            render("page.scorecard.form_candidate"),
            placeholder=render("page.scorecard.form_ours"),
            max_chars=60,
        )
        score = st.radio(
            render("page.scorecard.form_score"),
            presenter.SCORES,
            index=2,
            horizontal=True,
            format_func=lambda score: render(f"page.scorecard.scale.{score}"),
        )
        comment = st.text_area(render("page.scorecard.form_comment"), max_chars=600)
        is_sent = st.form_submit_button(render("page.scorecard.form_send"))
    if is_sent:
        keep(code, candidate.strip(), int(score), comment)


def keep(code: str, candidate: str, score: int, comment: str) -> None:
    """Record a judgement and draw the page again, or say why it is refused."""
    subject = presenter.subject(code, candidate)
    payload = {"score": score, "candidate": candidate}
    if is_recorded(presenter.KIND, subject, payload, comment):
        st.rerun()


def page() -> None:
    context = current_context()
    cells = page_kpis.cells(context.snapshot, PAGE, context.quarter.end)
    if cells.is_empty():
        st.header(render("page.scorecard.none"), anchor=False)
        value_state.draw("no_data", render("page.scorecard.none_next"))
        footer.draw(context)
        return
    others = units_not_of_reader(context.snapshot)
    entries = [
        entry
        for entry in recording.entries(presenter.KIND)
        if not names_any([entry["reason"]], others)
    ]
    top = st.container()
    candidate = choose_candidate(presenter.candidates(entries))
    found = presenter.questions(cells, entries, candidate)
    with top:
        measured, judged = map(html.text, presenter.headline(found))
        html.draw(
            f'<h2 class="td-headline">{measured} <em>{judged}</em></h2>'
            f'<p class="td-lead">{html.text(render("page.scorecard.no_total"))}</p>'
        )
        if not context.selection.is_default:
            st.info(render("page.measure.whole"), icon=":material/filter_alt_off:")
    html.draw(scorecard.overview(found, candidate))
    downloads.button(
        presenter.table(found, candidate),
        render("page.scorecard.title"),
        "scorecard",
    )
    st.header(render("page.scorecard.evidence"), anchor=False)
    st.caption(render("page.scorecard.evidence_note"))
    html.draw(scorecard.details(found, candidate))
    draw_form()
    footer.draw(context)


page()
