"""What every page needs: the current snapshot and what the reader chose.

The entrypoint stores the context once per rerun and pages read it from the session, so
that a page and its filters always use the same snapshot.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from dashboards import formats
from dashboards.queries import Snapshot
from dashboards.queries.snapshot import Quarter, SnapshotInfo
from dashboards.selection import (
    ALL,
    Cut,
    PublishedCut,
    Selection,
    cubes_of,
    nearest_cut,
)
from tandem.core.wording import render

KEY = "page_context"


@dataclass(frozen=True)
class PageContext:
    """What a page reads.

    Attributes:
        snapshot: the published file.
        about: the snapshot's description of itself.
        quarter: under review.
        selection: what the reader chose.
        cuts: that are published.
        categories: slug -> label.
        shows: wording key of what the page is about whatever is chosen; else empty.
        has_filters: whether the filters change what the page shows.
    """

    snapshot: Snapshot
    about: SnapshotInfo
    quarter: Quarter
    selection: Selection
    cuts: frozenset[Cut]
    categories: dict[str, str]
    shows: str = ""
    has_filters: bool = True

    def cut(self, by: str = "") -> PublishedCut:
        """Return the nearest published cut of the choice, by one dimension or none."""
        length, end = self.selection.trailing_quarters, self.quarter.end
        return nearest_cut(self.selection, cubes_of(self.cuts, length, end), by)

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

    @property
    def chosen_categories(self) -> dict[str, str]:
        """Words for the categories that the choice concerns."""
        chosen = self.selection.outcome_category
        return {c: w for c, w in self.categories.items() if chosen in {ALL, c}}


def store_context(context: PageContext) -> None:
    """Keep the context for the pages of this rerun."""
    st.session_state[KEY] = context


def current_context() -> PageContext:
    """Return the context that the entrypoint stored."""
    return st.session_state[KEY]


def selection_words(context: PageContext) -> str:
    """Return the line that states what all numbers of a page are about.

    Of a page without filters that is the organisation alone.
    """
    if not context.has_filters:
        return context.about.organisation_name
    return render(
        "page.showing",
        organisation=context.about.organisation_name,
        period=context.window,
        choices=render(context.shows) if context.shows else _choices(context),
    )


def _choices(context: PageContext) -> str:
    chosen = (
        context.categories.get(context.selection.outcome_category, ""),
        _name_unless_all(context.selection.business_unit),
        _name_unless_all(context.selection.region),
    )
    return ", ".join(filter(None, chosen)) or render("page.showing.everything")


def draw_selection(context: PageContext) -> None:
    """Write the line that states what all numbers below are about."""
    words = selection_words(context)
    if not context.has_filters:
        organisation = context.about.organisation_name
        words = render("page.showing.no_filters", organisation=organisation)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words, width="content")
        if context.about.is_sample:
            note = render("page.sample_note")
            st.badge(note, icon=":material/science:", color="gray")


def _name_unless_all(name: str) -> str:
    return "" if name == ALL else name


def draw_left_out(names: Iterable[str], key: str = "page.left_out") -> None:
    """Write which of the filters that are set do not change the numbers.

    Args:
        names: of the filters; nothing is written where there are none.
        key: of the sentence.
    """
    if what := " / ".join(render(f"page.left_out.{name}") for name in names):
        st.info(render(key, what=what), icon=":material/filter_alt_off:")
