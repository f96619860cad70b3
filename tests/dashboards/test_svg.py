"""Small drawings: gaps stay gaps, and nothing leaves the picture."""

import re
from base64 import b64decode
from xml.etree import ElementTree

import pytest

from dashboards.charts import svg

NAME = "{http://www.w3.org/2000/svg}"


def parsed(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)


def test_a_missing_quarter_breaks_the_line():
    drawn = parsed(
        svg.sparkline([1, 2, None, 4, 5], [0, 1, None, 3, 4], [2, 3, None, 5, 6])
    )
    assert len(drawn.findall(f"{NAME}polyline")) == 2
    assert len(drawn.findall(f"{NAME}polygon")) == 2


def test_without_limits_there_is_no_band():
    drawn = parsed(svg.sparkline([1, 2, 3], [None] * 3, [None] * 3))
    assert drawn.findall(f"{NAME}polygon") == []


def test_nothing_known_draws_nothing():
    assert list(parsed(svg.sparkline([None], [None], [None]))) == []


def test_equal_values_are_a_level_line():
    drawn = parsed(svg.sparkline([3, 3, 3], [None] * 3, [None] * 3))
    points = drawn.find(f"{NAME}polyline").get("points")
    assert len({point.split(",")[1] for point in points.split()}) == 1


@pytest.mark.parametrize("value", [-500, -0.1, 0, 0.1, 500])
def test_a_difference_stays_inside_the_picture(value: float):
    drawing = svg.range_row(
        value,
        value - 50,
        value + 50,
        span=0.2,
        margin=0.03,
        colour="#0072B2",
        is_clear=True,
    )
    circle = parsed(drawing).find(f"{NAME}circle")
    assert 6.4 <= float(circle.get("cx")) <= 250 - 6.4


@pytest.mark.parametrize(("is_clear", "fill"), [(True, "#0072B2"), (False, "#FFFFFF")])
def test_only_a_clear_difference_is_filled(is_clear: bool, fill: str):
    drawing = svg.range_row(
        0.1, 0.05, 0.15, span=0.2, margin=0.03, colour="#0072B2", is_clear=is_clear
    )
    assert parsed(drawing).find(f"{NAME}circle").get("fill") == fill


def test_words_cannot_leave_the_alt_text():
    image = svg.image("<svg/>", '" onerror="x')
    assert 'alt="&quot; onerror=&quot;x"' in image
    data = re.search(r"base64,([^\"]+)", image).group(1)
    assert b64decode(data) == b"<svg/>"
