"""The page that sets programmes beside the reference list."""

from html import unescape
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import recording
from dashboards.presenters import right_mode
from tandem.core.files import Home
from tandem.core.wording import render
from tests.dashboards.opened import Open

Row = dict[str, Any]

PAGE = "right_mode"
KPI: Row = {"unit": "share", "direction": "higher_better", "margin": 0.03}


def programme(**changed: object) -> Row:
    return {
        "programme_id": "P1",
        "programme_name": "One",
        "outcome_category": "compliance",
        "delivery_mode": "async",
        "reference_mode": "async",
        "reference_reason": "category",
        "is_aligned": True,
        "has_exception": False,
        "exception_review_on": None,
        "enrolment_count": 120,
        "state": "shown",
        "reference_adopted_on": None,
    } | changed


@pytest.mark.parametrize(
    ("usual", "mode", "fits"),
    [
        ("sync", "sync", "usually"),
        ("sync", "hybrid", "can"),
        ("sync", "async", "rarely"),
        ("async", "sync", "rarely"),
        ("async", "async", "usually"),
        ("hybrid", "sync", "can"),
        (None, "sync", ""),
    ],
)
def test_how_a_mode_fits(usual: str | None, mode: str, fits: str):
    assert right_mode.fit(usual, mode) == fits


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({}, "match", "The list names Self-paced, which this mode meets."),
        (
            {"is_aligned": False},
            "review",
            "The list names Self-paced for this purpose.",
        ),
        (
            {"is_aligned": False, "has_exception": True},
            "exception",
            "The list names Self-paced; a reason for another mode is on record.",
        ),
        (
            {"reference_mode": None, "is_aligned": None},
            "uncategorised",
            "Say what it is for, then the list can be read.",
        ),
    ],
)
def test_where_a_programme_stands_and_why(
    changed: dict[str, object], status: str, words: str
):
    row = programme(**changed)
    assert right_mode.status(row) == status
    assert right_mode.reason(row) == words


def test_learners_affected_add_up_what_is_published_and_name_what_is_hidden():
    rows = [
        programme(is_aligned=False),
        programme(is_aligned=False, enrolment_count=None, state="hidden"),
        programme(),
    ]
    affected = right_mode.tiles(rows, None)[3]
    assert affected.value == "about 120"
    assert affected.note.endswith("1 more programme is too small to count.")


def test_hours_that_are_not_published_are_a_state_not_zero():
    assert right_mode.tiles([programme()], None)[4].value == "∅ No data"
    hidden = {"state": "hidden"}
    assert right_mode.tiles([programme()], hidden)[4].value == "◌ Hidden"
    shown = {"state": "shown", "value": 0.81, "ci_low": None, "ci_high": None}
    assert right_mode.tiles([programme()], shown)[4].value == "81%"


def verdict(state: str, difference: float | None) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "outcome_category": "compliance",
                "mode_a": "sync",
                "mode_b": "async",
                "state": state,
                "adjusted_difference": difference,
            }
        ]
    )


@pytest.mark.parametrize(
    ("state", "difference", "words"),
    [
        ("clear_difference", 0.09, "Clear: Live 9 points better"),
        ("too_small_to_matter", 0.0, "About the same in both modes"),
        ("no_clear_difference", 0.02, "Not clear"),
        ("cannot_compare", None, "Can't tell yet"),
        ("hidden", None, "Can't tell yet"),
    ],
)
def test_what_the_data_say_is_in_words(
    state: str, difference: float | None, words: str
):
    assert right_mode.evidence(verdict(state, difference), KPI)[1] == words


def test_only_a_clear_difference_against_the_list_raises_a_flag():
    against = verdict("clear_difference", 0.09)
    assert right_mode.disagreement(against, KPI, "async") == (
        "Disagrees with the list: Live is ahead of Self-paced"
    )
    assert right_mode.disagreement(against, KPI, "sync") == ""
    unclear = verdict("with_care", 0.09)
    assert right_mode.disagreement(unclear, KPI, "async") == ""


def drawn(test: AppTest) -> str:
    found = [unescape(element.proto.body) for element in test.get("html")]
    found += [
        element.value for kind in ("header", "markdown") for element in test.get(kind)
    ]
    return " ".join(found)


def test_the_page_counts_and_links_programmes(open_page: Open):
    test = open_page()
    assert list(test.exception) == []
    words = drawn(test)
    assert "1 of 4 programmes runs in a mode" in words
    assert "programme?programme=P02" in words
    assert "list=leadership-sync" in words
    for name in ("usually", "can", "rarely"):
        assert render(f"page.right.fit.{name}") in words
    assert "Wrong" not in words


def test_a_cell_in_the_url_lists_its_programmes(open_page: Open):
    words = drawn(open_page(list="leadership-sync"))
    assert "programme?programme=P01" in words
    assert "programme?programme=P02" not in words


def test_adopting_the_list_is_kept_with_role_and_date(open_page: Open, home: Home):
    test = open_page()
    assert render("page.right.not_adopted") in drawn(test)
    test.text_input(key="adopted_by").set_value("Learning board")
    test.button(key="FormSubmitter:adopt-Adopt this list").click().run()
    (entry,) = recording.entries("reference_list_adopted")
    assert entry["payload"]["adopted_by"] == "Learning board"
    assert "Adopted by Learning board on" in drawn(test.run())


def test_without_numbers_the_page_says_what_to_do(open_page: Open):
    test = open_page("empty")
    assert list(test.exception) == []
