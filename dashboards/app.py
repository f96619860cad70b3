"""The entrypoint: navigation and filters, which every page shares."""

import streamlit as st

from dashboards.components import empty_states, filters, footer
from dashboards.components.page_context import (
    PageContext,
    draw_selection,
    store_context,
)
from dashboards.queries import Snapshot, catalogue, current_snapshot, kpis
from dashboards.queries import snapshot as snapshot_queries
from tandem.core.errors import TandemError
from tandem.core.files import Home
from tandem.core.settings import Settings
from tandem.core.wording import render

ICONS = {
    "at_a_glance": ":material/dashboard:",
    "compare_modes": ":material/balance:",
    "data_and_definitions": ":material/menu_book:",
}


def pages() -> list[st.Page]:
    """Return the pages in the order of the menu; the first is the default."""
    return [
        st.Page(
            f"app_pages/{name}.py",
            title=render(f"page.{name}.title"),
            icon=icon,
            url_path=name.replace("_", "-"),
            default=position == 0,
            help=render(f"page.{name}.help"),
        )
        for position, (name, icon) in enumerate(ICONS.items())
    ]


def page_context(snapshot: Snapshot) -> PageContext | None:
    """Draw the filters and return the page context; None where there are no numbers."""
    about = snapshot_queries.snapshot_info(snapshot)
    quarter = snapshot_queries.reviewed_quarter(snapshot)
    if quarter is None:
        return None
    with st.sidebar:
        selection = filters.draw(snapshot)
    return PageContext(
        snapshot,
        about,
        quarter,
        selection,
        kpis.published_cubes(snapshot),
        catalogue.categories(snapshot),
    )


def show(page: st.Page) -> None:
    """Show a page, or a message that explains why there is nothing to show."""
    home = Home.from_environment()
    try:
        snapshot = current_snapshot(home)
        if snapshot is None:
            empty_states.nothing_published(home)
            return
        context = page_context(snapshot)
        if context is None:
            empty_states.no_numbers()
            return
        store_context(context)
        draw_selection(context)
        footer.draw_late_sources(context, Settings.load(home).vars["late_after_days"])
        page.run()
    except TandemError as error:
        empty_states.unreadable(error)


st.set_page_config(page_title=render("page.title"), page_icon="📊", layout="wide")
chosen = st.navigation(pages())
st.title(chosen.title, anchor=False)
show(chosen)
