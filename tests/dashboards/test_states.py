"""The states of a value: each has a mark of its own, and words."""

import pytest

from dashboards.components import value_state
from dashboards.presenters import states


@pytest.mark.parametrize("state", states.MARKS)
def test_each_state_says_what_it_means_and_what_to_do(state: str):
    found = states.words(state)
    assert found.label
    assert found.means.endswith(".")
    assert found.next_step.endswith(".")
    assert found.short == f"{states.MARKS[state]} {found.label}"


def test_marks_differ():
    assert len(set(states.MARKS.values())) == len(states.MARKS)


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (None, "no_data"),
        ({"state": "shown"}, ""),
        ({"state": "immature"}, "still_running"),
        ({"state": "hidden"}, "hidden"),
        ({"state": "not_measured"}, "not_measured"),
    ],
)
def test_a_cell_is_shown_or_in_a_state(row: dict | None, state: str):
    assert states.of_cell(row) == state


def test_a_reason_cannot_add_markup():
    assert "<b>" not in value_state.markup("hidden", "<b>")


@pytest.mark.parametrize(
    ("strength", "filled", "words"),
    [
        ("none", 0, "no evidence"),
        ("very_weak", 1, "very weak evidence"),
        ("moderate", 3, "moderate evidence"),
        ("strong", 5, "strong evidence"),
    ],
)
def test_padlocks_say_the_strength_in_words_too(strength: str, filled: int, words: str):
    drawn = value_state.padlocks(strength)
    assert drawn.count("td-on") == filled
    assert drawn.endswith(words)
