"""The words of seeds/wording.csv: complete in both languages, short, and consistent."""

import re
from collections import Counter
from string import Formatter

import pytest

from tandem.core.seeds import seed_rows
from tandem.core.wording import (
    OF_DATA,
    coverage,
    is_reviewed,
    offered_languages,
    render,
)

MOST_WORDS = 25
ENDS = re.compile(r"(?<=[.?!।])[\"”)]*\s+")

# Phrases that a parameter stands for have as many words as the longest of these keys;
# other parameters are a number or a name.
PHRASES = {
    "how": "how.",
    "care": "",
    "meaning": "",
    "verdict": "",
    "basis": "basis.",
    "same": "same.",
    "direction": "direction.",
}
# Here `same` is a number of programmes, not the mix that was held equal.
COUNTED = ("page.programmes.",)
NAMES = {"scope": 3, "category": 3, "kpi": 2, "programme": 3, "people": 9}


def catalogue(language: str) -> dict[str, str]:
    return {
        row["wording_key"]: row["template"]
        for row in seed_rows("wording")
        if row["language"] == language
    }


ENGLISH, HINDI = catalogue("en"), catalogue("hi")
LANGUAGES = {"en": ENGLISH, "hi": HINDI}


def parameters(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def longest(template: str, language: str, key: str = "") -> int:
    """Words of the longest sentence, with parameters at their longest."""

    def filled(match: re.Match[str]) -> str:
        name = match[1]
        if name not in PHRASES or key.startswith(COUNTED):
            return "x " * NAMES.get(name, 1)
        prefix = PHRASES[name]
        texts = [
            text
            for key, text in LANGUAGES[language].items()
            if prefix and key.startswith(prefix)
        ]
        return max(texts, key=lambda text: len(text.split()), default="")

    whole = re.sub(r"\{(\w+)\}", filled, template)
    return max(len(_words(sentence)) for sentence in ENDS.split(whole))


def _words(sentence: str) -> list[str]:
    return [word for word in sentence.split() if re.search(r"\w", word)]


def test_no_key_stands_twice_in_a_language():
    found = Counter(
        (row["wording_key"], row["language"]) for row in seed_rows("wording")
    )
    assert [key for key, count in found.items() if count > 1] == []


def test_every_english_key_has_hindi_words():
    assert sorted(set(ENGLISH) - set(HINDI)) == []


@pytest.mark.parametrize(
    "language", [row["language"] for row in seed_rows("languages")]
)
def test_no_language_has_a_key_that_english_has_not(language: str):
    unknown = set(catalogue(language)) - set(ENGLISH)
    assert sorted(key for key in unknown if not key.startswith(OF_DATA)) == []


def test_words_are_in_languages_that_are_listed():
    used = {row["language"] for row in seed_rows("wording")}
    assert used <= set(coverage())


def test_the_words_of_data_are_complete_in_hindi_and_of_data_that_exist():
    expected = {
        f"kpi.{row['kpi_id']}.{field}"
        for row in seed_rows("kpis")
        for field in ("name", "question", "numerator", "denominator", "population")
    }
    expected |= {
        f"category.{row['outcome_category']}" for row in seed_rows("outcome_categories")
    }
    expected |= {
        f"evidence.{row['gate']}.{field}"
        for row in seed_rows("evidence_points")
        for field in ("words", "reason")
    }
    assert {key for key in HINDI if key.startswith(OF_DATA)} == expected


@pytest.mark.parametrize("field", ["kpi_name", "question"])
def test_no_question_of_the_registry_has_more_than_25_words(field: str):
    long = [
        row["kpi_id"]
        for row in seed_rows("kpis")
        if longest(row[field], "en") > MOST_WORDS
    ]
    assert long == []


def test_each_language_names_the_same_parameters():
    different = [
        (row["language"], row["wording_key"])
        for row in seed_rows("wording")
        if row["wording_key"] in ENGLISH
        and parameters(row["template"]) != parameters(ENGLISH[row["wording_key"]])
    ]
    assert different == []


@pytest.mark.parametrize("language", ["en", "hi"])
def test_no_sentence_has_more_than_25_words(language: str):
    found = {
        key: longest(text, language, key) for key, text in LANGUAGES[language].items()
    }
    assert {key: words for key, words in found.items() if words > MOST_WORDS} == {}


def test_a_sentence_of_26_words_is_found_and_one_of_25_is_not():
    assert longest("One two. " + "word " * 25 + ".", "en") == MOST_WORDS
    assert longest("word " * 26, "en") == MOST_WORDS + 1
    assert longest("{kpi} is {count}.", "en") == 4


def test_hindi_is_written_in_its_own_script():
    foreign = [
        key
        for key, text in HINDI.items()
        if re.search(r"\w", re.sub(r"\{\w+(:[^}]*)?\}", "", text))
        and not re.search(r"[\u0900-\u097F]", text)
    ]
    assert [key for key in foreign if ENGLISH.get(key) != HINDI[key]] == []


def test_english_and_hindi_are_complete_and_offered():
    assert list(offered_languages())[:2] == ["en", "hi"]
    for language in ("en", "hi"):
        done, keys = coverage()[language]
        assert done == keys
    assert is_reviewed("en")


# Numbers that are never one: limits, group sizes, and what a release counts of itself.
NEVER_ONE = {
    *("k", "planned", "programmes", "base", "cells", "kpis", "started", "people_a"),
    *("people", "days", "rows", "shown", "all", "total"),
}
COUNT_NOUNS = (
    "programmes|people|enrolments|cohorts|sessions|quarters|days|comparisons|figures"
    "|answers|rows|slides|categories|statements"
)


@pytest.mark.parametrize("kind", [COUNT_NOUNS, "are|have|were|need|lack"])
def test_a_count_that_can_be_one_has_a_word_for_one(kind: str):
    found = [
        (key, name)
        for key, text in ENGLISH.items()
        for name in re.findall(rf"\{{(\w+)\}} (?:{kind})\b", text)
        if not key.endswith((".other", ".many"))
        and name not in NEVER_ONE
        and not name.startswith(("mode", "second", "a", "b"))
    ]
    assert found == KNOWN_TO_BE_MANY[kind]


# Sentences with other words for one already, and a number of enrolments in hundreds.
KNOWN_TO_BE_MANY = {
    COUNT_NOUNS: [
        ("page.compare.summary", "count"),
        ("page.programme.even.number", "count"),
        ("page.programme.cohorts.summary_all", "count"),
    ],
    "are|have|were|need|lack": [],
}


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("en", 0, "0 of 0 blended cohorts follow a recognised pattern."),
        ("en", 1, "1 of 1 blended cohort follows a recognised pattern."),
        ("en", "1", "1 of 1 blended cohort follows a recognised pattern."),
        ("en", 2, "2 of 2 blended cohorts follow a recognised pattern."),
        ("en", "1,200", "1,200 of 1,200 blended cohorts follow a recognised pattern."),
        ("hi", 1, "1 में से 1 ब्लेंडेड बैच किसी पहचाने हुए पैटर्न पर चलता है।"),
        ("hi", 2, "2 में से 2 ब्लेंडेड बैच किसी पहचाने हुए पैटर्न पर चलते हैं।"),
    ],
)
def test_a_word_follows_the_number_that_it_counts(
    language: str, count: int | str, expected: str
):
    key = "page.blended.headline"
    assert render(key, language, known=count, total=count) == expected


def test_a_plural_has_all_forms_of_its_language():
    for language, forms in {"en": ("one", "other"), "hi": ("one", "other")}.items():
        known = LANGUAGES[language]
        keys = {
            key.removesuffix(".one")
            for key in ENGLISH
            if key.endswith(".one") and f"{key.removesuffix('.one')}.other" in ENGLISH
        }
        assert keys
        assert [k for k in keys for f in forms if f"{k}.{f}" not in known] == []
