"""Programmes and one programme: what they say, and every state in words."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.charts import programme_dots, programme_history
from dashboards.components import programme_table
from dashboards.presenters import programme, programme_list, states
from dashboards.presenters import programme_verdicts as verdicts
from tandem.core.files import Home
from tandem.core.journal import Entry, append
from tests.dashboards.opened import Open
from tests.dashboards.published_programmes import NO_NUMBERS, benchmark, change
from tests.dashboards.published_situations import END

PAGE = "programmes"
LABEL = "2026-Q1"


def words_on(test: AppTest) -> str:
    """All text of a page with its HTML."""
    said = [e.value for kind in ("header", "markdown") for e in test.get(kind)]
    said += [e.value for e in [*test.caption, *test.info]]
    said += [e.proto.body for e in test.get("html")]
    return " ".join(str(word) for word in said)


def test_the_list_says_what_moved_and_names_every_status(open_page: Open):
    said = words_on(open_page())
    assert "Of 4 programmes, 1 fell on the year before, 1 rose and 1 is as" in said
    for status in ("Fell 12 points", "Rose 9 points", "As before", "Too little data"):
        assert status in said


def test_the_list_shows_the_programmes_behind_the_average(open_page: Open):
    said = words_on(open_page())
    assert "Behind the average of 64% lie 4 programmes" in said
    assert said.count("td-strip-dots") >= 1


def test_each_row_opens_its_programme_and_keeps_the_filters(open_page: Open):
    test = open_page(quarters="8")
    assert 'href="programme?quarters=8&amp;programme=P03"' in words_on(test)


def test_the_category_filters_the_list_and_the_unit_is_said_to_be_left_out(
    open_page: Open,
):
    said = words_on(open_page(category="compliance", unit="Sales"))
    assert "Programme 3" in said
    assert "Programme 1" not in said
    assert "Left out here: The business unit." in said


def test_search_and_order_stay_in_the_address(open_page: Open):
    test = open_page()
    test.text_input(key="search").set_value("programme 2").run()
    said = words_on(test)
    assert "programme=P02" in said
    assert "programme=P04" not in said
    assert "programme 2" in test.query_params["search"]
    test.text_input(key="search").set_value("nothing like it").run()
    assert "No programme matches this search." in words_on(test)


def test_a_programme_is_told_from_its_facts_to_its_sister(open_page: Open):
    said = words_on(open_page(page="programme", programme="P01"))
    for words in (
        "Programme 1: 64 of 100 enrolments finished",
        "Leadership academy",
        "attend three quarters of the sessions",
        "Preparation then live session then follow-up",
        "It fell 12 points on the year before",
        "11 points worse than its benchmark, likely 4 points to 18 points worse.",
        "2 of 4 cohorts are shown. Hidden: 1. Still running: 1.",
        "To show more, a cohort needs 10 people or more, with several who finish",
        "they do not show that more hours make more people finish",
        "7.5 hours",
        "none by design",
        "Up to about 370 enrolments, Live costs less; above that, Self-paced does.",
        "Costs are known for 3 of 4 programmes.",
        "The fixed costs of Self-paced or Blended are not known.",
        "No other programme belongs to this category.",
    ):
        assert words in said


def test_an_unknown_programme_is_no_data_and_not_another_one(open_page: Open):
    said = words_on(open_page(page="programme", programme="P99"))
    assert "There is no such programme in the published figures." in said
    assert "Programme 1" not in said


def test_a_programme_whose_cohorts_are_all_hidden_says_so(open_page: Open):
    said = words_on(open_page("hidden", "programme", programme="P01"))
    assert "None of 4 cohorts can be shown. Hidden: 3. Still running: 1." in said


def test_filters_that_do_not_change_a_programme_are_named(open_page: Open):
    said = words_on(open_page(page="programme", programme="P01", location="North"))
    assert "these filters change nothing here: The location." in said


def test_no_cohort_is_named_after_its_result():
    rows = pl.DataFrame(
        [
            {
                "cohort_no": number,
                "delivery_mode": "sync",
                "start_month_date": date(2025, number, 1),
                "value": value,
                "ci_low": value - 0.1,
                "ci_high": value + 0.1,
                "learner_count": 40,
                "session_count": 1,
                "live_hours": 2.0,
                "state": "shown",
                "state_detail": None,
            }
            for number, value in ((1, 0.4), (2, 0.9), (3, 0.6))
        ]
    )
    lines = programme.cohort_lines(rows)
    assert [line.name for line in lines] == ["Cohort 1", "Cohort 2", "Cohort 3"]
    assert [line.finished.words for line in lines] == ["40%", "90%", "60%"]
    assert lines[0].live.in_words == "2 hours (1 session)"


CHANGES = [
    ({"change_state": "fell"}, "clear_difference", "It fell"),
    ({"change_state": "rose"}, "clear_difference", "It rose"),
    ({}, "no_clear_difference", "between 6 points worse and 4 points better"),
    (
        {"ci_low": -0.03, "ci_high": 0.03},
        "too_small_to_matter",
        "smaller than 3 points",
    ),
    ({"ci_low": -0.031}, "no_clear_difference", "so we can't tell"),
    ({"change_state": "too_little_data"}, "cannot_compare", "too few people or"),
    ({**NO_NUMBERS, "state": "hidden"}, "hidden", "One of the two years is hidden"),
    ({**NO_NUMBERS, "state": "no_data"}, "no_data", "has no data to compare"),
]


@pytest.mark.parametrize(("values", "state", "words"), CHANGES)
def test_a_change_in_words(values: dict[str, Any], state: str, words: str):
    found = verdicts.change_verdict(change("P", END, LABEL, **values), 0.03)
    assert found.state == state
    assert words in found.sentence


BENCHMARKS = [
    ({"ci_low": 0.01, "ci_high": 0.2}, "with_care", "2 points better than its"),
    ({"ci_low": -0.2, "ci_high": -0.01}, "with_care", "2 points worse than its"),
    ({"ci_low": 0.0, "ci_high": 0.2}, "no_clear_difference", "We can't tell"),
    ({"ci_low": -0.03, "ci_high": 0.02}, "too_small_to_matter", "About the same"),
    ({"state": "hidden"}, "hidden", "one behind the benchmark is too small"),
    (
        {"state": "cannot_compare", "reason": "own_assessment"},
        "cannot_compare",
        "own test",
    ),
    (
        {"state": "cannot_compare", "reason": "too_few_people"},
        "cannot_compare",
        "Too few people",
    ),
    (
        {"state": "cannot_compare", "reason": "no_outcome_category"},
        "cannot_compare",
        "no outcome category",
    ),
]


@pytest.mark.parametrize(("values", "state", "words"), BENCHMARKS)
def test_a_benchmark_in_words(values: dict[str, Any], state: str, words: str):
    found = verdicts.benchmark_verdict(benchmark("P", END, LABEL, **values), 0.03)
    assert found.state == state
    assert words in found.sentence


def cell(state: str = "shown") -> dict[str, Any]:
    return {"state": state, "value": 0.6, "ci_low": 0.5, "ci_high": 0.7}


SISTERS = [
    (cell(), cell(), ("content", "content"), "with_care", "does not say which"),
    (cell(), cell(), ("content", "attendance"), "cannot_compare", "different things"),
    (cell(), cell(), (None, None), "cannot_compare", "a rule that is not known"),
    (cell(), cell("hidden"), ("content", "content"), "hidden", "too small"),
    (cell("not_measured"), cell(), ("content", "content"), "not_measured", "measured"),
    (cell("immature"), cell(), ("content", "content"), "still_running", "running"),
    (cell(), None, ("content", "content"), "no_data", "no data"),
    (cell("hidden"), None, ("content", "content"), "hidden", "too small"),
]


@pytest.mark.parametrize(("own", "other", "classes", "state", "words"), SISTERS)
def test_a_sister_programme_only_through_states(
    own: dict[str, Any],
    other: dict[str, Any] | None,
    classes: tuple[str | None, str | None],
    state: str,
    words: str,
):
    found = verdicts.sister_verdict(own, other, *classes)
    assert found.state == state
    assert words in found.sentence


def test_all_nine_states_are_reached():
    reached = {row[1] for row in CHANGES} | {row[1] for row in BENCHMARKS}
    reached |= {row[3] for row in SISTERS}
    assert reached == set(states.MARKS) - {"late"}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("hidden", "Hidden"),
        ("not_measured", "Not measured"),
        ("immature", "Still running"),
        ("no_data", "No data"),
    ],
)
def test_a_missing_figure_is_a_state_in_words(state: str, words: str):
    assert (
        words in programme_list.figure({"state": state, "value": None}, "share").words
    )


def test_a_shown_cell_without_a_value_is_no_data():
    row = {"state": "shown", "value": None, "ci_low": None, "ci_high": None}
    assert programme_list.figure(row, "currency").state == "no_data"


@pytest.mark.parametrize("state", ["hidden", "no_data", "not_measured", "immature"])
def test_a_programme_without_a_figure_has_a_sentence(state: str):
    assert programme.headline("Fire safety", {"state": state}).startswith("Fire safety")


REASONS = [
    ("cost_per_person_unknown", "not_measured", "Deliver costs by cohort"),
    ("same_cost_per_person", "cannot_compare", "cost the same for each enrolment"),
    ("one_mode_is_always_cheaper", "cannot_compare", "at any number of enrolments"),
]


def even(**values: Any) -> dict[str, Any]:
    row = {
        "mode_a": "sync",
        "mode_b": "async",
        "state": "shown",
        "no_break_even_reason": None,
        "enrolment_count_a": 50,
        "enrolment_count_b": 60,
        "costed_programme_count": 3,
        "programme_count": 4,
        "fixed_amount_a": 1000.0,
        "fixed_amount_b": 9000.0,
        "break_even_enrolments": 80.0,
    }
    return row | values


@pytest.mark.parametrize(("reason", "state", "words"), REASONS)
def test_a_break_even_that_is_missing_says_why(reason: str, state: str, words: str):
    found = programme.break_even_words(even(no_break_even_reason=reason))
    assert found[0] == state
    assert words in found[1]


def test_the_mode_with_the_lower_fixed_costs_is_cheaper_for_few():
    assert "80 enrolments, Live costs less" in programme.break_even_words(even())[1]
    turned = even(fixed_amount_a=9000.0, fixed_amount_b=1000.0)
    assert "Self-paced costs less" in programme.break_even_words(turned)[1]
    assert programme.break_even_words(even(state="hidden"))[0] == "hidden"


def test_no_dot_of_the_strip_covers_another_one():
    assert programme_dots.levels([0.5, 0.51, 0.515, 0.6]) == [0, 1, 2, 0]


def test_the_strip_says_its_range_in_words_and_escapes_names():
    drawn = programme_dots.markup([("<b>", 0.2), ("A", 0.9)], 0.6, "a sentence")
    assert "&lt;b&gt;: 20%" in drawn
    assert 'aria-label="a sentence"' in drawn
    title = programme_dots.title([0.2, 0.9], 0.6)
    assert (
        title == "Behind the average of 60% lie 2 programmes, from 20 to 90% finished"
    )


def test_a_name_or_an_id_cannot_break_the_markup():
    assert programme_table.address("a&b=1", {}) == "programme?programme=a%26b%3D1"


def years(**values: Any) -> pl.DataFrame:
    row = {
        "label": "Q1 2026",
        "end": END,
        "value": 0.7,
        "ci_low": 0.6,
        "ci_high": 0.8,
        "limit_low": 0.62,
        "limit_high": 0.78,
        "change_state": "as_before",
        "state": "shown",
    }
    return pl.DataFrame([row | values], schema=programme_history.SCHEMA)


def test_the_history_draws_its_limits_and_the_table_has_the_same_numbers():
    drawn = programme_history.figure(years())
    (band,) = drawn.layout.shapes
    assert (band.y0, band.y1) == (0.62, 0.78)
    row = programme_history.data_table(years()).row(0)
    assert row == ("Q1 2026", "70% (60 to 80%)", "62 to 78%", "As before")
    assert "Q1 2026: 70% (60 to 80%)" in programme_history.alt(years(), "Finished")


@pytest.mark.parametrize(
    ("moved", "symbol"), [("fell", "triangle-down"), ("rose", "triangle-up")]
)
def test_a_value_beyond_its_limits_has_a_mark_of_its_own(moved: str, symbol: str):
    drawn = programme_history.figure(years(change_state=moved))
    assert drawn.data[-1].marker.symbol == (symbol,)


def test_a_hidden_year_is_said_in_words():
    hidden = years(value=None, ci_low=None, ci_high=None, state="hidden")
    assert "Hidden" in programme_history.alt(hidden, "Finished")


@pytest.mark.parametrize("page", ["programmes", "programme"])
@pytest.mark.parametrize("situation", ["one_mode", "hidden", "empty"])
def test_both_pages_open_in_every_situation(open_page: Open, page: str, situation: str):
    assert words_on(open_page(situation, page))


def test_a_programme_shows_how_far_people_come_and_where_they_leave(open_page: Open):
    said = words_on(open_page(page="programme", programme="P01"))
    for words in (
        "Most are lost before they start: 20 of 100 never do.",
        "about 300 in the four quarters to",
        "16 of 100 start and do not finish in time",
        "14 of 100 finish without a pass on record",
        "Most leave at the step “Live session”: 15 of 100.",
        "15 of 100 are lost between Preparation and Live session",
        "3 blended cohorts; about 320 enrolments started and have ended",
        "Half had finished by day 80.",
    ):
        assert words in said


FUNNELS = [
    ("P02", "Nearly everyone who does not finish has never started."),
    ("P02", "Too few people stop after starting to show how many"),
    ("P02", "Of those who finish, all or nearly all pass"),
    ("P03", "Whether people start is not recorded for all of these enrolments."),
    ("P03", "Fewer than half of those who finish have the result of a test."),
    ("P03", "36 of 100 enrolments do not finish in time."),
    ("P04", "Nobody came to the end of their time in these four quarters."),
    ("P04", "No cohort of this programme is blended"),
]


@pytest.mark.parametrize(("programme_id", "words"), FUNNELS)
def test_a_step_that_is_near_another_or_not_recorded_says_so(
    open_page: Open, programme_id: str, words: str
):
    assert words in words_on(open_page(page="programme", programme=programme_id))


def test_a_hidden_funnel_and_curve_say_why(open_page: Open):
    said = words_on(open_page("hidden", "programme", programme="P01"))
    assert "Hidden: this programme, or a group that its steps would reveal" in said
    assert "Hidden, because too few people finished to draw a curve." in said


def test_the_journal_says_what_was_decided_about_a_programme(
    open_page: Open, home: Home
):
    said = words_on(open_page(page="programme", programme="P01"))
    assert "Nothing about this programme is in the journal yet." in said
    review = {
        **dict.fromkeys(("kpi_id", "outcome_category", "mode_a", "mode_b"), ""),
        "quarter": "2026-Q1",
        "decision": "Run two more cohorts.",
        "status": "decided",
        "owner_role": "Leadership academy",
        "due": "2026-06-30",
        "programme_id": "P01",
    }
    rule = {
        "completion_class": "attendance",
        "completion_rule": "attend every session",
        "holds_from": "2026-01-01",
    }
    mode = {"delivery_mode": "async", "holds_from": "2025-10-01"}
    written = [
        Entry("leader", "mode_reviewed", "P01", {"outcome": "keep"}, "People like it."),
        Entry("programme_owner", "completion_rule", "P01", rule, "It was wrong."),
        Entry("programme_owner", "cohort_mode", "P01-2", mode, "It moved online."),
        Entry("leader", "review_decision", "2026-Q1/1", review, ""),
        Entry("leader", "mode_reviewed", "P02", {"outcome": "keep"}, "Of another."),
    ]
    append(home.journal, written, datetime(2026, 5, 2, 9, tzinfo=UTC))
    said = words_on(open_page(page="programme", programme="P01"))
    for words in (
        "Delivery mode reviewed: keep the mode.",
        "People like it.",
        "What counts as finished was corrected: attend every session. "
        "It holds from 1 Jan 2026.",
        "Delivery mode of Cohort 2 corrected: Self-paced.",
        "Run two more cohorts. (decision of a review: ",
        "2 May 2026 · leader",
    ):
        assert words in said
    assert "Of another." not in said
