"""Of a reason for declining an invitation only its kind is kept."""

import csv

import pytest
from babel import Locale

from ingest.connectors.calendar.format.absence_reasons import absence_category
from tandem.core.files import project_root

SEEDS = project_root() / "seeds"


def rows_of(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("comment", "category"),
    [
        ("I'm ill today", "illness"),
        ("ILLNESS in the team", "illness"),
        ("that would be illegal", "other"),
        ("will be late", "other"),
        ("Doctor's appointment", "illness"),
        ("Habe Urlaub bis Montag", "leave"),
        ("Kundentermin", "work"),
        ("wichtiger Termin", "work"),
        ("déplacement à Lyon", "travel"),
        ("spotkanie z klientem", "work"),
        ("体調不良のため欠席します", "illness"),
        ("मैं बीमार हूँ", "illness"),
        ("еду в командировку", "travel"),
        ("no internet here", "technical"),
        ("my daughter's birthday", "family"),
        ("see you next week", "other"),
        ("?!", None),
        ("   ", None),
        ("", None),
        (None, None),
    ],
)
def test_a_reason_has_a_category_in_any_language(
    comment: str | None, category: str | None
):
    assert absence_category("declined", comment) == category


@pytest.mark.parametrize("response", ["accepted", "tentative", "none", "delegated"])
def test_only_a_declined_invitation_has_a_reason(response: str):
    assert absence_category(response, "I am sick") is None


def test_several_comments_are_one_reason():
    assert absence_category("declined", None, "sorry,", "on vacation") == "leave"


def test_every_phrase_is_of_a_known_category_and_language_and_gives_it():
    known = {row["absence_category"] for row in rows_of("absence_categories")}
    phrases = rows_of("absence_phrases")
    assert {row["absence_category"] for row in phrases} <= known
    for row in phrases:
        assert Locale.parse(row["language"]), row
        assert absence_category("declined", row["phrase"]) is not None, row


def test_no_phrase_is_there_twice_and_every_category_but_other_has_some():
    phrases = [(row["language"], row["phrase"]) for row in rows_of("absence_phrases")]
    assert len(set(phrases)) == len(phrases)
    used = {row["absence_category"] for row in rows_of("absence_phrases")}
    known = {row["absence_category"] for row in rows_of("absence_categories")}
    assert known - used == {"other"}
