"""The page that compares modes: matrix, reversal, grounds, history, pilots."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboards import formats, gaps
from dashboards.charts import differences, programme_strip, time_to_finish
from dashboards.components import reversal
from dashboards.presenters import (
    chart_rows,
    grounds,
    mode_matrix,
    pairs,
    reversals,
    trials,
)
from tandem.core.wording import render
from tests.dashboards.published import SITUATIONS
from tests.dashboards.published_comparisons import comparisons
from tests.dashboards.published_situations import CATEGORIES

Row = dict[str, Any]

FINISHED: Row = {
    "kpi_id": "completion_rate",
    "kpi_name": "Finished",
    "unit": "share",
    "direction": "higher_better",
    "margin": 0.03,
}
DAYS: Row = FINISHED | {"unit": "days", "direction": "lower_better", "margin": 2.0}
COST: Row = DAYS | {"unit": "currency"}
LABELS = {"all": "All categories"} | {
    slug: label for slug, (_, label, _) in CATEGORIES.items()
}


def compared(situation: str = "three_modes", **changed: object) -> pl.DataFrame:
    """One KPI and window of the invented comparisons, with every column."""
    defaults = {
        "evidence_gates": "same_programmes, second_look, unbalanced",
        "not_known": "",
        "left_out_definition_count": 20,
        "left_out_design_count": 100,
        "left_out_overlap_count": 0,
        "people_to_link_count": None,
    }
    rows = [
        defaults | row | changed
        for row in comparisons(SITUATIONS[situation])
        if row["kpi_id"] == "completion_rate" and row["trailing_quarters"] == 4
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def one(category: str, first: str, second: str) -> Row:
    found = pairs.in_pair(compared(), first, second)
    return found.filter(pl.col("outcome_category") == category).row(0, named=True)


@pytest.mark.parametrize(
    ("kpi", "number", "words"),
    [
        (FINISHED, 0.09, "Live 9 points better"),
        (FINISHED, -0.09, "Self-paced 9 points better"),
        (FINISHED, 0.01, "Live 1 point better"),
        (FINISHED, 0.006, "Live 1 point better"),
        (FINISHED, 0.004, "about equal"),
        (FINISHED, -0.004, "about equal"),
        (DAYS, 18.2, "Self-paced 18 days faster"),
        (DAYS, -2.5, "Live 2.5 days faster"),
        (COST, 30.0, "Self-paced 30 cheaper"),
        (
            FINISHED | {"direction": "context", "unit": "hours"},
            1.5,
            "Live 1.5 hours more",
        ),
    ],
)
def test_a_difference_names_the_better_mode_with_its_unit(
    kpi: Row, number: float, words: str
):
    formats.set_organisation()  # as before an app of this process set a currency
    row = {"mode_a": "sync", "mode_b": "async", "adjusted_difference": number}
    assert gaps.finding(row, kpi) == words


def test_a_range_that_includes_no_difference_names_the_mode_at_either_end():
    row = one("complex_skill", "sync", "async")
    assert gaps.likely(row, FINISHED) == (
        "anything from Self-paced 4 points better to Live 8 points better"
    )


def test_the_row_over_all_categories_is_no_row_of_the_matrix():
    found = mode_matrix.matrix(compared(), LABELS, FINISHED)
    assert [row.category for row in found.rows] == list(CATEGORIES)
    sentences = mode_matrix.over_all(compared(), FINISHED)
    assert len(sentences) == 3
    assert sentences[1].startswith("Blended and Self-paced: Blended better")


def test_a_cell_has_mark_direction_gap_strength_and_programmes():
    cell = mode_matrix.cell(one("leadership", "sync", "async"), FINISHED)
    assert (cell.mark, cell.verdict, cell.mode) == ("●", "Live better", "sync")
    assert cell.gap == "11 points (likely 7 to 15 points)"
    assert cell.strength == "moderate"
    assert cell.base == "3 programmes that ran both ways"


@pytest.mark.parametrize(
    ("category", "pair", "words"),
    [
        ("leadership", ("sync", "hybrid"), "About the same"),
        ("complex_skill", ("sync", "async"), "a gap under 12 points could hide"),
        ("complex_skill", ("hybrid", "async"), "Can't be compared"),
        ("compliance", ("sync", "hybrid"), "Hidden"),
        ("skill_drilling", ("sync", "hybrid"), "Still running"),
        ("skill_drilling", ("sync", "async"), "Live better, with care"),
    ],
)
def test_every_state_of_a_cell_is_in_words(
    category: str, pair: tuple[str, str], words: str
):
    cell = mode_matrix.cell(one(category, *pair), FINISHED)
    assert words in {cell.verdict, cell.gap}


def test_matrix_and_chart_put_the_better_mode_on_the_same_side():
    turned = pairs.in_pair(compared(), "sync", "hybrid")
    for kpi in (FINISHED, DAYS):
        rows = pairs.difference_rows(turned, LABELS, kpi)
        drawn = {
            trace.y[0]: trace.x[0]
            for trace in differences.figure(rows).data
            if trace.mode == "markers"
        }
        in_matrix = {
            row.label: cell.picture.value
            for row in mode_matrix.matrix(compared(), LABELS, kpi).rows
            for cell in row.cells
            if cell.picture and cell.pair == "Live and Blended"
        }
        assert drawn == in_matrix
        assert drawn


def test_the_title_of_the_chart_says_where_a_mode_is_clearly_ahead():
    turned = pairs.in_pair(compared(), "sync", "async")
    rows = pairs.difference_rows(turned, LABELS, FINISHED)
    assert differences.title(rows, "Live and Self-paced") == (
        "Live is clearly ahead in 1 of 3 categories that could be compared."
    )
    nothing = differences.title(rows.clear(), "Live and Self-paced")
    assert nothing == "No category allows a fair comparison of Live and Self-paced yet."


def test_a_reversed_direction_has_both_figures_on_one_axis():
    (found,) = reversals.reversals(compared(), LABELS, FINISHED)
    assert found.sentence == (
        "Leadership and behaviour change: as it happened, Self-paced 4 points better. "
        "Like-for-like, the direction reverses: Live 11 points better."
    )
    happened, adjusted = found.figures
    assert (happened.picture.value, adjusted.picture.value) == (-0.04, 0.11)
    assert found.span > adjusted.picture.high
    drawn = reversal.markup(found)
    assert drawn.count("<img") == 2
    assert "Self-paced 4 points better" in drawn


def test_a_lead_that_is_gone_is_not_called_a_reversal():
    rows = compared().with_columns(
        pl.when(pl.col("is_direction_flipped"))
        .then(pl.lit("no_clear_difference"))
        .otherwise("state")
        .alias("state")
    )
    (found,) = reversals.reversals(rows, LABELS, FINISHED)
    assert "that lead is gone, and no mode is clearly ahead" in found.sentence


def test_the_grounds_say_who_what_was_held_equal_and_who_was_left_out():
    found = grounds.grounds(
        pairs.in_pair(compared(), "sync", "async"), LABELS, FINISHED
    )
    facts = dict(found[0].facts)
    assert found[0].category == "leadership"
    assert facts["Who is in each group"].startswith("Live: 640 people in 12 cohorts")
    assert facts["What was held equal"] == "role, region"
    assert facts["Who was left out"] == (
        "120 people. For 20, what is counted means something else. "
        "For 100, the programme has no counterpart in the other mode."
    )
    made = facts["What made the evidence this strong"]
    assert "For it: The quarter before said the same." in made
    assert "Against it: The groups are not quite alike even after adjustment." in made


def test_counts_left_out_that_are_hidden_are_called_hidden():
    rows = pairs.in_pair(compared(left_out_count=None), "sync", "async")
    facts = dict(grounds.grounds(rows, LABELS, FINISHED)[0].facts)
    assert facts["Who was left out"] == "Hidden"


def test_a_refusal_has_its_reason_and_what_would_make_it_comparable():
    found = grounds.grounds(
        pairs.in_pair(compared(), "hybrid", "async"), LABELS, FINISHED
    )
    facts = dict(next(one for one in found if one.category == "complex_skill").facts)
    assert facts["Why not"] == render("page.why.insufficient_programmes")
    assert facts["What would make it comparable"] == render(
        "page.next.insufficient_programmes"
    )


def test_the_history_says_new_repeated_or_withdrawn():
    ends = (date(2025, 12, 31), date(2026, 3, 31))
    rows = [
        {
            "outcome_category": "leadership",
            "period_end_date": end,
            "mode_a": "sync",
            "mode_b": "async",
            "verdict": verdict,
            "verdict_change": change,
            "state": state,
        }
        for end, verdict, change, state in (
            (ends[0], "emerging_difference", "new", "with_care"),
            (ends[1], "no_detectable_difference", "withdrawn", "no_clear_difference"),
        )
    ]
    periods = dict(zip(ends, ("2025-Q4", "2026-Q1"), strict=True))
    (row,) = grounds.history(pl.DataFrame(rows), LABELS, periods, 1).rows()
    assert row == (
        "Leadership and behaviour change",
        "◐ Emerging difference (new)",
        "○ No clear difference (withdrawn)",
    )


def pilot(**changed: object) -> Row:
    return {
        "kpi_id": "completion_rate",
        "outcome_category": "leadership",
        "mode_a": "sync",
        "mode_b": "async",
        "answer_date": date(2026, 9, 30),
        "planned_cohort_count": 8,
        "cohort_count": 8,
        "status": "answered",
        "adjusted_difference": 0.08,
        "ci_low": 0.02,
        "ci_high": 0.14,
        "state": "shown",
    } | changed


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({}, "Answered", "found: Live 8 points better (likely 2 to 14 points)"),
        ({"status": "planned", "cohort_count": 0}, "Planned", "from 30 Sep 2026 on"),
        ({"status": "running", "cohort_count": 3}, "Running", "3 of 8 cohorts"),
        ({"status": "stopped"}, "Stopped", "there is no verdict"),
        ({"state": "hidden"}, "Answered", render("state.hidden.means")),
        ({"adjusted_difference": None}, "Answered", "no result for both modes"),
    ],
)
def test_every_status_of_a_pilot_is_in_words(
    changed: dict[str, object], status: str, words: str
):
    frame = pl.DataFrame([pilot(**changed)])
    (found,) = trials.trials(frame, LABELS, {"completion_rate": FINISHED})
    assert found.status == status
    assert words in found.words


@pytest.mark.parametrize(
    ("different", "words"),
    [(9, "That is what chance gives"), (10, "That is more than chance gives")],
)
def test_made_up_modes_that_look_different_too_often_call_for_care(
    different: int, words: str
):
    row = {
        "design": "paired",
        "mode_a": "sync",
        "mode_b": "async",
        "draw_count": 200,
        "different_count": different,
        "expected_count": 5.0,
    }
    (said,) = trials.placebo_words(pl.DataFrame([row]))
    assert f"{different} of 200 random tries looked different" in said
    assert words in said


def test_the_strip_has_a_mark_per_shown_programme_and_none_for_a_hidden_one():
    cells = pl.DataFrame(
        [
            {"programme_id": "P1", "value": 0.5, "state": "shown"},
            {"programme_id": "P2", "value": 0.7, "state": "shown"},
            {"programme_id": "P3", "value": None, "state": "hidden"},
        ]
    )
    programmes = pl.DataFrame(
        {
            "programme_id": ["P1", "P2", "P3"],
            "programme_name": ["One", "Two", "Three"],
            "delivery_modes": ["sync", "async,sync", "sync"],
        }
    )
    rows = chart_rows.programme_marks(cells, programmes, {"sync": 0.6}, "share")
    assert rows["mode"].to_list() == ["sync", "several"]
    assert "Three" not in str(programme_strip.data_table(rows).rows())
    assert "whole mode 60%" in str(programme_strip.figure(rows).layout.annotations)
    assert programme_strip.alt(rows).startswith("Programmes lie between 50% and 70%")


def test_labels_of_curves_stay_inside_the_drawing():
    curve = pl.DataFrame(
        {
            "delivery_mode": ["sync", "sync"],
            "day": [10, 90],
            "finished_share": [0.3, 0.6],
            "ci_low": [0.2, 0.5],
            "ci_high": [0.4, 0.7],
        }
    )
    drawn = time_to_finish.figure(curve)
    assert [note.xanchor for note in drawn.layout.annotations] == ["right"]
    assert time_to_finish.title(curve) == "Half had finished: Live by day 90"
