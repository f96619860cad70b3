"""One theme: colours agree between charts and HTML, and can be read."""

import re
from itertools import combinations

import pytest

from dashboards import theme
from dashboards.components import fit, html
from dashboards.pages import PAGES
from dashboards.presenters import programme_list, review_pack
from tandem.core.files import project_root

CSS = html.STYLES.read_text(encoding="utf-8")


def variable(name: str) -> str:
    return re.search(rf"--td-{name}: (#[0-9A-F]{{6}})", CSS).group(1)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("text", theme.TEXT),
        ("note", theme.NOTE),
        ("neutral", theme.NEUTRAL),
        ("grid", theme.GRID),
        ("zone", theme.ZONE),
        ("line", theme.LINE),
        ("better", theme.BETTER),
        ("worse", theme.WORSE),
        *((mode, style.colour) for mode, style in theme.MODES.items()),
    ],
)
def test_charts_and_html_use_the_same_colour(name: str, colour: str):
    assert variable(name) == colour


@pytest.mark.parametrize("surface", ["#FFFFFF", "surface", "neutral-surface"])
@pytest.mark.parametrize("name", ["text", "note", "neutral", "link"])
def test_text_can_be_read(name: str, surface: str):
    behind = surface if surface.startswith("#") else variable(surface)
    assert contrast(variable(name), behind) >= 4.5


@pytest.mark.parametrize("name", ["better", "worse"])
def test_a_change_can_be_read(name: str):
    assert contrast(variable(name), variable(f"{name}-surface")) >= 4.5


def test_modes_differ_in_marker_dash_and_sign():
    for first, second in combinations(theme.MODES.values(), 2):
        assert first.marker != second.marker
        assert first.dash != second.dash
        assert first.sign != second.sign


def test_each_page_is_a_file():
    folder = project_root() / "dashboards" / "app_pages"
    assert sorted(page.name for page in PAGES) == sorted(
        path.stem for path in folder.glob("*.py")
    )


CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (project_root() / "dashboards").rglob("*.py")
)
# Classes that code puts together: beginning -> what follows.
ENDINGS = {
    "td-mode-": (*theme.MODES, theme.OTHER.mode),
    "td-col-": programme_list.COLUMNS,
    "td-is-": (*review_pack.MARKS, *filter(None, fit.MARKS), "none"),
}


def classes_of_code() -> tuple[set[str], set[str]]:
    """Return the classes that code names whole, and those that it puts together."""
    named = set(re.findall(r"(?<![\w-])td-[\w-]+", CODE))
    begun = {name for name in named if name.endswith("-")}
    assert begun == set(ENDINGS)
    made = {f"{begin}{end}" for begin, ends in ENDINGS.items() for end in ends}
    return named - begun, made


def test_each_style_is_used_and_each_class_has_a_style():
    styled = set(re.findall(r"\.(td-[\w-]+)", CSS))
    named, made = classes_of_code()
    assert styled - named - made == set()
    assert named - styled == set()
