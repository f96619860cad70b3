"""Words of titles: what they say, and where they say nothing."""

import pytest

from ingest.proposals.titles import base_title, base_words, similarity
from ingest.proposals.words import best_of, found
from tandem.core.seeds import seed_rows


@pytest.mark.parametrize(
    ("title", "purpose"),
    [
        ("Introduction to GDPR for everyone", "compliance"),
        ("Umgang mit Korruption", "compliance"),
        ("Strahlenschutz im Labor", "high_stakes"),
        ("Praca na wysokości", "high_stakes"),
        ("Liderazgo para jefes", "leadership"),
        ("Négociation avancée", "complex_skill"),
        ("डेटा सुरक्षा", "compliance"),
        ("नेतृत्व कार्यक्रम", "leadership"),
    ],
)
def test_a_title_in_each_language_says_its_purpose(title: str, purpose: str):
    best = best_of("category", title)
    assert best is not None
    assert best[0] == purpose


@pytest.mark.parametrize("title", ["Modul 7", "Project Falcon", "सत्र", ""])
def test_a_title_without_a_known_word_says_nothing(title: str):
    assert best_of("category", title) is None


def test_a_word_inside_a_phrase_that_counts_is_not_counted_again():
    weight, said = found("category", "Code of conduct")["compliance"]
    assert said == ("code of conduct",)
    assert weight == 4


def test_a_word_of_two_languages_counts_once():
    weight, said = found("category", "Compliance")["compliance"]
    assert (weight, said) == (4, ("compliance",))


def test_numbers_dates_and_words_for_groups_are_not_what_a_title_is_about():
    assert base_words("Lifting safely - group 3 (2026-04-01)") == ("lifting", "safely")
    assert base_words("Gruppe 2: Sicher heben, Teil 1") == ("sicher", "heben")
    assert base_words("Batch 7") == ("batch", "7")


def test_the_first_part_that_is_about_something_is_the_title():
    assert base_title("Batch 3 - Lifting safely") == "Lifting safely"
    assert base_title("Lifting safely, part 2") == "Lifting safely"


def test_titles_are_alike_by_their_words():
    assert similarity("Lifting safely - group 1", "Lifting safely") == 1
    assert similarity("Lifting safely", "Lifting") == 0.5
    assert similarity("Lifting safely", "Driving") == 0


def test_every_category_has_words_in_every_language():
    purposes = {
        row["outcome_category"]
        for row in seed_rows("outcome_categories")
        if row["usual_mode"]
    }
    covered = {
        (row["meaning"], row["language"])
        for row in seed_rows("title_words")
        if row["word_kind"] == "category"
    }
    languages = {"en", "de", "pl", "es", "fr", "hi"}
    assert covered == {(p, language) for p in purposes for language in languages}
