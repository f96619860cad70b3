"""Each reader's language: chosen, in the URL or the browser's; English otherwise."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tandem.core import wording
from tandem.core.files import Home
from tandem.core.wording import Words, plural_key, render, render_words
from tests.dashboards.opened import Open, opened
from tests.dashboards.published import SITUATIONS, make_published


@pytest.fixture
def open_app(home: Home) -> Open:
    """A function that opens the first page, in a browser of some language."""

    def in_browser(
        locale: str = "en-GB", *, published: bool = True, **parameters: str
    ) -> AppTest:
        if published:
            make_published(home, SITUATIONS["three_modes"])
        return opened(locale=locale, **parameters)

    return in_browser


def title(language: str) -> str:
    return render("page.at_a_glance.title", language)


@pytest.mark.parametrize(
    ("locale", "parameters", "language"),
    [
        ("en-GB", {}, "en"),
        ("hi-IN", {}, "hi"),
        ("fr-FR", {}, "en"),
        ("en-GB", {"lang": "hi"}, "hi"),
        ("hi-IN", {"lang": "en"}, "en"),
        ("hi-IN", {"lang": "xx"}, "hi"),
    ],
)
def test_a_page_opens_in_the_language_of_the_link_or_the_browser(
    open_app: Open, locale: str, parameters: dict[str, str], language: str
):
    test = open_app(locale, **parameters)
    assert not test.exception
    assert test.title[0].value == title(language)
    assert test.selectbox(key="lang").value == language


def test_choosing_a_language_changes_the_page_and_the_link(open_app: Open):
    test = open_app()
    unreviewed = f"हिन्दी ({render('language.unreviewed', 'hi')})"
    assert test.selectbox(key="lang").options == ["English", unreviewed]
    test.selectbox(key="lang").select("hi").run()
    assert test.title[0].value == title("hi")
    assert test.query_params["lang"] == "hi"
    test.selectbox(key="lang").select("en").run()
    assert test.title[0].value == title("en")
    assert "lang" not in test.query_params


def test_a_page_without_a_published_file_offers_the_languages_too(open_app: Open):
    test = open_app(published=False, lang="hi")
    assert test.header[0].value == render("page.none.title", "hi")
    assert test.selectbox(key="lang").value == "hi"


def test_one_readers_language_is_not_anothers(open_app: Open):
    hindi, english = open_app(lang="hi"), open_app(published=False)
    assert hindi.run().title[0].value == title("hi")
    assert english.run().title[0].value == title("en")


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[dict]], None]:
    """A function that replaces the rows of seeds/wording.csv."""
    real = wording.seed_rows

    def replaced(rows: list[dict[str, str]]) -> None:
        monkeypatch.setattr(
            wording,
            "seed_rows",
            lambda name: tuple(rows) if name == "wording" else real(name),
        )
        for cached in CACHED:
            cached.cache_clear()

    yield replaced
    monkeypatch.undo()
    for cached in CACHED:
        cached.cache_clear()


CACHED = (wording._catalogue, wording.coverage, wording.offered_languages)


def row(key: str, language: str, template: str) -> dict[str, str]:
    return {"wording_key": key, "language": language, "template": template}


@pytest.mark.parametrize(("covered", "is_offered"), [(3, False), (4, True), (5, True)])
def test_a_language_is_offered_from_80_percent_of_the_keys(
    catalogue, covered: int, is_offered: bool
):
    keys = [f"key.{number}" for number in range(5)]
    rows = [row(key, "en", "Yes") for key in keys]
    rows += [row(key, "ta", "ஆம்") for key in keys[:covered]]
    catalogue([*rows, row("key.unknown", "ta", "?")])
    assert wording.coverage()["ta"] == (covered, 5)
    assert ("ta" in wording.offered_languages()) is is_offered
    assert render("key.4", "ta") == ("ஆம்" if covered == 5 else "Yes")


def test_words_inside_words_are_rendered_in_the_language_of_the_reader(catalogue):
    catalogue(
        [
            row("outer", "en", "{mode} by {days}"),
            row("outer", "hi", "{days} में {mode}"),
            row("mode", "en", "Live"),
            row("mode", "hi", "लाइव"),
            row("days.one", "en", "{n} day"),
            row("days.other", "en", "{n} days"),
            row("days.other", "hi", "{n} दिन"),
        ]
    )
    days = Words("days.other", {"n": 2})
    words = Words("outer", {"mode": Words("mode"), "days": days})
    assert Words.of_json(words.as_json()) == words
    assert render_words(words) == "Live by 2 days"
    assert render_words(words, "hi") == "2 दिन में लाइव"
    assert plural_key("days", 1) == "days.one"
    assert plural_key("days", 1.5) == "days.other"
    assert plural_key("days", -1) == "days.one"
