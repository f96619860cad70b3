"""The entrypoint: what every page shares (navigation, filters), and nothing else."""

import streamlit as st

from dashboards.components import empty, filters, footer
from dashboards.components.frame import Frame, lay, showing
from dashboards.queries import Snapshot, catalogue, current_snapshot, kpis
from dashboards.queries import snapshot as about_it
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
            default=place == 0,
            help=render(f"page.{name}.help"),
        )
        for place, (name, icon) in enumerate(ICONS.items())
    ]


def framed(snapshot: Snapshot) -> Frame | None:
    """Draw the filters and return the frame; None where there are no numbers."""
    about, quarter = about_it.about(snapshot), about_it.reviewed_quarter(snapshot)
    if quarter is None:
        return None
    with st.sidebar:
        selection = filters.draw(snapshot)
    return Frame(
        snapshot,
        about,
        quarter,
        selection,
        kpis.published_cubes(snapshot),
        catalogue.categories(snapshot),
    )


def show(page: st.Page) -> None:
    """Show a page, or in words why there is nothing to show."""
    home = Home.from_environment()
    try:
        snapshot = current_snapshot(home)
        if snapshot is None:
            empty.nothing_published(home)
            return
        frame = framed(snapshot)
        if frame is None:
            empty.no_numbers()
            return
        lay(frame)
        showing(frame)
        footer.lateness(frame, Settings.load(home).vars["late_after_days"])
        page.run()
    except TandemError as error:
        empty.unreadable(error)


st.set_page_config(page_title=render("page.title"), page_icon="📊", layout="wide")
chosen = st.navigation(pages())
st.title(chosen.title, anchor=False)
show(chosen)
