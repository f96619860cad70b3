"""Charts: the figure, the alt text and the table have the same numbers."""

from itertools import combinations

import plotly.graph_objects as go
import polars as pl
import pytest

from dashboards.charts import differences, rates, time_to_finish
from dashboards.theme import MODES, NOTE, TEXT

WHITE = "#FFFFFF"


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [*(m.colour for m in MODES.values()), TEXT, NOTE])
def test_every_text_colour_has_enough_contrast_on_white(colour: str):
    assert contrast(colour, WHITE) >= 4.5


def test_modes_differ_by_marker_dash_and_label_besides_colour():
    for first, second in combinations(MODES.values(), 2):
        assert first.marker != second.marker
        assert first.dash != second.dash
        assert first.label != second.label


def rate(mode: str, value: float | None, state: str = "shown") -> dict:
    return {
        "label": MODES[mode].label,
        "mode": mode,
        "unit": "share",
        "value": value,
        "ci_low": None if value is None else value - 0.03,
        "ci_high": None if value is None else value + 0.03,
        "base": "" if value is None else "1,200 enrolments",
        "state": state,
        "state_detail": None if value is not None else "Hidden: fewer than 10 people",
    }


@pytest.fixture
def three_rates() -> pl.DataFrame:
    """Rates of live and self-paced are shown, the rate of blended is hidden."""
    rows = [rate("sync", 0.61), rate("async", 0.58), rate("hybrid", None, "hidden")]
    return pl.DataFrame(rows, schema=rates.SCHEMA)


def markers(figure: go.Figure) -> list[tuple[float, str]]:
    """Value and symbol of every dot."""
    return [
        (trace.x[0], trace.marker.symbol)
        for trace in figure.data
        if "markers" in (trace.mode or "")
    ]


def test_a_rate_is_a_dot_with_the_marker_of_its_mode(three_rates: pl.DataFrame):
    assert markers(rates.figure(three_rates)) == [(0.61, "circle"), (0.58, "square")]


def test_a_hidden_rate_has_a_row_with_its_state(three_rates: pl.DataFrame):
    figure = rates.figure(three_rates)
    assert list(figure.layout.yaxis.categoryarray) == ["Live", "Self-paced", "Blended"]
    assert [note.y for note in figure.layout.annotations if note.text == "Hidden"] == [
        "Blended"
    ]


def test_every_row_has_its_label_and_its_base(
    three_rates: pl.DataFrame,
):
    labels = {
        note.y: note.text
        for note in rates.figure(three_rates).layout.annotations
        if note.xref == "paper"
    }
    assert list(labels) == ["Live", "Self-paced", "Blended"]
    assert "1,200 enrolments" in labels["Live"]
    assert labels["Blended"] == "Blended"


def test_the_alt_text_of_rates_has_every_number_and_state(three_rates: pl.DataFrame):
    assert rates.alt(three_rates, "Finished") == (
        "Finished: Live 61% (58 to 64%); Self-paced 58% (55 to 61%);"
        " Blended Hidden: fewer than 10 people."
    )


def test_the_table_of_rates_has_the_numbers_of_the_chart(three_rates: pl.DataFrame):
    rows = rates.data_table(three_rates, "Delivery mode").rows()
    assert [row[0] for row in rows] == ["Live", "Self-paced", "Blended"]
    assert "61%" in " ".join(rows[0])
    assert "1,200" in " ".join(rows[0])
    assert "Hidden" in " ".join(rows[2])


def difference(label: str, value: float, low: float, high: float, state: str) -> dict:
    return {
        "label": label,
        "mode_a": "sync",
        "mode_b": "async",
        "unit": "share",
        "direction": "higher_better",
        "difference": value,
        "crude_difference": value + 0.02,
        "ci_low": low,
        "ci_high": high,
        "margin": 0.03,
        "state": state,
    }


@pytest.fixture
def two_differences() -> pl.DataFrame:
    """A clear difference in favour of live, and one that is not clear."""
    rows = [
        difference("Leadership", 0.09, 0.05, 0.13, "clear_difference"),
        difference("Compliance", -0.04, -0.1, 0.02, "no_clear_difference"),
    ]
    return pl.DataFrame(rows, schema=differences.SCHEMA)


def test_a_clear_difference_has_a_filled_marker_and_others_an_open_one(
    two_differences: pl.DataFrame,
):
    drawn = markers(differences.figure(two_differences))
    assert drawn == [(0.09, "circle"), (-0.04, "square-open")]


def test_the_zone_too_small_to_matter_is_the_margin_on_both_sides(
    two_differences: pl.DataFrame,
):
    zones = [
        (shape.x0, shape.x1)
        for shape in differences.figure(two_differences).layout.shapes
        if shape.type == "rect"
    ]
    assert zones == [(-0.03, 0.03)]


def test_the_alt_text_of_differences_names_the_mode_ahead(
    two_differences: pl.DataFrame,
):
    pair = "Live and Self-paced"
    words = differences.alt(two_differences, "Finished", pair)
    assert words.startswith(differences.title(two_differences, pair))
    assert "Leadership: Live" in words
    assert "Compliance: Self-paced" in words
    assert "no clear difference" in words


def test_no_differences_give_an_empty_chart():
    assert differences.figure(pl.DataFrame(schema=differences.SCHEMA)).data == ()


@pytest.fixture
def two_curves() -> pl.DataFrame:
    """Live reaches half on day 20, self-paced never."""
    points = [
        ("sync", 10, 0.3),
        ("sync", 20, 0.55),
        ("async", 10, 0.2),
        ("async", 30, 0.4),
    ]
    return pl.DataFrame(
        [
            {
                "delivery_mode": mode,
                "day": day,
                "finished_share": share,
                "ci_low": share - 0.03,
                "ci_high": share + 0.03,
            }
            for mode, day, share in points
        ]
    )


def test_a_curve_begins_at_zero_and_has_the_dash_of_its_mode(two_curves: pl.DataFrame):
    lines = [
        (tuple(trace.x), tuple(trace.y), trace.line.dash)
        for trace in time_to_finish.figure(two_curves).data
        if trace.line.width
    ]
    assert lines == [
        ((0, 10, 20), (0.0, 0.3, 0.55), "solid"),
        ((0, 10, 30), (0.0, 0.2, 0.4), "dash"),
    ]


def test_the_day_by_which_half_had_finished_is_the_first_published_one(
    two_curves: pl.DataFrame,
):
    live, self_paced = two_curves.partition_by("delivery_mode", maintain_order=True)
    assert time_to_finish.half_by(live) == 20
    assert time_to_finish.half_by(self_paced) is None


def test_the_alt_text_of_curves_states_which_mode_never_reached_half(
    two_curves: pl.DataFrame,
):
    words = time_to_finish.alt(two_curves)
    assert "Live: half had finished by day 20" in words
    assert "Self-paced: 40% had finished by day 30, so fewer than half." in words
