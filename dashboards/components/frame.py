"""What every page stands on: the snapshot in force and what the reader chose.

The entrypoint lays it once per rerun; pages take it from the session, so that a page
and its filters always speak of one snapshot.
"""

from dataclasses import dataclass

import streamlit as st

from dashboards import formats
from dashboards.queries import Snapshot
from dashboards.queries.snapshot import About, Quarter
from dashboards.selection import ALL, Place, Selection, nearest
from tandem.core.wording import render

KEY = "frame"


@dataclass(frozen=True)
class Frame:
    """The snapshot, the quarter under review, the choice, and words for categories."""

    snapshot: Snapshot
    about: About
    quarter: Quarter
    selection: Selection
    cubes: frozenset[str]
    categories: dict[str, str]

    def place(self, by: str = "") -> Place:
        """Return the nearest published cut of the choice, by one dimension or none."""
        return nearest(self.selection, self.cubes, by)

    @property
    def window(self) -> str:
        """The period in words: `the 4 quarters to 30 Jun 2026 (Q2 2026)`."""
        return render(
            f"page.showing.period.{self.selection.trailing_quarters}",
            end=formats.day(self.quarter.end),
            quarter=formats.quarter(
                self.quarter.label, self.about.fiscal_year_start_month
            ),
        )

    @property
    def scope(self) -> dict[str, str]:
        """Words for the categories, `all` among them."""
        return {ALL: render("page.filter.all_categories"), **self.categories}


def lay(frame: Frame) -> None:
    """Keep the frame for the pages of this rerun."""
    st.session_state[KEY] = frame


def frame() -> Frame:
    """Return what the entrypoint laid."""
    return st.session_state[KEY]


def showing(on: Frame) -> None:
    """Write the line that says what all numbers below speak of."""
    chosen = [
        name
        for name in (
            on.categories.get(on.selection.outcome_category, ""),
            on.selection.business_unit if on.selection.business_unit != ALL else "",
            on.selection.region if on.selection.region != ALL else "",
        )
        if name
    ]
    words = render(
        "page.showing",
        organisation=on.about.organisation_name,
        period=on.window,
        choices=", ".join(chosen) or render("page.showing.everything"),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words, width="content")
        if on.about.is_sample:
            note = render("page.sample_note")
            st.badge(note, icon=":material/science:", color="gray")


def left_out(place: Place, besides: str = "") -> None:
    """Say which filters the nearest published cut leaves out.

    Args:
        place: the cut.
        besides: a filter that the page keeps in another way.
    """
    names = [name for name in place.left_out if name != besides]
    if names:
        what = " / ".join(render(f"page.left_out.{name}") for name in names)
        st.info(render("page.left_out", what=what), icon=":material/filter_alt_off:")
