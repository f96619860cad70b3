"""The global filters: drawn by the entrypoint, kept in the URL of the page.

Values are plain strings in query parameters, so that a link keeps the choice. An
unknown value falls back to the default. A filter with fewer than two options is not
drawn.
"""

import streamlit as st

from dashboards.components import query_parameters
from dashboards.queries import Snapshot, catalogue
from dashboards.selection import ALL, Selection
from tandem.core.readers import EVERY_UNIT
from tandem.core.wording import render

WINDOWS = ("1", "4", "8")
PERIOD, CATEGORY, UNIT, REGION = "quarters", "category", "unit", "location"
DEFAULTS = {PERIOD: "4", CATEGORY: ALL, UNIT: ALL, REGION: ALL}


def keep() -> Selection:
    """Keep what is chosen for other pages; return that nothing is chosen here."""
    for key in DEFAULTS:
        query_parameters.keep(key)
    return Selection()


def draw(snapshot: Snapshot) -> Selection:
    """Draw the filters that this snapshot offers and return what is chosen."""
    labels = catalogue.categories(snapshot)
    windows = {count: render(f"page.filter.window.{count}") for count in WINDOWS}
    selection = Selection(
        int(_control("period", windows, PERIOD)),
        _choice("category", list(labels), CATEGORY, labels),
        _choice(
            "business_unit",
            catalogue.business_units(snapshot),
            UNIT,
            fewest=2 if snapshot.business_unit == EVERY_UNIT else 1,
        ),
        _choice("region", catalogue.regions(snapshot), REGION),
    )
    if not selection.is_default:
        st.button(render("page.filter.reset"), on_click=_reset, key="reset")
    return selection


def _choice(
    name: str,
    options: list[str],
    key: str,
    labels: dict[str, str] | None = None,
    fewest: int = 2,
) -> str:
    if len(options) < fewest:
        return ALL
    plural = {"category": "categories"}.get(name, f"{name}s")
    words = {ALL: render(f"page.filter.all_{plural}"), **(labels or {})}
    return _control(
        name, {code: words.get(code, code) for code in (ALL, *options)}, key
    )


def _control(name: str, words: dict[str, str], key: str) -> str:
    label = render(f"page.filter.{name}")
    return query_parameters.choose(key, label, words, DEFAULTS[key])


def _reset() -> None:
    for key, default in DEFAULTS.items():
        if key in st.session_state:
            st.session_state[key] = default
