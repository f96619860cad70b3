"""The first page: its headline, tiles, verdicts, decisions, and states in words."""

import re
from base64 import b64decode
from html import unescape
from itertools import product

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.like_for_like import markup as markup_of
from dashboards.presenters.at_a_glance import change_sentence, steps_words
from dashboards.presenters.changes import Change
from dashboards.presenters.decisions import count_words, decisions_view
from dashboards.presenters.like_for_like import leaders_words, like_for_like
from dashboards.presenters.mode_matrix import matrix
from dashboards.presenters.reversals import main_reversal
from dashboards.selection import Cut, Selection, cubes_of, nearest_cut, other_lengths
from tandem.core.wording import render
from tests.dashboards import published
from tests.dashboards.opened import Open
from tests.dashboards.published import SITUATIONS
from tests.dashboards.published_cells import VALUES
from tests.dashboards.published_situations import CATEGORIES, END, HIDDEN

KPI = {"unit": "share", "direction": "higher_better", "margin": 0.03}
LABELS = {slug: label for slug, (_, label, _) in CATEGORIES.items()}


def markup(test: AppTest) -> str:
    drawn = [element.proto.body for element in test.get("html")]
    return " ".join(body for body in drawn if body.startswith("<div"))


def words(test: AppTest) -> str:
    """The text of everything that the page draws as HTML."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup(test))))


def tiles(test: AppTest) -> dict[str, str]:
    """Label of each tile to its text, in the order of the page."""
    parts = markup(test).split('<div class="td-tile">')[1:]
    texts = [unescape(re.sub(r"<[^>]+>", " ", part)) for part in parts]
    labels = [re.search(r"<h3[^>]*>(.*?)</h3>", part).group(1) for part in parts]
    return dict(zip(labels, texts, strict=True))


def compared(**elsewhere: object) -> pl.DataFrame:
    rows = published.comparisons(SITUATIONS["three_modes"])
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return frame.filter(
        (pl.col("trailing_quarters") == 4) & (pl.col("kpi_id") == "completion_rate")
    ).with_columns(**{name: pl.lit(value) for name, value in elsewhere.items()})


def test_the_headline_says_how_many_finish_and_which_mode_leads(open_page: Open):
    said = words(open_page())
    assert (
        "64 of 100 enrolments finish in time. Live and Blended lead in Leadership and "
        "behaviour change, Blended leads in Complex skill with coaching. "
        "3 points better on the year before. "
        "2 things need a decision."
    ) in said.replace("  ", " ")


def test_five_tiles_are_ranked_by_what_moved(open_page: Open):
    found = tiles(open_page())
    assert list(found) == [
        "Finished",
        "Days to finish",
        "Passed first time",
        "Say they use it",
        "Cost of one completion",
    ]
    first = found["Finished"]
    for part in ("64 %", "likely 63 to 65%", "3 points better", "5,734 of 8,900"):
        assert part in first
    assert "2.5 days slower" in found["Days to finish"]


def test_a_kpi_that_is_not_measured_is_not_shown_as_zero(open_page: Open):
    found = tiles(open_page())
    assert render("tile.cost.not_measured") in found["Cost of one completion"]
    assert "0%" not in found["Cost of one completion"]
    assert "Shown instead: Passed, 72%" in found["Passed first time"]


def test_each_tile_tells_how_it_came_about_and_has_a_link_that_stays(open_page: Open):
    test = open_page(category="all")
    first = tiles(test)["Finished"]
    for part in (render("tile.how"), "9,100", "−200", render("tile.step_hidden")):
        assert part in first
    assert "Finished: 64% (likely 63 to 65%; 5,734 of 8,900 enrolments)" in first
    assert "quarter=2026-Q1" in markup(test)


def test_the_steps_of_a_narrower_choice_are_not_those_of_the_organisation(
    open_page: Open,
):
    first = tiles(open_page(category="leadership"))["Finished"]
    assert render("tile.how.narrowed") in first
    assert "9,100" not in first


def test_a_reason_without_rows_is_not_listed():
    steps = pl.DataFrame(published.waterfall(SITUATIONS["three_modes"])).filter(
        pl.col("trailing_quarters") == 4
    )
    assert steps_words(steps, "completion_rate") == [
        (render("tile.step.all"), "9,100"),
        (render("tile.step.immature"), "−200"),
        (render("tile.step.other"), render("tile.step_hidden")),
        (render("tile.step.base"), "8,900"),
    ]
    assert steps_words(steps, "pass_rate") == []


def test_a_link_that_keeps_its_quarter_shows_that_quarter(open_page: Open):
    said = words(open_page(quarter="2025-Q1"))
    assert render("page.glance.earlier_quarter", quarter="Q1 2025") in said
    assert "61 of 100 enrolments finish in time." in said


@pytest.mark.parametrize("label", ["2031-Q1", "nonsense"])
def test_a_quarter_that_is_not_published_gives_the_newest(open_page: Open, label: str):
    assert "64 of 100 enrolments finish in time." in words(open_page(quarter=label))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, ""),
        (Change("No figure for the year before"), "so no change can be given."),
        (Change("No clear change", before="the year before"), "No clear change on the"),
    ],
)
def test_a_missing_baseline_is_not_no_change(change: Change | None, said: str):
    assert said in change_sentence(change)
    assert bool(change_sentence(change)) == bool(said)


@pytest.mark.parametrize(
    ("situation", "said"),
    [
        ("hidden", HIDDEN),
        ("hidden", "How many finished is hidden here"),
        ("one_mode", render("page.compare.only.async")),
        ("one_mode", "finish in time. Every programme is Self-paced."),
        ("one_mode", "Leadership and behaviour change 58% likely"),
    ],
)
def test_what_cannot_be_shown_is_said_in_words(
    open_page: Open, situation: str, said: str
):
    assert said in words(open_page(situation))


CHOICES = list(
    product(
        ("1", "4", "8"),
        ("all", "leadership"),
        ("all", *VALUES["business_unit"]),
        ("all", "North"),
    )
)


def catalogue() -> frozenset[Cut]:
    """The cuts that the file of the fixture really has."""
    cells = published.cells(SITUATIONS["three_modes"])
    names = ("cube", "trailing_quarters", "period_end_date")
    return frozenset(Cut(*(cell[name] for name in names)) for cell in cells)


@pytest.mark.parametrize(("quarters", "category", "unit", "region"), CHOICES)
def test_every_choice_has_a_published_cut(
    quarters: str, category: str, unit: str, region: str
):
    selection = Selection(int(quarters), category, unit, region)
    cuts = catalogue()
    cut = nearest_cut(selection, cubes_of(cuts, int(quarters), END))
    assert Cut(cut.cube, int(quarters), END) in cuts
    kept = {"outcome_category", "business_unit", "region"} - set(cut.left_out)
    assert all(getattr(cut, name) == getattr(selection, name) for name in kept)


def test_a_choice_that_is_published_for_other_periods_names_them():
    selection = Selection(1, "leadership", "Sales")
    assert other_lengths(selection, catalogue(), END) == (4, 8)
    assert other_lengths(Selection(4, "leadership", "Sales"), catalogue(), END) == (8,)
    assert (
        other_lengths(
            Selection(4, region="North", business_unit="Sales"), catalogue(), END
        )
        == ()
    )


def test_a_choice_without_a_cut_is_never_called_not_measured(open_page: Open):
    test = open_page(quarters="1", category="leadership", unit="Sales")
    said = words(test)
    assert (
        render("page.glance.nearest", shown="Leadership and behaviour change") in said
    )
    assert "Last 4 quarters" in said
    first = tiles(test)["Finished"]
    assert render("state.not_measured.label") not in first
    assert "%" in first


def test_verdicts_say_that_they_are_for_the_whole_organisation(open_page: Open):
    assert render("page.glance.whole") in words(open_page(unit="Sales"))


def test_a_category_has_verdicts_of_its_own(open_page: Open):
    assert render("page.glance.whole") not in words(open_page(category="leadership"))


def test_a_filtered_page_counts_only_the_decisions_that_concern_it(open_page: Open):
    said = words(open_page(category="compliance"))
    assert "1 thing needs a decision. 1 more elsewhere in the organisation." in said


def test_known_people_are_given_for_each_source(open_page: Open):
    assert "Lms 100%, Zoom 96% of people known" in words(open_page())


def test_each_decision_links_to_its_own_evidence(open_page: Open):
    found = unescape(markup(open_page(quarters="8")))
    assert (
        "compare-modes?quarters=8&measure=completion_rate&category=leadership"
        "&modes=sync-async"
    ) in found
    assert "data-and-definitions?quarters=8" in found


def test_rows_are_grouped_by_verdict_with_strength_apart_from_size(open_page: Open):
    said = words(open_page())
    order = ["clear_difference", "with_care", "too_small_to_matter"]
    places = [
        said.index(render(f"state.{state}.label"), said.index("like-for-like"))
        for state in order
    ]
    assert places == sorted(places)
    for part in (
        "Live 11 points better",
        "A gap of 12 points could hide",
        "moderate evidence",
    ):
        assert part in said


@pytest.mark.parametrize(
    "state",
    ["cannot_compare", "still_running", "hidden"],
)
def test_each_state_without_a_difference_is_said_in_words(open_page: Open, state: str):
    category = {"still_running": "skill_drilling"}.get(state, "compliance")
    assert render(f"state.{state}.label") in words(open_page(category=category))


def test_a_kpi_where_lower_is_better_names_the_mode_that_is_faster():
    days = {"unit": "days", "direction": "lower_better", "margin": None}
    slower = compared(
        adjusted_difference=18.2, ci_low=9.0, ci_high=27.0, state="clear_difference"
    ).head(1)
    row = like_for_like(
        slower.with_columns(outcome_category=pl.lit("leadership")), LABELS, days
    ).rows[0]
    assert (row.words, row.ahead) == ("Self-paced 18.2 days better", "async")


@pytest.mark.parametrize("direction", ["higher_better", "lower_better"])
def test_the_better_mode_is_on_the_same_side_as_on_the_page_that_compares(
    direction: str,
):
    kpi = KPI | {"direction": direction}
    here = [row.picture for row in like_for_like(compared(), LABELS, kpi).rows]
    cells = [c for row in matrix(compared(), LABELS, kpi).rows for c in row.cells]
    there = [cell.picture for cell in cells if cell.picture]
    assert sorted(filter(None, here)) == sorted(there)
    assert there


def test_only_a_clear_difference_is_drawn_filled():
    found = compared(state="with_care")
    drawn = markup_of(like_for_like(found, LABELS, KPI), "completion_rate")
    images = re.findall(r"base64,([^\"]+)", drawn)
    assert images
    assert all(b'fill="#FFFFFF"' in b64decode(image) for image in images)


def test_a_mode_that_is_clearly_behind_another_does_not_lead():
    rows = compared().with_columns(
        pl.when(pl.col("mode_b") == "hybrid")
        .then(pl.lit("clear_difference"))
        .otherwise("state")
        .alias("state")
    )
    inside = like_for_like(rows, {"leadership": "Leadership"}, KPI).rows
    assert leaders_words(inside) == "Live leads in Leadership."


def test_without_clear_differences_no_mode_is_said_to_lead():
    unclear = compared(state="no_clear_difference")
    rows = like_for_like(unclear, LABELS, KPI).rows
    assert leaders_words(rows) == render("page.glance.leads.none")


def test_a_lead_that_turns_round_is_said_and_drawn(open_page: Open):
    test = open_page()
    said = words(test)
    assert (
        "Leadership and behaviour change, Self-paced looks 4 points ahead of Live. "
        "It is not." in said
    )
    assert "Like-for-like, Live is 11 points ahead" in said
    card = markup(test).split('class="td-card td-glance-reversal"')[1]
    assert card.count("data:image/svg+xml") == 2
    assert "category=leadership" in unescape(card)


def test_a_lead_that_is_gone_is_not_said_to_have_turned():
    gone = compared(state="no_clear_difference")
    found = main_reversal(gone, LABELS, KPI)
    assert found.why.startswith("Like-for-like, that lead is gone")


@pytest.mark.parametrize("missing", ["crude_difference", "adjusted_difference"])
def test_a_reversal_needs_both_differences(missing: str):
    empty = compared().with_columns(pl.lit(None, pl.Float64).alias(missing))
    assert main_reversal(empty, LABELS, KPI) is None


def test_a_dismissed_decision_is_listed_with_its_reason(open_page: Open):
    test = open_page()
    test.text_input[-1].set_value("The next cohorts are fixed.")
    next(
        b for b in test.button if b.label == render("page.decisions.dismiss.go")
    ).click()
    test.run()
    said = words(test)
    assert "1 thing needs a decision." in said
    assert "Dismissed because: The next cohorts are fixed." in said
    next(b for b in test.button if b.label == render("page.decisions.reopen")).click()
    test.run()
    assert "2 things need a decision." in words(test)


def test_a_decision_is_not_dismissed_without_a_reason(open_page: Open):
    test = open_page()
    next(
        b for b in test.button if b.label == render("page.decisions.dismiss.go")
    ).click()
    test.run()
    assert [error.value for error in test.error] == [render("journal.refused.reason")]
    assert "2 things need a decision." in words(test)


def test_decisions_elsewhere_are_counted_apart():
    found = pl.DataFrame(published.decisions(SITUATIONS["three_modes"]))
    view = decisions_view(found, "compliance", {})
    assert (len(view.here), view.elsewhere) == (1, 1)
    assert "elsewhere" not in count_words(view, is_narrowed=False)


def test_the_page_draws_nothing_that_waits_for_plotly_or_arrow(open_page: Open):
    test = open_page()
    for kind in ("plotly_chart", "table", "arrow_data_frame", "metric"):
        assert len(test.get(kind)) == 0
