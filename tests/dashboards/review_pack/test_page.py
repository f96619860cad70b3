"""The HTML of a pack: whole, read aloud in order, and shaped as its script asks."""

import math
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from dashboards.review_pack.blocks import (
    Bar,
    BarChart,
    Chart,
    PackNotBuilt,
    RangeChart,
    Text,
)
from dashboards.review_pack.content import Pack
from dashboards.review_pack.page import html
from tests.dashboards.review_pack.example import compared, curves, pack, steps
from tests.dashboards.review_pack.opened import chromium, opened_page

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def with_chart(chart: Chart) -> Pack:
    """Return the example with another chart on its first slide."""
    whole = pack()
    first, *others = whole.slides
    return replace(whole, slides=(replace(first, main=(chart,)), *others))


def written(folder: Path, language: str = "en") -> str:
    path = folder / "pack.html"
    path.write_text(html(pack(language)), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("width", [1366, 320])
def test_it_asks_for_nothing_fits_and_breaks_no_rule_of_accessibility(
    browser: Browser, tmp_path: Path, width: int, language: str
):
    with opened_page(browser, width) as (page, asked):
        address = written(tmp_path, language)
        page.goto(address)
        page.evaluate(
            "for (const part of document.querySelectorAll('details')) part.open = true"
        )
        assert asked == [address]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        rules = {"runOnly": {"type": "tag", "values": RULES}}
        assert Axe().run(page, options=rules).response["violations"] == []
        assert page.evaluate("document.documentElement.lang") == language


def test_a_request_would_be_counted_and_refused(browser: Browser, tmp_path: Path):
    path = tmp_path / "pack.html"
    asking = '<img src="https://example.invalid/a.png">'
    path.write_text(html(pack()).replace("</main>", f"{asking}</main>"), "utf-8")
    with opened_page(browser, 1366) as (page, asked):
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text))
        page.goto(path.as_uri())
        page.wait_for_function("document.readyState === 'complete'")
        assert len(asked) > 1 or any("Content Security Policy" in f for f in faults)


def test_headings_follow_each_other_and_name_document_slides_and_blocks(
    browser: Browser, tmp_path: Path
):
    with opened_page(browser, 1366) as (page, _):
        page.goto(written(tmp_path))
        found = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3')].filter(h => h.offsetParent)"
            ".map(heading => [+heading.tagName[1], heading.innerText])"
        )
        levels = [level for level, _ in found]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        titles = [words for level, words in found if level == 2]
        assert titles == [str(slide.title) for slide in pack().pages]
        assert page.title() == found[0][1]


def test_each_drawing_has_its_words_and_a_table_of_its_numbers(
    browser: Browser, tmp_path: Path
):
    with opened_page(browser, 1366) as (page, _):
        page.goto(written(tmp_path))
        names = page.evaluate(
            "[...document.querySelectorAll('svg[role=img]')]"
            ".map(s => s.getAttribute('aria-label'))"
        )
        assert names == [compared().alt, steps().alt, curves().alt]
        tables = page.locator("details.twin table")
        assert tables.count() == 3
        rows = tables.nth(0).locator("tbody tr")
        assert rows.count() == 3
        cells = rows.nth(0).locator("td").all_text_contents()
        assert cells[:4] == ["Live and Self-paced", "−10", "−16", "−4"]
        assert "–" in rows.nth(2).locator("td").all_text_contents()
        assert page.locator("th:not([scope])").count() == 0


def test_where_nothing_may_be_drawn_nothing_is(browser: Browser, tmp_path: Path):
    with opened_page(browser, 1366) as (page, _):
        page.goto(written(tmp_path))
        drawn = page.locator("#slide-1 li.row").evaluate_all(
            "rows => rows.map(row => row.querySelectorAll('.plot > svg').length)"
        )
        assert drawn == [1, 1, 0]


def test_a_mode_has_its_own_mark_and_only_what_is_clear_is_filled(
    browser: Browser, tmp_path: Path
):
    with opened_page(browser, 1366) as (page, _):
        page.goto(written(tmp_path))
        marks = page.locator("#slide-1 .plot svg svg").evaluate_all(
            "marks => marks.map("
            "mark => [mark.firstElementChild.tagName, mark.getAttribute('fill')])"
        )
        assert marks == [["rect", "#C25100"], ["circle", "#FFFFFF"]]


def test_marks_stand_where_the_axis_has_their_numbers(browser: Browser, tmp_path: Path):
    with opened_page(browser, 1366) as (page, _):
        page.goto(written(tmp_path))
        places = page.evaluate("""() => {
            const middle = (e) => {
                const at = e.getBoundingClientRect();
                return (at.left + at.right) / 2;
            };
            const slide = document.querySelector("#slide-1");
            const ticks = [...slide.querySelectorAll(".axis line")].map(middle);
            return [ticks, middle(slide.querySelector(".plot svg svg rect"))];
        }""")
    (ticks, mark) = places
    assert len(ticks) == 9  # from -20 to 20 by 5
    assert mark == pytest.approx(ticks[2], abs=0.6)  # -10 points


@pytest.mark.parametrize("last", [0.6, 0.74, 0.79, 0.8])
def test_names_of_lines_stand_apart_and_beside_their_ends(
    browser: Browser, tmp_path: Path, last: float
):
    chart = curves()
    live, other = chart.curves
    shares = (*other.shares[:-1], last)
    other = replace(other, shares=shares)
    path = tmp_path / "pack.html"
    made = html(with_chart(replace(chart, curves=(live, other))))
    path.write_text(made, encoding="utf-8")
    with opened_page(browser, 1366) as (page, _):
        page.goto(path.as_uri())
        boxes = page.locator("#slide-1 text.name").evaluate_all(
            "names => names.map(name => name.getBoundingClientRect())"
        )
        marks = page.locator("#slide-1 .curves > svg > :is(circle, rect)").evaluate_all(
            "marks => marks.map(mark => mark.getBoundingClientRect())"
        )
    first, second = sorted(boxes, key=lambda box: box["y"])
    assert first["y"] + 0.75 * first["height"] <= second["y"] + 0.25 * second["height"]
    for box, mark in zip(boxes, marks, strict=True):
        middles = [one["y"] + one["height"] / 2 for one in (box, mark)]
        assert abs(middles[0] - middles[1]) < 16
        assert box["x"] >= mark["x"] + mark["width"]


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_is_none_stops_the_pack(number: float):
    rows = (replace(compared().rows[0], low=number), *compared().rows[1:])
    with pytest.raises(PackNotBuilt) as refused:
        html(with_chart(replace(compared(), rows=rows)))
    assert "1, Decisions" in refused.value.where


@pytest.mark.parametrize(
    "chart",
    [
        replace(compared(), alt=" "),
        replace(compared(), title=""),
        replace(compared(), rows=()),
        replace(compared(), least=0.2),
        replace(steps(), bars=(Bar(Text("Nothing"), None, Text("-")),)),
        replace(steps(), most=math.nan),
    ],
)
def test_a_chart_that_cannot_be_read_stops_the_pack(chart: RangeChart | BarChart):
    with pytest.raises(PackNotBuilt) as refused:
        html(with_chart(chart))
    assert "1, Decisions" in refused.value.where


@pytest.mark.parametrize(("most", "is_drawn"), [(0.99, False), (1.0, True)])
def test_a_value_beyond_the_axis_stops_the_pack(most: float, is_drawn: bool):
    chart = replace(steps(), most=most)
    if is_drawn:
        assert "<svg" in html(with_chart(chart))
        return
    with pytest.raises(PackNotBuilt, match="beyond the axis"):
        html(with_chart(chart))


def test_words_cannot_become_markup():
    whole = pack()
    evil = '<script>alert("x")</script>'
    first = replace(whole.slides[0], title=Text(evil))
    made = html(replace(whole, slides=(first, *whole.slides[1:])))
    assert "<script" not in made


# Words of charts whose scripts join and reorder their letters.
SHAPED = {"hi": "क्षमता विकास में स्थिति", "ta": "நேரடிக் கற்றல் தொகுப்பு"}
FRAME = (
    "<!doctype html><meta charset=utf-8><style>body{margin:0;background:#fff}"
    "#a,svg{position:absolute;left:0;top:0;width:600px;height:80px}"
    '#a,text{font:36px "Noto Sans","Noto Sans Devanagari","Noto Sans Tamil";'
    "white-space:pre}#a{line-height:80px;padding-left:10px}</style>"
)


def picture(browser: Browser, inner: str) -> Image.Image:
    with opened_page(browser, 640) as (page, _):
        page.set_content(FRAME + inner)
        page.evaluate("document.fonts.ready")
        return Image.open(BytesIO(page.screenshot())).convert("L")


def ink(image: Image.Image) -> Image.Image:
    """Return what is drawn, without the white around it."""
    found = ImageChops.invert(image)
    return found.crop(found.getbbox())


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the share of ink that two pictures do not share, 0 to 1."""
    size = (max(one.width, other.width), max(one.height, other.height))
    first, second = Image.new("L", size), Image.new("L", size)
    first.paste(one)
    second.paste(other)
    total = sum(first.get_flattened_data()) + sum(second.get_flattened_data())
    apart = ImageChops.difference(first, second)
    return sum(apart.get_flattened_data()) / total


@pytest.mark.parametrize("language", SHAPED)
def test_words_of_a_drawing_are_shaped_as_words_of_a_paragraph(
    browser: Browser, language: str
):
    words = SHAPED[language]
    paragraph = ink(picture(browser, f'<div id="a" lang="{language}">{words}</div>'))
    drawn = f'<svg lang="{language}"><text x="10" y="52">{{}}</text></svg>'
    whole = ink(picture(browser, drawn.format(words)))
    # each letter by itself, as a program writes that does not shape
    apart = "".join(f"<tspan>{letter}\u200c</tspan>" for letter in words)
    broken = ink(picture(browser, drawn.format(apart)))
    assert difference(paragraph, whole) < 0.08
    assert difference(paragraph, broken) > 0.3
