"""The decisions of a quarterly review, in the journal with owner role and due day.

A decision is never deleted: withdrawing it is an entry of its own.
"""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import streamlit as st

from dashboards import recording
from dashboards.components import html
from dashboards.components.page_context import PageContext
from dashboards.components.recorded import is_recorded
from dashboards.presenters import decisions, review_pack
from dashboards.queries import kpis
from dashboards.recording import Row
from dashboards.unit_texts import names_any, units_not_of_reader
from tandem.core.wording import plural_key, render

DUE_DAYS = 90  # a quarter: the usual time until the next review
SAVED = "review_saved"
CARDS = dict.fromkeys((review_pack.DECIDED, review_pack.DONE), "td-is-quiet")


def save(kind: str, subject: str, payload: Row) -> None:
    """Write an entry and start the page again; write on it why not, where refused."""
    if is_recorded(kind, subject, payload):
        st.session_state[SAVED] = True
        st.rerun()


def draw_saved() -> None:
    """Write that an entry was saved in the rerun before this one."""
    if st.session_state.pop(SAVED, False):
        st.success(render("review.saved_now"))


def kept(quarter: str) -> dict[str, Row]:
    """Return the decisions of a quarter by subject, as last written."""
    return {
        subject: entry
        for subject, entry in recording.latest("review_decision").items()
        if entry["payload"]["quarter"] == quarter
    }


def readable(context: PageContext, found: dict[str, Row]) -> dict[str, Row]:
    """Return the entries that name no business unit closed to the reader."""
    others = units_not_of_reader(context.snapshot)
    return {
        subject: entry
        for subject, entry in found.items()
        if not names_any(entry["payload"].values(), others)
    }


def draw_kept(found: dict[str, Row]) -> None:
    """Draw the decisions of a quarter."""
    shown = [
        entry["payload"]
        for entry in found.values()
        if entry["payload"]["status"] != review_pack.WITHDRAWN
    ]
    if not shown:
        st.markdown(render("review.decisions_none"))
        return
    items = "".join(
        f'<li class="td-card {CARDS.get(each["status"], "")}">'
        f"<b>{html.text(each['decision'])}</b>"
        f'<span class="td-hint">{html.text(review_pack.decision_line(each))}</span>'
        "</li>"
        for each in shown
    )
    html.draw(f'<ul class="td-stack td-plain-list">{items}</ul>')


def decision_words(row: Row) -> str:
    """Return a proposed decision (a row of pub.decisions) with its reason."""
    card = decisions.card(row, {})
    return f"{card.title} {card.why}"


def draw(context: PageContext, quarter: str, proposed: pl.DataFrame) -> None:
    """Draw the decisions of a quarter, and a form to keep or change one.

    Args:
        context: of the page.
        quarter: e.g. `2026-Q2`.
        proposed: decisions that the rules of publishing found.
    """
    st.header(render("review.decisions"), anchor=False)
    place = st.container()
    if recording.may_record("review_decision"):
        draw_form(context, quarter, kept(quarter), proposed)
    with place:
        draw_kept(readable(context, kept(quarter)))
        html.draw(open_markup(context, quarter))


def older_open(context: PageContext, quarter: str = "") -> dict[str, Row]:
    """Return the readable decisions of other quarters that are still open."""
    found = review_pack.still_open(recording.latest("review_decision"), quarter)
    return readable(context, found)


def open_markup(context: PageContext, quarter: str = "") -> str:
    """Return the open decisions of all quarters but one, however old; "" for none."""
    found = older_open(context, quarter)
    if not found:
        return ""
    start = context.about.fiscal_year_start_month
    today = datetime.now(UTC).date()
    cards = "".join(
        f'<li class="td-card td-is-caution"><b>{html.text(each["decision"])}</b>'
        f"<span>{html.text(review_pack.open_line(each, today, start))}</span></li>"
        for each in (entry["payload"] for entry in found.values())
    )
    title = render(plural_key("review.still_open", len(found)), number=len(found))
    return (
        f'<details class="td-open" open><summary>{html.text(title)}</summary>'
        f'<ul class="td-stack td-plain-list">{cards}</ul></details>'
    )


def draw_form(
    context: PageContext, quarter: str, known: dict[str, Row], proposed: pl.DataFrame
) -> None:
    """Draw the form of one decision: a new one, a proposed one, or a kept one."""
    texts = {"new": ""} | {
        f"proposed:{row['decision_key']}": decision_words(row)
        for row in proposed.iter_rows(named=True)
    }
    shown = readable(context, known) | older_open(context, quarter)
    before = {subject: entry["payload"] for subject, entry in shown.items()}
    about = before | {
        f"proposed:{row['decision_key']}": row for row in proposed.iter_rows(named=True)
    }
    texts |= {subject: each["decision"] for subject, each in before.items()}
    with st.expander(render("review.keep"), key=f"keep_{quarter}"):
        which = st.selectbox(
            render("review.which"),
            list(texts),
            format_func=lambda name: which_words(name, texts),
            key=f"which_{quarter}",
        )
        was = before.get(which, {})
        known_roles = kpis.registry(context.snapshot)["owner_role"].drop_nulls()
        roles = sorted({*known_roles, *filter(None, [was.get("owner_role")])})
        with st.form(f"decision_{quarter}_{which}_{len(known)}", border=False):
            decision = st.text_area(
                render("review.decision"),
                texts[which],
                max_chars=300,
                help=render("review.no_names"),
                key=f"decision_text_{quarter}_{which}_{len(known)}",
            )
            status = st.selectbox(
                render("review.status"),
                review_pack.STATUSES,
                review_pack.STATUSES.index(was.get("status", review_pack.OPEN)),
                format_func=lambda name: render(f"review.status.{name}"),
                key=f"status_{quarter}_{which}_{len(known)}",
            )
            role = st.selectbox(
                render("review.owner"),
                roles,
                _position(roles, was.get("owner_role")),
                accept_new_options=True,
                key=f"owner_{quarter}_{which}_{len(known)}",
            )
            due = st.date_input(
                render("review.due"),
                date.fromisoformat(was["due"]) if was else default_due(),
                key=f"due_{quarter}_{which}_{len(known)}",
            )
            if st.form_submit_button(render("review.save")):
                keep(
                    quarter,
                    which if which in before else "",
                    known,
                    {
                        "quarter": was.get("quarter", quarter),
                        "decision": decision.strip(),
                        "status": status,
                        "owner_role": role or "",
                        "due": due.isoformat(),
                        **review_pack.concerns(about.get(which, {})),
                    },
                )


def default_due() -> date:
    """Return the day of the next review, in UTC."""
    return datetime.now(UTC).date() + timedelta(days=DUE_DAYS)


def which_words(name: str, texts: dict[str, str]) -> str:
    """Return what an entry of the form's list is, and its text."""
    if name == "new":
        return render("review.which.new")
    kind = "proposed" if name.startswith("proposed:") else "kept"
    return render(f"review.which.{kind}", decision=texts[name])


def keep(quarter: str, subject: str, known: dict[str, Row], payload: Row) -> None:
    """Save a decision under its subject, or under the next number of the quarter."""
    if not payload["decision"]:
        st.error(render("review.decision_empty"))
        return
    save("review_decision", subject or f"{quarter}/{len(known) + 1}", payload)


def _position(roles: list[str], chosen: str | None) -> int | None:
    """Return which role is chosen at first; None where no role is known."""
    if chosen in roles:
        return roles.index(chosen)
    return 0 if roles else None
