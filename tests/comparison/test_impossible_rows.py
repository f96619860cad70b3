"""`compare` on rows that allow no comparison: one clear error, or a refusal."""

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comparison import Answer, ImpossibleInput, compare
from tests.comparison.offerings import THRESHOLDS

ROWS = {
    "course": [f"C{number}" for number in range(6)] * 2,
    "format": ["classroom"] * 6 + ["online"] * 6,
    "finished": [70, 66, 81, 59, 74, 72, 61, 60, 70, 52, 60, 66],
    "people": [100] * 12,
    "role": ["a", "b", "a", "b", "a", "b"] * 2,
    "days": [10.0, 12, 9, 14, 8, 11, 13, 15, 9, 18, 12, 13],
}
COLUMNS = {
    "programme": "course",
    "mode": "format",
    "numerator": "finished",
    "denominator": "people",
}
VALUE: dict[str, Any] = {"value": "done", "numerator": None, "denominator": None}


def answer(data: object = None, **arguments: Any) -> Answer | ImpossibleInput:
    """Return the answer or the package's error; a warning is a failure."""
    rows = ROWS if data is None else data
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = compare(rows, **({"thresholds": THRESHOLDS} | COLUMNS | arguments))
        except ImpossibleInput as error:
            found = error
    if isinstance(found, ImpossibleInput):
        assert "\n" not in str(found)
        assert all((found.what, found.where, found.next_step))
    elif found.difference is not None:
        assert found.low is not None
        assert found.high is not None
        assert found.low < found.difference < found.high
        assert found.p_value is not None
        assert 0 <= found.p_value <= 1
    return found


def with_people(**values: Any) -> pl.DataFrame:
    """Return a row per person of twelve groups of 100, with what is done of each."""
    groups = pl.DataFrame(ROWS).select("course", "format", "finished")
    rows = [
        {"course": course, "format": mode, "done": number < finished}
        for course, mode, finished in groups.iter_rows()
        for number in range(100)
    ]
    return pl.DataFrame(rows).with_columns(**values)


def duplicate_columns() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS)
    return pd.concat([frame, frame[["finished"]]], axis=1)


@pytest.mark.parametrize(
    ("data", "arguments", "where"),
    [
        ([], {}, "data"),
        (None, {"programme": None}, "programme"),
        (None, {"mode": None}, "mode"),
        (None, {"mode": 3}, "mode"),
        (
            None,
            {"numerator": None, "denominator": None},
            "value, numerator, denominator",
        ),
        ({name: [] for name in ROWS}, {}, "data"),
        (ROWS | {"people": [100]}, {}, "data"),
        (ROWS | {"people": 100}, {}, "data"),
        (duplicate_columns(), {}, "data"),
        (ROWS | {"course": [["a"]] * 12}, {}, "programme='course'"),
        (ROWS | {"course": [{"a": 1}] * 12}, {}, "programme='course'"),
        (ROWS | {"course": [None] * 12}, {}, "programme='course'"),
        (ROWS | {"course": [float("nan")] * 12}, {}, "programme='course'"),
        (ROWS | {"format": ["classroom"] * 12}, {}, "column format"),
        (ROWS | {"people": [0] * 12, "finished": [0] * 12}, {}, "denominator='people'"),
        (ROWS | {"people": [-1] * 12}, {}, "denominator='people'"),
        (ROWS | {"people": [10**17] * 12}, {}, "denominator='people'"),
        (ROWS | {"finished": [101] * 12}, {}, "numerator='finished'"),
        (ROWS | {"finished": [-1] * 12}, {}, "numerator='finished'"),
        (ROWS | {"finished": ["1"] * 12}, {}, "numerator='finished'"),
        (ROWS | {"finished": [float("inf")] * 12}, {}, "numerator='finished'"),
        (ROWS | {"finished": [None, *range(11)]}, {}, "numerator='finished'"),
        (None, {"attributes": "role"}, "attributes='role'"),
        (None, {"attributes": ["role", "role"]}, "attributes=['role', 'role']"),
        (None, {"attributes": [3]}, "attributes=[3]"),
        (None, {"modes": "classroom"}, "modes='classroom'"),
        (None, {"modes": ["classroom"]}, "modes=['classroom']"),
        (None, {"modes": ("online", "online")}, "modes=('online', 'online')"),
        (None, {"before": "difference"}, "before"),
        (None, {"before": [(0.1, 0.2)]}, "before"),
        (None, {"margin": "3"}, "margin='3'"),
        (None, {"direction": None}, "direction=None"),
        (None, {"name": 3}, "name"),
        (None, {"unit": 3}, "unit"),
        (None, {"is_base_selected": "no"}, "is_base_selected"),
        (None, {"thresholds": {}}, "thresholds"),
        (with_people(done=pl.lit(5.0)), VALUE, "value='done'"),
    ],
)
def test_an_impossible_argument_is_refused_in_one_line(
    data: object, arguments: dict[str, Any], where: str
):
    found = answer(data, **arguments)
    assert isinstance(found, ImpossibleInput)
    assert found.where == where


@pytest.mark.parametrize(
    ("arguments", "next_step"),
    [
        ({"unit": 3}, "give text"),
        ({"thresholds": {}}, "give comparison.verdicts.Thresholds"),
        ({"before": [3]}, "give comparison.own_data.Answer"),
    ],
)
def test_a_refusal_names_what_can_be_given(arguments: dict[str, Any], next_step: str):
    found = answer(**arguments)
    assert isinstance(found, ImpossibleInput)
    assert found.next_step == next_step


def test_an_answer_of_other_modes_is_no_earlier_look():
    first = answer()
    assert isinstance(first, Answer)
    other = replace(first, mode_b="blended")
    found = answer(before=[other])
    assert isinstance(found, ImpossibleInput)
    assert found.what == "an answer compares classroom and blended"


def test_true_and_false_are_counts_of_one_person():
    people = with_people(one=pl.lit(1))
    grouped = answer()
    found = answer(people, numerator="done", denominator="one")
    assert isinstance(found, Answer)
    assert isinstance(grouped, Answer)
    assert found.difference == pytest.approx(grouped.difference)
    ones = answer(
        people.with_columns(one=pl.lit(True)), numerator="done", denominator="one"
    )
    assert ones == found


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.float32, object])
def test_narrow_numbers_do_not_overflow(kind: type):
    narrow = {name: np.array(ROWS[name], dtype=kind) for name in ("finished", "people")}
    assert repr(answer(pd.DataFrame(ROWS | narrow))) == repr(answer(pd.DataFrame(ROWS)))


def test_no_attributes_may_be_none():
    assert answer(attributes=None) == answer()


def test_an_attribute_known_in_one_mode_only_is_not_held_equal():
    in_one = {"role": ["a", "b", "a", "b", "a", "b", *[None] * 6]}
    found = answer(ROWS | in_one, attributes=["role"])
    plain = answer()
    assert isinstance(found, Answer)
    assert isinstance(plain, Answer)
    assert (found.held_equal, found.not_known) == ((), ("role",))
    assert (found.verdict, found.difference) == (plain.verdict, plain.difference)
    assert found.overlap == 1


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_rows_give_a_finite_answer_a_refusal_or_the_one_error(data: st.DataObject):
    size = data.draw(st.integers(0, 14))
    names = st.sampled_from(["a", "b", "c", "d"])
    numbers = st.sampled_from([0, 1, 1, 2, 5, 5, -1, 1e16, None, float("nan"), 0.5])
    plain = st.sampled_from([0, 1, 2, 5, 7])
    values = data.draw(st.sampled_from([numbers, plain]))
    rows = {
        "course": data.draw(st.lists(names, min_size=size, max_size=size)),
        "format": data.draw(
            st.lists(st.sampled_from(["x", "y"]), min_size=size, max_size=size)
        ),
        "value": data.draw(st.lists(values, min_size=size, max_size=size)),
        "people": data.draw(st.lists(values, min_size=size, max_size=size)),
    }
    few = replace(THRESHOLDS, fewest_people=1, fewest_programmes=2)
    rate = {"numerator": "value", "denominator": "people"}
    mean = {"value": "value", "numerator": None, "denominator": None}
    chosen = data.draw(st.sampled_from([rate, mean]))
    answer(rows, **chosen, thresholds=few)
