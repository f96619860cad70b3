"""Every page opens in every situation and states it in words."""

import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import pages
from tandem.core.files import Home, replace_text
from tandem.core.wording import render
from tests.dashboards.opened import Open
from tests.dashboards.published import SITUATIONS, make_published

PAGES = tuple(entry.name for entry in pages.PAGES)
CAPTION = re.compile(r'<caption class="td-hidden-text">(.*?)</caption>')


def words_on(test: AppTest) -> str:
    """All text of a page, with its tables and captions."""
    said = [
        element.value
        for kind in ("title", "header", "subheader", "markdown")
        for element in test.get(kind)
    ]
    said += [element.value for element in [*test.caption, *test.info]]
    said += [unescape(drawn.proto.body) for drawn in test.get("html")]
    return " ".join(str(word) for word in said)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("situation", [*SITUATIONS, None])
def test_every_page_opens_in_every_situation(
    open_page: Open, situation: str | None, page: str
):
    test = open_page(situation, page)
    assert list(test.exception) == []
    assert [title.value for title in test.title] == [render(f"page.{page}.title")]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("situation", ["three_modes", "one_mode", "hidden"])
def test_every_chart_has_alt_text_and_a_table_below(
    open_page: Open, situation: str, page: str
):
    test = open_page(situation, page)
    drawn = "".join(element.proto.body for element in test.get("html"))
    tables = {unescape(title) for title in CAPTION.findall(drawn)}
    for chart in test.get("plotly_chart"):
        assert any(letter.isdigit() for letter in chart.proto.alt)
        assert chart.proto.alt in tables


@pytest.mark.parametrize("page", PAGES)
def test_every_page_ends_with_the_date_of_the_data(open_page: Open, page: str):
    assert "Data up to 1 Apr 2026" in words_on(open_page("three_modes", page))


def test_with_one_mode_the_page_states_why_nothing_is_compared(open_page: Open):
    test = open_page("one_mode", "compare_modes")
    words = words_on(test)
    drawn = "".join(element.proto.body for element in test.get("html"))
    assert '<h2 class="td-headline">Not compared: all self-paced.' in drawn
    assert "Only one mode was used for All categories; nothing to compare." in words
    assert words.count("Only Self-paced was used: nothing to compare.") == 4
    assert render("page.compare.one_mode_help") in words


@pytest.mark.parametrize(
    ("pair", "state", "code"),
    [
        ("sync-async", "clear_difference", None),
        ("sync-async", "no_clear_difference", None),
        ("sync-async", "with_care", None),
        ("sync-async", "cannot_compare", "not_comparable_no_overlap"),
        ("hybrid-async", "cannot_compare", "not_comparable_definition"),
        ("hybrid-async", "cannot_compare", "insufficient_programmes"),
        ("sync-hybrid", "still_running", "immature"),
        ("sync-hybrid", "hidden", "suppressed"),
        ("sync-hybrid", "too_small_to_matter", None),
    ],
)
def test_each_state_of_a_comparison_has_words_on_the_page(
    open_page: Open, pair: str, state: str, code: str | None
):
    test = open_page("three_modes", "compare_modes")
    test.button_group(key="modes").set_value(pair).run()
    words = words_on(test)
    assert render(f"state.{state}.label") in words
    if code is not None:
        assert render(f"page.next.{code}") in words


def test_a_snapshot_without_numbers_shows_what_to_do(open_page: Open):
    assert render("page.empty.title") in words_on(open_page("empty"))


def test_before_the_first_publish_the_page_names_the_command(open_page: Open):
    words = words_on(open_page(None))
    assert render("page.none.title") in words
    assert "tandem run" in words


def test_a_damaged_pointer_gives_a_message(open_page: Open, home: Home):
    replace_text(home.pointer, "{")
    test = open_page(None)
    assert [header.value for header in test.header] == [render("page.broken.title")]


def test_a_new_snapshot_is_shown_after_the_next_rerun(open_page: Open, home: Home):
    test = open_page("three_modes", "data_and_definitions")
    make_published(home, SITUATIONS["one_mode"], "b2")
    test.run()
    assert "b2" in words_on(test)


OF_ONE_PROGRAMME = (
    "Showing Meridian Foods, the 4 quarters to 31 Mar 2026 (Q1 2026): one programme."
)
IN_LEADERSHIP = (
    "Showing Meridian Foods, the 4 quarters to 31 Mar 2026 (Q1 2026):"
    " Leadership and behaviour change."
)


def test_a_filter_in_the_url_is_applied(open_page: Open):
    test = open_page("three_modes", category="leadership")
    assert test.caption[0].value == IN_LEADERSHIP


WITHOUT = [entry.name for entry in pages.PAGES if not entry.has_filters]


@pytest.mark.parametrize("page", PAGES[1:])
def test_a_choice_is_kept_when_the_page_changes(open_page: Open, page: str):
    test = open_page("three_modes")
    test.selectbox(key="category").set_value("leadership").run()
    test.switch_page(f"app_pages/{page}.py").run()
    if page in WITHOUT:  # it outlives a second run of such a page as well
        test.run()
        assert "category" not in controls(test)
        test.switch_page("app_pages/compare_modes.py").run()
    if page == "programme":  # it is about one, whatever is chosen for the others
        assert test.caption[0].value == OF_ONE_PROGRAMME
        test.switch_page("app_pages/compare_modes.py").run()
    assert test.caption[0].value == IN_LEADERSHIP


def test_an_unknown_filter_in_the_url_falls_back_to_the_default(open_page: Open):
    test = open_page("three_modes", category="cookery")
    assert list(test.exception) == []
    assert "all programmes" in words_on(test)


def controls(test: AppTest) -> set[str | None]:
    return {box.key for box in test.selectbox}


@pytest.mark.parametrize("page", WITHOUT)
def test_filters_are_not_drawn_where_they_change_nothing(open_page: Open, page: str):
    test = open_page(page=page, category="leadership")
    assert not controls(test) & {"quarters", "category", "unit", "location"}
    said = [caption.value for caption in test.caption]
    assert any("The filters of the other pages change nothing here." in s for s in said)
