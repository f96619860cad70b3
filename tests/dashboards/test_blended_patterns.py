"""The page about blends: patterns, hand-offs, waits, attendance and programmes."""

import re
from collections.abc import Callable

import pytest

from dashboards.charts import steps as drawing
from dashboards.presenters import blended as presenter
from tandem.core.wording import render

PAGE = "blended_patterns"
Open = Callable[..., str]


@pytest.fixture
def said(open_page: Open) -> Open:
    """All words and markup of the page in a situation, after a change of the file."""

    def opened(
        situation: str, change: str = "", pattern: str = "", **chosen: str
    ) -> str:
        test = open_page(situation, change=change, **chosen)
        if pattern:
            test.selectbox(key="pattern").set_value(pattern).run()
            assert list(test.exception) == []
        return " ".join(
            str(element.value if hasattr(element, "value") else element.proto.body)
            for kind in ("title", "header", "markdown", "caption", "info", "html")
            for element in test.get(kind)
            if "<style" not in str(element.proto)
        )

    return opened


def test_the_loss_at_each_hand_off_is_stated(said: Open):
    words = said("three_modes")
    assert "6 of 9 blended cohorts follow a recognised pattern." in words
    assert "10 of 100 start and never reach this step" in words
    assert "15 of 100 are lost between Preparation and Live session" in words
    assert render("page.blended.lost_few") in words
    assert "7 days; half wait 5 to 9 days" in words


def test_the_largest_loss_is_in_the_headline(said: Open):
    assert "15 of 100 at the step “Live session”" in said("three_modes")


def test_attendance_by_preparation_is_said_to_be_an_association(said: Open):
    words = said("three_modes")
    assert (
        "Of 100 prepared people, 93 attend; of 100 who are not prepared, 63." in words
    )
    assert render("page.blended.association") in words
    assert "about 220 expected attendances" in words


def test_a_tile_without_evidence_states_it_and_is_not_zero(said: Open):
    words = said("three_modes")
    assert render("state.not_measured.label") in words
    assert ">0%<" not in words


def test_programmes_of_the_chosen_pattern_are_listed(said: Open):
    words = said("three_modes")
    assert "Programme 1" in words
    assert "Programme 2" in words
    assert "Programme 3" not in words


def test_another_pattern_may_be_chosen(said: Open):
    words = said("three_modes", pattern="unrecognised")
    assert "Programme 3" in words
    assert "Programme 2" not in words


def test_small_groups_are_hidden_in_words(said: Open):
    words = said("hidden")
    assert render("state.hidden.label") in words
    assert render("page.blended.attendance_hidden") in words
    assert "of 100 are lost" not in words


def test_without_blended_programmes_the_page_says_so(said: Open):
    words = said("one_mode")
    assert render("page.blended.none") in words
    assert render("page.blended.none_next") in words


def test_without_live_evidence_nothing_is_zero(said: Open):
    change = "update pub.blended_programmes set has_live_evidence = false"
    words = said("three_modes", change)
    assert "These programmes have no live attendance data." in words
    assert "Connect Zoom or Teams, or land an export." in words
    assert re.findall(r"(?<![\d.])0%", words.partition("<script")[0]) == []


def test_without_ended_enrolments_the_page_says_so(said: Open):
    change = "delete from pub.blended_steps; delete from pub.prework_attendance"
    words = said("three_modes", change)
    assert render("page.blended.no_steps") in words
    assert render("page.blended.attendance_none") in words


def test_a_filter_is_said_to_be_left_out(said: Open):
    assert render("page.measure.whole") in said("three_modes", unit="Sales")


@pytest.mark.parametrize(
    ("sequence", "step_no", "name"),
    [
        ("async sync async", 1, "Preparation"),
        ("async sync async", 2, "Live session"),
        ("async sync async", 3, "Follow-up"),
        ("sync async", 2, "Follow-up"),
    ],
)
def test_a_step_is_named_by_its_place_around_the_live_part(
    sequence: str, step_no: int, name: str
):
    found = presenter.step_words("prework_live_followup", sequence, step_no)
    assert found == name


def test_a_bar_is_as_long_as_its_share():
    assert "width:75%" in drawing.bar(0.75)
    assert "td-is-empty" in drawing.bar(None)


def test_a_dot_beyond_the_scale_stays_in_the_drawing():
    inside = drawing.dot_and_range(2.0, 1.0, 3.0, most=1.0)
    assert inside == drawing.dot_and_range(9.0, 1.0, 9.0, most=1.0)
