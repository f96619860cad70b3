"""What is published in English is said in the language of the reader."""

import json
from collections.abc import Iterator

import polars as pl
import pytest

from dashboards import words
from tandem.core import wording
from tandem.core.wording import Words, render

KPI = {
    "kpi_id": "pass_rate",
    "kpi_name": "Passed",
    "question": "Of those with a result, how many passed?",
    "numerator_words": None,
    "denominator_words": "enrolments with a result",
}
OWN = {"kpi_id": "own_rate", "kpi_name": "Own rate", "question": None}


@pytest.fixture
def hindi() -> Iterator[None]:
    wording.set_language_source(lambda: "hi")
    yield
    wording.set_language_source(lambda: "en")


def test_in_english_published_words_stay_as_they_are():
    registry = pl.DataFrame([KPI])
    assert words.kpis_in_words(registry).equals(registry)
    assert words.kpi_words(KPI, "kpi_name") == "Passed"
    assert words.category_words("leadership", "Leading") == "Leading"
    assert words.detail_words("any reason") == "any reason"
    assert words.comparisons_in_words(comparison("{}"))["sentence"][0] == "English."


@pytest.mark.usefixtures("hindi")
def test_kpis_and_categories_have_hindi_words():
    assert words.kpi_words(KPI, "kpi_name") == "उत्तीर्ण"
    assert words.kpi_words(KPI, "numerator_words") == "उत्तीर्ण नामांकन"
    assert words.category_words("compliance", "Compliance") == "कंप्लायंस और नियम"


@pytest.mark.usefixtures("hindi")
def test_an_organisations_own_words_stay_as_they_are():
    registry = words.kpis_in_words(pl.DataFrame([OWN, OWN | {"question": "How?"}]))
    assert registry["kpi_name"].to_list() == ["Own rate", "Own rate"]
    assert registry["question"].to_list() == [None, "How?"]
    assert words.category_words("own_category", "Own label") == "Own label"


@pytest.mark.usefixtures("hindi")
@pytest.mark.parametrize(
    ("key", "parameters"),
    [
        ("gate.hidden", {"k": "12"}),
        ("gate.share_low", {"percent": "9"}),
        ("gate.coarse", {"base": "20"}),
        ("gate.no_data", {}),
    ],
)
def test_the_reason_of_a_state_keeps_its_numbers(key: str, parameters: dict[str, str]):
    published = render(key, "en", **parameters)
    assert words.detail_words(published) == render(key, "hi", **parameters)
    assert words.detail_words(published) != published
    assert words.detail_words(None) == ""
    assert words.detail_words("A reason of tomorrow") == "A reason of tomorrow"


def comparison(wording: str | None, sentence: str = "English.") -> pl.DataFrame:
    row = {"sentence": sentence, "method_note": "A note.", "wording": wording}
    return pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))


@pytest.mark.usefixtures("hindi")
def test_a_comparison_is_said_from_its_published_words():
    pair = Words("page.pair", {"first": "A", "second": Words("mode.sync")})
    published = {"sentence": [Words("care.opening"), pair], "method_note": [pair]}
    found = comparison(json.dumps(published, default=Words.as_json))
    said = words.comparisons_in_words(found).row(0, named=True)
    assert said["sentence"] == "सावधानी से तुलना करें। A और लाइव"
    assert said["method_note"] == "A और लाइव"


@pytest.mark.usefixtures("hindi")
def test_a_hidden_comparison_says_in_hindi_that_it_is_hidden():
    published = render("gate.hidden", "en", k=10)
    said = words.comparisons_in_words(comparison(None, published))
    assert said["sentence"][0] == render("gate.hidden", "hi", k=10)
    assert said["method_note"][0] == "A note."


@pytest.mark.usefixtures("hindi")
@pytest.mark.parametrize("words_of", [Words("verdict.gone"), Words("page.pair")])
def test_words_of_another_version_are_left_in_english(words_of: Words):
    published = {"sentence": [words_of], "method_note": []}
    found = comparison(json.dumps(published, default=Words.as_json))
    assert words.comparisons_in_words(found)["sentence"][0] == "English."


@pytest.mark.usefixtures("hindi")
def test_a_file_of_an_earlier_version_keeps_its_english_sentences():
    found = comparison(None).drop("wording")
    assert words.comparisons_in_words(found).equals(found)
