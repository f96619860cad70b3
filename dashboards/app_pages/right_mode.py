"""Is each programme run in the mode that suits what it is for?"""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import streamlit as st

from dashboards import formats, recording
from dashboards.components import fit, footer, html, query_parameters, value_state
from dashboards.components.page_context import (
    PageContext,
    current_context,
    draw_left_out,
)
from dashboards.components.recorded import is_recorded
from dashboards.presenters import at_a_glance, right_mode
from dashboards.queries import comparisons, kpis, page_kpis
from dashboards.queries import right_mode as queries
from dashboards.selection import PublishedCut
from tandem.core.wording import render

Row = dict[str, Any]

PAGE, HOURS = "right_mode", "hours"  # in seeds/page_kpis.csv
LIST = "tandem"  # the list that comes with Tandem, as the journal names it
OUTCOMES = ("keep", "change", "pilot")
YEAR = 4  # quarters; the hours are published for years only


def hours(context: PageContext) -> Row | None:
    """Return the published cell of the hours in an accepted mode, the newest year."""
    named = page_kpis.names(context.snapshot, PAGE, HOURS)
    end = kpis.newest_window(context.snapshot, "all", YEAR)
    if end is None:
        return None
    for day in (context.quarter.end, end):
        cells = kpis.cells(context.snapshot, PublishedCut("all"), YEAR, day)
        found = cells.filter(pl.col("kpi_id").is_in(named))
        if found.height:
            return found.row(0, named=True)
    return None


def keep(kind: str, subject: str, payload: Row, reason: str = "") -> None:
    """Record what the reader decided, and say in words if it is refused."""
    if is_recorded(kind, subject, payload, reason):
        st.success(render("page.right.recorded"))


def draw_adoption(context: PageContext, programmes: pl.DataFrame) -> None:
    """Draw who adopted the list and when, and let a leader adopt it."""
    newest = recording.latest("reference_list_adopted").get(LIST)
    own = programmes["reference_adopted_on"].drop_nulls()
    if newest:
        payload = newest["payload"]
        day = formats.day(datetime.fromisoformat(payload["adopted_on"]).date())
        words = render("page.right.adopted", by=payload["adopted_by"], day=day)
    else:
        words = render("page.right.not_adopted")
    st.markdown(words)
    if own.len():
        st.markdown(render("page.right.own_list", day=formats.day(own.max())))
    if not recording.may_record("reference_list_adopted"):
        return
    with st.form("adopt", border=True):
        by = st.text_input(
            render("page.right.adopt.by"),
            help=render("page.right.adopt.by_help"),
            key="adopted_by",
        )
        if st.form_submit_button(render("page.right.adopt")):
            if not by.strip():
                st.error(render("page.right.adopt.missing"))
                return
            today = datetime.now(UTC).date().isoformat()
            payload = {"adopted_by": by.strip(), "adopted_on": today}
            keep("reference_list_adopted", LIST, payload)


def draw_list(context: PageContext, rows: list[Row]) -> None:
    """Draw the chosen list of programmes, and what can be decided about one."""
    words = right_mode.options(rows, context.categories)
    st.header(render("page.right.programmes"), anchor=False)
    label = render("page.right.list")
    first = right_mode.REVIEW
    chosen = query_parameters.choose("list", label, words, first, width=520)
    found = right_mode.listed(rows, chosen)
    if not found:
        st.markdown(render("page.right.list.empty"))
        return
    reviews = recording.latest("mode_reviewed")
    fit.draw_list(
        found,
        context.categories,
        lambda programme: reviewed(reviews.get(programme)),
        words[chosen],
    )
    draw_review([row for row in found if right_mode.status(row) == first])


def reviewed(entry: Row | None) -> str:
    """Return what the newest review of a programme's mode decided."""
    if entry is None:
        return ""
    day = formats.day(datetime.fromisoformat(entry["recorded_at"]))
    outcome = render(f"page.right.outcome.{entry['payload']['outcome']}")
    return render("page.right.reviewed", day=day, outcome=outcome)


def draw_review(rows: list[Row]) -> None:
    """Let a leader or an owner record what a review of a mode decided."""
    if not rows or not recording.may_record("mode_reviewed"):
        return
    names = {row["programme_id"]: row["programme_name"] for row in rows}
    with st.expander(render("page.right.review")), st.form("review", border=False):
        programme = st.selectbox(
            render("page.right.column.programme"),
            list(names),
            format_func=lambda code: names.get(code) or code,
        )
        outcome = st.radio(
            render("page.right.review.outcome"),
            OUTCOMES,
            format_func=lambda code: render(f"page.right.outcome.{code}"),
            horizontal=True,
        )
        why = st.text_input(render("page.right.review.reason"))
        if st.form_submit_button(render("page.right.review.record")):
            payload = {"outcome": outcome}
            keep("mode_reviewed", programme, payload, why)


def draw_uncategorised(context: PageContext, rows: list[Row]) -> None:
    """Let an owner say what an uncategorised programme is for: choose, then save."""
    found = right_mode.listed(rows, right_mode.NO_CATEGORY)
    st.header(render("page.right.categorise"), anchor=False)
    if not found:
        st.markdown(render("page.right.categorise.none"))
        return
    st.markdown(render("page.right.categorise.how"))
    if not recording.may_record("programme_category"):
        st.markdown(render("page.right.categorise.role"))
        return
    names = {row["programme_id"]: row["programme_name"] for row in found}
    known = recording.latest("programme_category")
    labels = {
        slug: label
        for slug, label in context.categories.items()
        if slug != right_mode.UNCLASSIFIED
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        programme = st.selectbox(
            render("page.right.column.programme"),
            list(names),
            format_func=lambda code: names.get(code) or code,
            key="uncategorised",
        )
        category = st.selectbox(
            render("page.right.column.category"),
            list(labels),
            format_func=lambda slug: labels.get(slug, slug),
            index=None,
            placeholder=render("page.right.categorise.choose"),
            key="new_category",
        )
        if st.button(render("page.right.categorise.save"), key="save_category"):
            if category is None:
                st.error(render("page.right.categorise.missing"))
            else:
                payload = {"outcome_category": category}
                keep("programme_category", programme, payload)
                known = recording.latest("programme_category")
    for code, entry in known.items():
        if code in names:
            slug = entry["payload"]["outcome_category"]
            st.caption(
                render(
                    "page.right.categorise.waiting",
                    programme=names[code] or code,
                    category=labels.get(slug, slug),
                )
            )


def page() -> None:
    context = current_context()
    programmes = queries.programmes(context.snapshot)
    category = context.selection.outcome_category
    if category != "all":
        programmes = programmes.filter(pl.col("outcome_category") == category)
    if programmes.is_empty():
        value_state.draw("no_data", render("page.right.nothing"))
        footer.draw(context)
        return
    rows = list(programmes.iter_rows(named=True))
    to_review = len(right_mode.listed(rows, right_mode.REVIEW))
    name = {0: "none", 1: "one"}.get(to_review, "many")
    finding = render(f"page.right.headline.{name}", count=to_review, total=len(rows))
    lead = render("page.right.review_is_no_verdict")
    html.draw_headline(finding, lead)
    left_out = context.selection.narrowed_by("business_unit", "region")
    draw_left_out(left_out, "page.right.whole")
    fit.draw_tiles(right_mode.tiles(rows, hours(context)))
    registry = kpis.registry(context.snapshot)
    headline = at_a_glance.headline_kpi(registry)
    kpi = registry.filter(pl.col("kpi_id") == headline).row(0, named=True)
    compared = comparisons.comparisons(
        context.snapshot, context.selection.trailing_quarters, context.quarter.end
    ).filter(pl.col("kpi_id") == headline)
    st.header(render("page.right.matrix"), anchor=False)
    note = render("page.right.matrix.note", kpi=kpi["kpi_name"])
    st.caption(f"{note} {render('page.right.matrix.dots')}")
    fit.draw_matrix(
        right_mode.rows(
            programmes,
            queries.usual_modes(context.snapshot),
            context.chosen_categories,
            compared,
            kpi,
        ),
        st.query_params.to_dict(),
        render("page.right.matrix"),
    )
    draw_list(context, rows)
    draw_uncategorised(context, rows)
    st.header(render("page.right.reference"), anchor=False)
    st.markdown(render("page.right.reference.what"))
    st.markdown(
        "\n".join(
            f"- {render(f'page.right.exception.{name}')}"
            for name in right_mode.EXCEPTIONS
        )
    )
    st.markdown(render("page.right.reference.change"))
    draw_adoption(context, programmes)
    footer.draw(context)


page()
