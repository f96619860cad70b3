"""What do I take to the quarterly review?"""

from datetime import date, datetime

import polars as pl
import streamlit as st

from dashboards import formats, recording
from dashboards.components import (
    footer,
    html,
    query_parameters,
    review_decisions,
    review_files,
)
from dashboards.components.page_context import PageContext, current_context
from dashboards.frozen_quarters import FrozenQuarter, frozen_quarters
from dashboards.presenters import decisions as cards
from dashboards.presenters import review_pack
from dashboards.presenters.programme_verdicts import class_words
from dashboards.presenters.review_pack import LEFT_OUT, MARKS, READY, Material, Slide
from dashboards.queries import catalogue, kpis, review
from dashboards.queries import decisions as open_decisions
from dashboards.queries import snapshot as snapshot_queries
from dashboards.recording import Row
from dashboards.review_pack.slides import handoffs, load, next_steps, scorecard
from dashboards.review_pack.source import YEAR, Source
from dashboards.selection import ALL
from tandem.core.corrections import COHORT_MODE, PROGRAMME_CATEGORY
from tandem.core.files import Home
from tandem.core.restatements import NAMED, Restatement, restatements
from tandem.core.roles import LEADER
from tandem.core.wording import render

QUARTER, AUDIENCE = "review", "audience"
JUDGED = (handoffs, load, scorecard, next_steps)  # slides that judge themselves
CHIPS = {READY: "td-is-better", LEFT_OUT: ""}


def choose(context: PageContext) -> tuple[str, date, str]:
    """Draw the two choices; return quarter, its last day, and unit or `all`."""
    found = review.quarters(context.snapshot, YEAR)
    ends = dict(found.iter_rows()) or {context.quarter.label: context.quarter.end}
    start = context.about.fiscal_year_start_month
    quarters = {label: formats.quarter(label, start) for label in ends}
    own = context.quarter.label if context.quarter.label in ends else None
    units = [ALL, *catalogue.business_units(context.snapshot)]
    audiences = {unit: review_pack.audience_words(unit) for unit in units}
    left, right = st.columns(2)
    with left:
        label = render("review.quarter")
        quarter = query_parameters.choose(QUARTER, label, quarters, own)
    with right:
        label = render("review.audience")
        unit = query_parameters.choose(AUDIENCE, label, audiences)
    st.caption(render("review.follows"))
    return quarter, ends[quarter], unit


def source_of(
    context: PageContext, quarter: str, end: date, unit: str, kept: list[Row]
) -> Source:
    """Return what the slides are made of: the file that the pages read."""
    return Source(
        context.snapshot,
        context.about,
        quarter,
        end,
        unit,
        LEADER,
        kpis.registry(context.snapshot),
        context.categories,
        "",
        tuple(kept),
        (),
        tuple(recording.entries("scorecard_judgement")),
        {},
    )


def material(source: Source, proposed: int) -> Material:
    """Return what the slides show, for the four quarters of a pack."""
    snapshot, end = source.snapshot, source.end
    return Material(
        source.registry,
        kpis.cells(snapshot, source.cut, YEAR, end),
        source.compared,
        review.categorised(snapshot),
        proposed,
        list(source.decisions),
        snapshot_queries.accepted_warnings(snapshot).height,
        {slide.NUMBER: slide.judged(source) for slide in JUDGED},
    )


def open_count(proposed: pl.DataFrame) -> int:
    """Return how many proposed decisions nobody has dismissed."""
    dismissed = cards.dismissed_reasons(recording.latest("decision_dismissed"))
    return len(cards.decisions_view(proposed, ALL, dismissed).here)


def slide_markup(slide: Slide) -> str:
    """Return one slide of the list as HTML."""
    number = render("review.annex") if slide.number == "a" else slide.number
    chip = CHIPS.get(slide.state, "td-is-care")
    return (
        f'<li class="td-slide td-is-{slide.state}"><span class="td-slide-number">'
        f"{html.text(number)}</span><div><h3>{html.text(slide.title)}</h3>"
        f"<p>{html.text(slide.reason)}</p></div>"
        f'<span class="td-chip {chip}"><span aria-hidden="true">{MARKS[slide.state]}'
        f"</span>{html.text(slide.label)}</span></li>"
    )


def draw_slides(slides: list[Slide]) -> None:
    """Draw which slides can be made, with the reason of each."""
    st.header(render("review.slides"), anchor=False)
    count = {state: sum(slide.state == state for slide in slides) for state in MARKS}
    st.markdown(render("review.slides_line", **count))
    rows = "".join(map(slide_markup, slides))
    html.draw(f'<ul class="td-slides">{rows}</ul>')


def draw_commentary(context: PageContext, quarter: str) -> None:
    """Draw the commentary of a quarter, in a box where the reader may write it."""
    st.header(render("review.commentary"), anchor=False)
    saved = recording.latest("review_commentary").get(quarter)
    text = saved["payload"]["text"] if saved else ""
    if saved and not review_decisions.readable(context, {quarter: saved}):
        # Without a form as well: saving would replace what the reader cannot read.
        st.markdown(render("review.commentary_closed"))
        return
    if recording.may_record("review_commentary"):
        with st.form(f"commentary_{quarter}", border=False):
            written = st.text_area(
                render("review.commentary_label"),
                text,
                height=160,
                max_chars=2000,
                key=f"commentary_text_{quarter}",
                help=render("review.no_names"),
            )
            if st.form_submit_button(render("review.save")):
                review_decisions.save(
                    "review_commentary", quarter, {"text": written.strip()}
                )
                saved = recording.latest("review_commentary").get(quarter)
    elif text:
        html.draw(f"<p>{html.text(text)}</p>")
    if saved is None:
        st.caption(render("review.commentary_none"))
        return
    st.caption(saved_words(saved))


def saved_words(entry: Row) -> str:
    """Return when and in which role an entry was saved."""
    return render(
        "review.saved",
        role=review_pack.role_words(entry["role"]),
        day=formats.day(datetime.fromisoformat(entry["recorded_at"])),
    )


def draw_frozen(context: PageContext) -> None:
    """List the quarters that are kept for ever."""
    st.header(render("review.frozen"), anchor=False)
    found = frozen_quarters(Home.from_environment())
    if not found:
        st.markdown(render("review.frozen_none"))
        return
    start = context.about.fiscal_year_start_month
    restated = {one.quarter: one for one in restatements(Home.from_environment())}
    words = [
        frozen_words(one, start)
        + restated_words(context, restated.get(one.quarter), one.snapshot_id)
        for one in found
    ]
    items = "".join(f"<li>{html.text(each)}</li>" for each in words)
    html.draw(f'<ul class="td-list">{items}</ul>')


def frozen_words(frozen: FrozenQuarter, start: int) -> str:
    """Return when a quarter was frozen and by whom, and what it restates.

    Args:
        frozen: one freezing.
        start: month in which the fiscal year starts.
    """
    words = render(
        "review.frozen_one" if frozen.is_on_disk else "review.frozen_gone",
        quarter=formats.quarter(frozen.quarter, start),
        snapshot=frozen.snapshot_id,
        day=formats.day(datetime.fromisoformat(frozen.frozen_at)),
        role=review_pack.role_words(frozen.role),
    )
    if not frozen.restates:
        return words
    why = render(
        "review.frozen_restates", snapshot=frozen.restates, reason=frozen.reason
    )
    return f"{words} {why}"


def restated_words(
    context: PageContext, found: Restatement | None, frozen_id: str
) -> str:
    """Return how the current snapshot shows a kept quarter; "" where it is the same."""
    if found is None or found.frozen_id != frozen_id:
        return ""
    named = [
        render(
            "review.restated_label",
            subject=one.subject_id,
            before=label_words(context, one.kind, one.before),
            after=label_words(context, one.kind, one.after),
        )
        for one in found.relabels[:NAMED]
    ]
    rest = len(found.relabels) - NAMED
    if rest > 0:
        named.append(render("review.restated_more", count=rest))
    words = render(
        "review.restated",
        changed=formats.count(found.changed_count),
        count=formats.count(found.figure_count),
        labels="; ".join(named),
    )
    return f" {words}"


def label_words(context: PageContext, kind: str, label: str | None) -> str:
    """Return the words of a label that the journal corrects."""
    if label is None:
        return render("review.no_label")
    if kind == PROGRAMME_CATEGORY:
        return context.categories.get(label, label)
    if kind == COHORT_MODE:
        return render(f"mode.{label}")
    return class_words(label)


def page() -> None:
    context = current_context()
    quarter, end, unit = choose(context)
    proposed = open_decisions.decisions(context.snapshot)
    left, right = st.columns([1.62, 1], gap="large")
    with right:
        review_decisions.draw_saved()
        draw_commentary(context, quarter)
        review_decisions.draw(context, quarter, proposed)
    with left:
        payloads = [
            entry["payload"] for entry in review_decisions.kept(quarter).values()
        ]
        source = source_of(context, quarter, end, unit, payloads)
        found = material(source, open_count(proposed))
        draw_slides(review_pack.slides(found))
        review_files.draw(context, quarter, unit)
    draw_frozen(context)
    footer.draw(context)


page()
