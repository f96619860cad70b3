"""How did our programmes do in this period, and what needs a decision?"""

import polars as pl

from dashboards import formats
from dashboards.components import (
    decisions,
    footer,
    html,
    like_for_like,
    reversal,
    review_decisions,
    tiles,
)
from dashboards.components.links import href, permalink
from dashboards.components.opening import (
    compared,
    glance,
    leads_words,
    quarter_words,
)
from dashboards.components.page_context import PageContext, current_context
from dashboards.presenters import at_a_glance, reversals, verdicts
from dashboards.presenters import decisions as decision_cards
from dashboards.presenters import like_for_like as pairs
from dashboards.presenters.at_a_glance import GlanceView
from dashboards.presenters.decisions import Decisions
from dashboards.presenters.tiles import Tile, half_words
from dashboards.queries import curves, kpis, waterfall
from dashboards.queries import decisions as open_decisions
from dashboards.queries import snapshot as snapshots
from dashboards.selection import ALL, other_lengths
from tandem.core.wording import plural_key, render

SPELT = {"xapi": "xAPI"}  # sources whose names are not spelt with one capital


def only_mode_markup(context: PageContext, kpi_id: str, mode: str) -> str:
    """Return why nothing is compared, and the headline of each category, as HTML."""
    length, end = context.selection.trailing_quarters, context.quarter.end
    cut = context.cut("outcome_category")
    cells = kpis.cells(context.snapshot, cut, length, end).filter(
        (pl.col("kpi_id") == kpi_id)
        & pl.col("outcome_category").is_in(list(context.chosen_categories))
    )
    rows = [
        (context.categories[row["outcome_category"]], row)
        for row in cells.iter_rows(named=True)
    ]
    why = render(f"page.compare.only.{mode}")
    return like_for_like.rates_markup(rows, why, kpi_id)


def headline(context: PageContext, view: GlanceView, leads: str, count: str) -> str:
    """Return the headline, what changed and how well people are known, as HTML."""
    lead = " ".join(part for part in (view.change, count) if part)
    leads = f" <em>{html.text(leads)}</em>" if leads else ""
    return (
        f'<p class="td-meta"><span>{html.text(known_words(context))}</span>'
        f'<a href="{html.text(href("data_and_definitions"))}" target="_self">'
        f"{html.text(render('page.glance.missing'))}</a></p>"
        f'<h2 class="td-headline">{html.text(view.finished)}{leads}</h2>'
        f'<p class="td-lead">{html.text(lead)}</p>{cut_note(context)}'
    )


def known_words(context: PageContext) -> str:
    """Return how recent the data are, and how many people each source knows."""
    found = snapshots.sources(context.snapshot).drop_nulls("matched_share")
    parts = [
        f"{SPELT.get(name, name.capitalize())} {formats.percent(share)}"
        for name, share in found.select("source", "matched_share").iter_rows()
    ]
    words = render("page.glance.data_to", day=formats.day(context.about.as_of))
    if not parts:
        return words
    return f"{words} · {render('page.glance.known', sources=', '.join(parts))}"


def cut_note(context: PageContext) -> str:
    """Return which cut is shown where the choice has none, and where it has one."""
    notes = []
    selection = context.selection
    if context.cut().left_out:
        shown = shown_words(context, "page.glance.nearest_all")
        notes.append(render("page.glance.nearest", shown=shown))
        lengths = other_lengths(selection, context.cuts, context.quarter.end)
        if lengths:
            words = [render(f"page.filter.window.{length}") for length in lengths]
            notes.append(render("page.glance.other_lengths", lengths=", ".join(words)))
    newest = snapshots.reviewed_quarter(context.snapshot)
    link = ""
    if newest != context.quarter:
        shown = quarter_words(context, context.quarter.label)
        notes.append(render("page.glance.earlier_quarter", quarter=shown))
        address = href("at_a_glance", quarter=newest.label)
        words = html.text(render("page.glance.to_newest"))
        link = f' <a href="{html.text(address)}" target="_self">{words}</a>'
    if not notes:
        return ""
    return f'<p class="td-note">{html.text(" ".join(notes))}{link}</p>'


def details(context: PageContext, view: GlanceView) -> dict[str, str]:
    """Return for each tile with a value how it came about, as HTML."""
    length, end = context.selection.trailing_quarters, context.quarter.end
    steps = waterfall.waterfall(context.snapshot, length, end)
    is_whole = context.cut().cube == "all"
    about = {
        "organisation": context.about.organisation_name,
        "period": context.window,
        "choices": shown_words(context, "page.showing.everything"),
    }
    address = permalink(quarter=context.quarter.label)

    def one(tile: Tile) -> str:
        rows = at_a_glance.steps_words(steps, tile.kpi_id) if is_whole else []
        key = "rounded" if rows else ("none" if is_whole else "narrowed")
        note = render(f"tile.how.{key}", k=context.about.k)
        if tile.name == "time":
            curve = curves.finished_by_day(
                context.snapshot, context.selection.outcome_category
            )
            half = half_words(curve.filter(pl.col("delivery_mode") == ALL))
            note = f"{half} {note}".strip()
        sentence = at_a_glance.quote(tile, about)
        return tiles.steps(rows, note, sentence, address)

    return {tile.name: one(tile) for tile in view.tiles if not tile.state}


def shown_words(context: PageContext, everything: str) -> str:
    """Return which choices the cut keeps, in words.

    Args:
        context: of the page.
        everything: a key of the wording, for a cut that keeps none.
    """
    cut = context.cut()
    category = context.categories.get(cut.outcome_category, "")
    places = [name for name in (cut.business_unit, cut.region) if name != ALL]
    return ", ".join(filter(None, [category, *places])) or render(everything)


def pending(context: PageContext) -> Decisions:
    """Return the decisions that the choice concerns."""
    return decision_cards.decisions_view(
        open_decisions.decisions(context.snapshot),
        context.selection.outcome_category,
        decisions.dismissed(),
    )


def open_words(context: PageContext) -> str:
    """Return how many decisions of reviews are still open, with a link, as HTML."""
    count = len(review_decisions.older_open(context))
    if not count:
        return ""
    words = html.text(render(plural_key("review.kept_open", count), number=count))
    go = html.text(render("review.kept_open.go"))
    address = html.text(href("review_pack"))
    return f'{words} <a href="{address}" target="_self">{go} →</a>'


def page() -> None:
    context = current_context()
    selection = context.selection
    registry = kpis.registry(context.snapshot)
    first = at_a_glance.headline_kpi(registry)
    headline_row = registry.filter(pl.col("kpi_id") == first).row(0, named=True)
    found = compared(context, first)
    categories = context.chosen_categories
    like = pairs.like_for_like(found, categories, headline_row)
    view = glance(context, registry)
    waiting = pending(context)
    count = decision_cards.count_words(waiting, is_narrowed=not selection.is_default)
    only = verdicts.only_mode(found)
    leads = leads_words(only, like)
    html.draw(headline(context, view, leads, count))
    tiles.draw(view.tiles, details(context, view))
    scope = categories if selection.outcome_category != ALL else context.scope
    reversed_lead = reversals.main_reversal(found, scope, headline_row)
    is_elsewhere = {selection.business_unit, selection.region} != {ALL}
    note = render("page.glance.whole") if is_elsewhere else ""
    left = (
        only_mode_markup(context, first, only)
        if only
        else like_for_like.markup(like, first)
    )
    right = decisions.markup(
        waiting, note, open_words(context)
    ) + reversal.short_markup(reversed_lead, first)
    html.draw(
        f"<div>{left}</div><div>{right}</div>", css_class="td-columns td-glance-below"
    )
    like_for_like.draw_table(like)
    decisions.draw_dismissing(waiting)
    rounded = [render("format.sentence", words=text) for text in view.notes]
    tiles_note = " ".join([render("page.glance.tiles_note"), *rounded])
    html.draw(f'<p class="td-hint">{html.text(tiles_note)}</p>')
    footer.draw(context)


page()
