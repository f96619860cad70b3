"""The cards of pending decisions, and dismissing one with a reason."""

import streamlit as st

from dashboards import recording
from dashboards.components import html
from dashboards.components.links import href
from dashboards.components.recorded import is_recorded
from dashboards.presenters.decisions import SHOWN, Card, Decisions, dismissed_reasons
from tandem.core.wording import render

KIND = "decision_dismissed"
NAMES = {"data": "data_and_definitions", "programmes": "programme"}


def dismissed() -> dict[str, str]:
    """Return decision key -> reason of those that a reader dismissed."""
    return dismissed_reasons(recording.latest(KIND))


def markup(view: Decisions, note: str, older: str = "") -> str:
    """Return the first cards and how many follow as HTML.

    Args:
        view: the decisions of the choice.
        note: what the numbers concern.
        older: HTML about decisions of earlier reviews; empty where none is open.
    """
    title = html.text(render("page.decisions.title"))
    older = f'<p class="td-open">{older}</p>' if older else ""
    hint = html.text(note or render("page.decisions.hint"))
    head = f'<h2 class="td-section">{title}</h2><p class="td-hint">{hint}</p>'
    if not view.here:
        empty = html.text(render("page.decisions.empty"))
        return f"{head}<p>{empty}</p>{older}"
    cards = "".join(_card(card) for card in view.here[:SHOWN])
    rest = view.here[SHOWN:]
    more = (
        f"<details><summary>{html.text(render('page.decisions.more', count=len(rest)))}"
        f'</summary><div class="td-stack">{"".join(map(_card, rest))}</div></details>'
        if rest
        else ""
    )
    return f'{head}<div class="td-stack">{cards}</div>{more}{older}'


def _card(card: Card) -> str:
    tone = "td-is-caution" if card.page == "programmes" else ""
    tone = "td-is-quiet" if card.page == "data" else tone
    return (
        f'<div class="td-card {tone}"><b>{html.text(card.title)}</b>'
        f"<span>{html.text(card.why)}</span> {_link(card)}</div>"
    )


def _link(card: Card) -> str:
    words = render(f"page.decisions.go.{card.page}")
    address = href(NAMES.get(card.page, card.page), **card.parameters)
    return f'<a href="{html.text(address)}" target="_self">{html.text(words)} →</a>'


def draw_dismissing(view: Decisions) -> None:
    """Draw the form that dismisses a decision, and those that were dismissed."""
    if view.here and recording.may_record(KIND):
        _draw_form(view)
    if not view.dismissed:
        return
    with st.expander(
        f"{render('page.decisions.dismissed')} ({len(view.dismissed)})",
        key="dismissed",
    ):
        for card in view.dismissed:
            because = render("page.decisions.dismissed.because", reason=card.reason)
            html.draw(
                f'<div class="td-card td-is-quiet"><b>{html.text(card.title)}</b>'
                f"<span>{html.text(because)}</span></div>"
            )
            if recording.may_record(KIND):
                st.button(
                    render("page.decisions.reopen"),
                    key=f"reopen_{card.key}",
                    on_click=_record,
                    args=(card.key, False, render("page.decisions.reopen")),
                )


def _draw_form(view: Decisions) -> None:
    titles = {card.key: card.title for card in view.here}
    with (
        st.expander(render("page.decisions.dismiss"), key="dismiss"),
        st.form("dismiss_form", border=False, clear_on_submit=True),
    ):
        key = st.selectbox(
            render("page.decisions.dismiss.which"),
            list(titles),
            format_func=lambda key: titles.get(key, key),
        )
        reason = st.text_input(render("page.decisions.dismiss.reason"))
        is_sent = st.form_submit_button(render("page.decisions.dismiss.go"))
        if is_sent and _record(key, True, reason):
            st.rerun()


def _record(key: str, is_dismissed: bool, reason: str) -> bool:
    return is_recorded(KIND, key, {"is_dismissed": is_dismissed}, reason)
