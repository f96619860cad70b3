"""The entrypoint: navigation and filters, which every page shares."""

import streamlit as st

from dashboards import access, formats, reader, sign_in
from dashboards.components import (
    empty_states,
    filters,
    footer,
    html,
    language,
    query_parameters,
)
from dashboards.components.page_context import (
    PageContext,
    draw_selection,
    store_context,
)
from dashboards.pages import PAGES, PageEntry
from dashboards.queries import (
    Snapshot,
    SnapshotOutdated,
    catalogue,
    current_snapshot,
    kpis,
)
from dashboards.queries import snapshot as snapshot_queries
from tandem.core.errors import TandemError
from tandem.core.files import Home
from tandem.core.settings import Settings
from tandem.core.wording import render, set_language_source

QUARTER = "quarter"  # query parameter of a link that keeps its quarter


SIDEBAR_WIDTH = 240  # pixels; Streamlit's own leaves too little room for tables


def menu() -> list[st.Page]:
    """Return the pages in the order of the menu; the first is the default."""
    return [
        st.Page(
            entry.path,
            title=render(f"page.{entry.name}.title"),
            icon=entry.icon,
            url_path=entry.url_path,
            default=position == 0,
            help=render(f"page.{entry.name}.help"),
            visibility=(
                "visible"
                if entry.is_in_menu and reader.may_open(entry.roles)
                else "hidden"
            ),
        )
        for position, entry in enumerate(PAGES)
    ]


def page_context(snapshot: Snapshot, entry: PageEntry) -> PageContext | None:
    """Draw the filters and return the page context; None where there are no numbers."""
    about = snapshot_queries.snapshot_info(snapshot)
    named = st.query_params.get(QUARTER, "")
    quarter = snapshot_queries.quarter_to_show(snapshot, named)
    if quarter is None:
        return None
    if entry.has_filters:
        with st.sidebar:
            selection = filters.draw(snapshot)
    else:
        selection = filters.keep()
    return PageContext(
        snapshot,
        about,
        quarter,
        selection,
        kpis.published_cuts(snapshot),
        catalogue.categories(snapshot),
        entry.shows,
        entry.has_filters,
    )


def show(page: st.Page) -> None:
    """Show a page, or a message that explains why there is nothing to show."""
    home = Home.from_environment()
    try:
        snapshot = current_snapshot(home, reader.current_reader().business_unit)
        if snapshot is None:
            empty_states.nothing_published(home)
            return
        entry = entry_of(page)
        context = page_context(snapshot, entry)
        if context is None:
            empty_states.no_numbers()
            return
        settings = Settings.load(home)
        currency = context.about.currency or settings.currency
        formats.set_organisation(settings.locale, currency)
        store_context(context)
        draw_selection(context)
        footer.draw_late_sources(context, settings.vars["late_after_days"])
        page.run()
        access.note_page(entry.url_path, snapshot.snapshot_id)
    except SnapshotOutdated as error:
        empty_states.outdated(error)
    except TandemError as error:
        empty_states.unreadable(error)


def admit() -> bool:
    """Find out who reads; write why nobody may, and return whether somebody may."""
    try:
        refusal = sign_in.admit(Settings.load(Home.from_environment()))
    except TandemError as error:
        st.title(render("page.title"), anchor=False)
        empty_states.unreadable(error)
        return False
    if refusal is not None:
        st.title(render("page.title"), anchor=False)
        sign_in.draw_refusal(refusal)
    return refusal is None


def entry_of(page: st.Page) -> PageEntry:
    """Return the line of a page in PAGES; the URL of the default one has no path."""
    url_path = page.url_path or PAGES[0].url_path
    return next(entry for entry in PAGES if entry.url_path == url_path)


query_parameters.follow_history()
language.begin()
set_language_source(language.current)
st.set_page_config(
    page_title=render("page.title"),
    page_icon="📊",
    layout="wide",
    initial_sidebar_state=SIDEBAR_WIDTH,
)
html.draw_styles()
if admit():
    chosen = st.navigation(menu())
    st.title(chosen.title, anchor=False)
    if reader.may_open(entry_of(chosen).roles):
        show(chosen)
    else:
        empty_states.not_allowed()
    language.draw()
    if reader.is_signed_in():
        sign_in.draw_return()
        with st.sidebar:
            sign_in.draw_sign_out()
else:
    # All pages, none of which is run: Streamlit answers the URL of a page that it does
    # not know with a message "Page not found", in front of the refusal.
    st.navigation(menu(), position="hidden")
    language.draw()
