"""Data and definitions: can the numbers be trusted, and what do they mean?"""

import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.presenters import kpi_dictionary, states
from tandem.core.files import Home
from tandem.core.seeds import seed_rows
from tandem.core.wording import coverage, render
from tests.dashboards.opened import Open, html_on

PAGE = "data_and_definitions"
CODES = ("C03", "C07", "C00")


CELL = re.compile(r'<td data-label="([^"]*)">([^<]*)</td>')


def table_on(test: AppTest, first_column: str) -> list[dict[str, str]]:
    """Return the rows of the table whose first column has that heading."""
    first = render(first_column)
    drawn = [CELL.findall(row) for row in html_on(test).split("<tr>")[1:]]
    rows = [{unescape(k): unescape(v) for k, v in cells} for cells in drawn]
    found = [row for row in rows if next(iter(row), None) == first]
    assert found
    return found


def test_each_source_has_its_own_freshness_and_known_people(open_page: Open):
    rows = {row["Source"]: row for row in table_on(open_page(), "page.data.source")}
    assert rows["zoom"] == {
        "Source": "zoom",
        "State": "On time",
        "Data up to": "1 Apr 2026",
        "People known": "96%",
        "Records": "119,400",
        "Refused": "600",
        "Without a time": "12",
    }
    assert rows["lms"]["People known"] == "100%"
    assert rows["roster"]["State"] == "Plans, people or costs: no events"
    assert rows["roster"]["Records"] == "14,210 facts"
    assert rows["roster"]["Refused"] == "3"
    assert rows["roster"]["People known"] == render("page.data.source_no_people")


def test_a_late_source_is_said_in_words_with_its_mark(open_page: Open):
    test = open_page(situation="one_mode")
    rows = {row["Source"]: row for row in table_on(test, "page.data.source")}
    assert rows["zoom"]["State"] == states.words("late").short


@pytest.mark.parametrize("page", ["data_and_definitions", "review_pack", "oversight"])
def test_the_footer_gives_the_known_people_of_every_source(open_page: Open, page: str):
    captions = " ".join(c.value for c in open_page(page=page).caption)
    assert "people known to the organisation: lms 100%, zoom 96%" in captions


@pytest.mark.parametrize("page", ["at_a_glance", "review_pack", "data_and_definitions"])
def test_every_page_ends_with_the_contact_for_help(
    open_page: Open, home: Home, page: str
):
    home.root.mkdir(parents=True, exist_ok=True)
    settings = '[organisation]\ncontact = "Learning analytics desk"\n'
    home.settings.write_text(settings, encoding="utf-8")
    last = open_page(page=page).caption[-1].value
    assert last == render("page.footer.help", contact="Learning analytics desk")


def test_without_a_contact_the_footer_says_whom_to_ask(open_page: Open):
    assert open_page().caption[-1].value == render("page.footer.no_help")


def test_the_dictionary_says_formula_unit_people_and_version(open_page: Open):
    words = html_on(open_page())
    for said in (
        "<b>Finished</b>",
        "those who did, out of all of them",
        "<dd>percent</dd>",
        render("page.data.population"),
        render("page.data.decision"),
        render("page.data.owner"),
    ):
        assert said in words


def test_a_search_keeps_the_numbers_that_hold_every_word(open_page: Open):
    test = open_page()
    test.text_input(key="search").set_value("passed FIRST").run()
    words = html_on(test)
    assert "<b>Passed first time</b>" in words
    assert "<b>Finished</b>" not in words
    assert render("page.data.found", shown=1, all=6) in [c.value for c in test.caption]


def test_a_search_without_a_result_says_so(open_page: Open):
    test = open_page()
    test.text_input(key="search").set_value("<b>cookery</b>").run()
    assert list(test.exception) == []
    assert render("page.data.found_none") in [m.value for m in test.markdown]
    assert "td-entry" not in html_on(test).split("</style>")[-1]


def words_of(test: AppTest) -> str:
    texts = [e.value for kind in ("markdown", "header") for e in test.get(kind)]
    return " ".join([html_on(test), *map(str, texts)])


def test_leaders_see_no_code_and_no_sql(open_page: Open):
    test = open_page(roles=("leader",))
    words = words_of(test)
    assert not any(code in words for code in CODES)
    assert "kpi_id" not in words
    assert render("page.data.for_analysts") not in [e.label for e in test.expander]


def test_analysts_find_codes_and_sql_in_an_expander(open_page: Open):
    test = open_page(roles=("analyst",))
    assert render("page.data.for_analysts") in [e.label for e in test.expander]
    rows = table_on(test, "page.data.kpi")
    assert {"C03", "C07"} <= {row["Code"] for row in rows}


def test_states_stand_with_their_marks(open_page: Open):
    shown = {row["State"] for row in table_on(open_page(), "page.data.state")}
    assert shown == {states.words(state).short for state in states.MARKS}


def test_every_language_says_how_much_is_translated(open_page: Open):
    rows = table_on(open_page(), "page.data.language")
    assert len(rows) == len(coverage())
    english = next(row for row in rows if row["Language"] == "English")
    assert english["Words translated"] == "100%"
    assert english["Offered"] == "Yes"


def test_headings_come_in_order(open_page: Open):
    test = open_page()
    assert [title.value for title in test.title] == [
        render("page.data_and_definitions.title")
    ]
    said = [header.value for header in test.header]
    for key in ("sources", "kpis", "states", "thresholds", "suppression", "access"):
        assert render(f"page.data.{key}") in said
    assert not any("\n#" in str(m.value) for m in test.markdown)


def test_every_unit_of_the_registry_has_words():
    units = {row["unit"] or None for row in seed_rows("kpis")}
    for unit in units | {None}:
        row = dict.fromkeys(
            ("numerator_words", "denominator_words", "population_words", "decision"),
            "x",
        ) | {"unit": unit, "owner_role": "x", "since": "1"}
        assert all(said for _, said in kpi_dictionary.facts(row))
