"""Impossible input gives the package's one error, or a finite answer inside its range.

Every public function is found in `__all__`: a new one without a call here fails a test.
"""

import inspect
import warnings
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import comparison
from comparison import (
    Block,
    ImpossibleInput,
    LifeTable,
    Pairs,
    Strata,
    Units,
)

# A possible call of every public function; each argument is then made impossible.
CALLS: dict[str, dict[str, Any]] = {
    "clear_at": {"looks": [(-0.1, 0.2), (0.1, 0.3)]},
    "cluster_bootstrap": {
        "statistic": lambda rows: float(rows.mean()),
        "cluster": [1, 1, 2, 2, 3, 3],
        "draws": 20,
        "seed": 1,
    },
    "cluster_robust": {
        "outcome": [1, 2, 2, 6, 7, 6, 3, 4, 4],
        "design": [[1, one] for one in (0, 1, 1, 0, 0, 1, 0, 1, 1)],
        "cluster": [1, 1, 1, 2, 2, 2, 3, 3, 3],
        "kind": "CR2",
    },
    "cohens_h": {"share_a": 0.9, "share_b": 0.8},
    "g_formula": {
        "outcome": [1, 0, 1, 1, 0, 0, 1, 0],
        "in_a": [1, 1, 1, 1, 0, 0, 0, 0],
        "covariates": [3, 1, 2, 2, 1, 3, 2, 1],
        "interactions": [3, 1, 2, 2, 1, 3, 2, 1],
        "is_share": False,
    },
    "hedges_g": {
        "means": [103, 100],
        "deviations": [5, 4],
        "counts": [50, 50],
        "level": 0.95,
    },
    "incidences": {"duration": [1, 2, 2, 3, 4], "cause": [1, 2, 0, 1, 0]},
    "intraclass": {"value": [1, 2, 3, 4, 5, 5], "group": [1, 1, 2, 2, 3, 3]},
    "inverse_probability": {
        "outcome": [1, 0, 1, 1, 0, 0, 1, 0],
        "in_a": [1, 1, 1, 1, 0, 0, 0, 0],
        "propensity": [0.6, 0.4, 0.5, 0.7, 0.3, 0.4, 0.5, 0.5],
        "covariates": [3, 1, 2, 2, 1, 3, 2, 1],
        "level": 0.95,
    },
    "kaplan_meier": {
        "table": LifeTable([1, 2, 3], [9, 6, 2], [2, 3, 1]),
        "level": 0.95,
        "scale": "log-log",
    },
    "life_table": {"duration": [1, 2, 2, 3, 4], "is_event": [1, 1, 0, 1, 0]},
    "log_rank": {
        "duration": [1, 2, 2, 3, 4, 5],
        "is_event": [1, 1, 0, 1, 0, 1],
        "group": [1, 2, 1, 2, 1, 2],
    },
    "logistic": {
        "design": [3, 1, 2, 2, 1, 3, 2, 1],
        "share": [1, 1, 1, 1, 0, 0, 0, 0],
        "people": [1, 2, 1, 2, 1, 2, 1, 2],
        "block": [0, 0, 1, 1, 0, 0, 1, 1],
        "penalty": 1.0,
    },
    "mantel_haenszel": {
        "strata": Strata([81, 192], [87, 263], [34, 55], [70, 80]),
        "level": 0.95,
    },
    "newcombe": {
        "numerator_a": 5,
        "denominator_a": 9,
        "numerator_b": 2,
        "denominator_b": 8,
        "level": 0.95,
    },
    "p_chart": {
        "numerator": [3, 5, 2, 4],
        "denominator": [9, 9, 8, 9],
        "design_effect": 1.0,
    },
    "paired_difference": {
        "pairs": Pairs([0.1, 0.2, 0.0], [40, 50, 60], [30, 20, 50], [0.1, 0.1, 0.1])
    },
    "people_to_show_means": {"size": 0.5, "power": 0.8, "level": 0.95},
    "people_to_show_rates": {
        "share_a": 0.7,
        "share_b": 0.8,
        "power": 0.8,
        "design_effect": 1.0,
        "level": 0.95,
    },
    "permutation_p_value": {
        "blocks": [([3, 2, 5], [1, 2]), ([3, 1], [1, 0])],
        "draws": 50,
        "seed": 0,
    },
    "power_for_means": {"size": 0.5, "people": 64, "level": 0.95},
    "power_for_rates": {"share_a": 0.5, "share_b": 0.7, "people": 50, "level": 0.95},
    "q_values": {"p_values": [0.01, 0.5, 0.2]},
    "restricted_mean": {"table": LifeTable([1, 2, 3], [9, 6, 2], [2, 3, 1]), "tau": 3},
    "restricted_mean_difference": {
        "a": LifeTable([1, 2, 3], [9, 6, 2], [2, 3, 1]),
        "b": LifeTable([1, 2, 4], [9, 7, 2], [1, 3, 1]),
        "tau": 3,
        "level": 0.95,
    },
    "standardised_difference": {
        "strata": Strata([81, 92], [87, 163], [34, 55], [70, 80]),
        "target": [10, 20],
        "level": 0.95,
    },
    "standardised_differences": {
        "covariates": [3, 1, 2, 2, 1, 3, 2, 1],
        "in_a": [1, 1, 1, 1, 0, 0, 0, 0],
        "weights": [1, 2, 1, 2, 1, 2, 1, 2],
    },
    "unpaired_difference": {
        "blocks": [
            Block(
                Units([3, 2, 5], [40, 50, 60], [1, 1, 1]),
                Units([1, 2, 1], [30, 20, 50], [1, 1, 1]),
                weight=2,
            )
        ],
        "scatter_alike": False,
    },
    "wilson": {"numerator": 5, "denominator": 9, "level": 0.95},
}
NOTHING_TO_SAY = {"wilson", "newcombe", "intraclass", "standardised_difference"} | {
    "mantel_haenszel"
}
BAD_NUMBERS = (-1, 0, 1e-320, 1e308, 2, 95, float("nan"), float("inf"), -float("inf"))
NO_NUMBERS = (None, "0.5", True, 1j, [1], {}, object(), b"1", pl.Series([1, 2]))
BAD_SEQUENCES = (
    [],
    None,
    "abc",
    3,
    {},
    [[1, 2], [3]],
    [[[1]]],
    [None],
    ["a", "b", "c"],
    [object()],
    np.array("x"),
    pl.Series([], dtype=pl.Float64),
    pl.Series(["a", "b"]),
    pd.Series([None, 1]),
    np.array(["2024-01-01"] * 3, dtype="datetime64[D]"),
)


def public_functions() -> list[str]:
    return [
        name
        for name in comparison.__all__
        if inspect.isfunction(getattr(comparison, name)) and name != "compare"
    ]


def outcome_of(name: str, arguments: dict[str, Any]) -> Any:
    """Return a function's answer or the error, which is the one error of the package.

    Warnings are errors.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = getattr(comparison, name)(**arguments)
        except ImpossibleInput as error:
            found = error
    if isinstance(found, ImpossibleInput):
        assert isinstance(found, ValueError)
        assert "\n" not in str(found)
        assert all((found.what, found.where, found.next_step))
        return found
    if found is None:
        assert name in NOTHING_TO_SAY
    check(found)
    return found


def check(found: Any) -> None:
    """Assert that all numbers of an answer are finite and inside their range."""
    if found is None or isinstance(found, str):
        return
    if isinstance(found, dict):
        found = list(found.values())
    if isinstance(found, tuple | list):
        for part in found:
            check(part)
        return
    if not is_dataclass(found):
        assert np.isfinite(np.asarray(found, dtype=float)).all()
        return
    for field in fields(found):
        check(getattr(found, field.name))
    values = SimpleNamespace(**{f.name: getattr(found, f.name) for f in fields(found)})
    if hasattr(values, "low"):
        middle = next(
            getattr(values, name)
            for name in ("estimate", "share", "size", "difference", "centre")
            if hasattr(values, name)
        )
        assert np.all(np.asarray(values.low) <= middle)
        assert np.all(np.asarray(middle) <= values.high)
    if hasattr(values, "p_value"):
        assert 0 <= values.p_value <= 1
    for name in ("share", "free", "rate_a", "rate_b", "effective_share"):
        if hasattr(values, name):
            shares = np.asarray(getattr(values, name))
            assert np.all((shares >= 0) & (shares <= 1 + 1e-12))
    for name in ("error", "errors", "variance"):
        if hasattr(values, name):
            assert np.all(np.asarray(getattr(values, name)) >= 0)


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to an argument and to everything inside it."""
    yield way
    if is_dataclass(value):
        for field in fields(value):
            yield from places(getattr(value, field.name), (*way, field.name))
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value[:2]):
            yield from places(part, (*way, number))


def at(value: Any, way: tuple[Any, ...]) -> Any:
    for step in way:
        value = getattr(value, step) if isinstance(step, str) else value[step]
    return value


def with_changed(value: Any, way: tuple[Any, ...], new: Any) -> Any:
    """Return a copy of an argument with another value at one place."""
    if not way:
        return new
    step, rest = way[0], way[1:]
    if isinstance(step, str):
        inner = with_changed(getattr(value, step), rest, new)
        return replace(value, **{step: inner})
    parts = list(value)
    parts[step] = with_changed(parts[step], rest, new)
    return tuple(parts) if isinstance(value, tuple) else parts


def changed(name: str, argument: str, way: tuple[Any, ...], new: Any) -> Any:
    """Return what a function says of an argument that was changed, or the error."""
    value = CALLS[name][argument]
    try:
        wrong = with_changed(value, way, new)
    except ImpossibleInput as error:  # of a record
        return error
    return outcome_of(name, CALLS[name] | {argument: wrong})


def test_every_public_function_has_a_call():
    assert set(CALLS) == set(public_functions())
    for name, arguments in CALLS.items():
        named = inspect.signature(getattr(comparison, name)).parameters
        assert set(arguments) <= set(named)
        assert all(
            name in arguments
            for name, parameter in named.items()
            if parameter.default is inspect.Parameter.empty
        )


@pytest.mark.parametrize("name", public_functions())
def test_a_possible_call_gives_a_finite_answer(name: str):
    found = outcome_of(name, CALLS[name])
    assert found is not None
    assert not isinstance(found, ImpossibleInput)


@pytest.mark.parametrize("name", public_functions())
def test_impossible_arguments_give_the_one_error_or_a_finite_answer(name: str):
    refused = 0
    for argument, value in CALLS[name].items():
        for way in places(value):
            inner = at(value, way)
            is_number = isinstance(inner, int | float) and not isinstance(inner, bool)
            bad: list[Any] = [*BAD_NUMBERS, *NO_NUMBERS]
            if not is_number:
                bad = [*BAD_SEQUENCES]
            if isinstance(inner, list | tuple | np.ndarray):
                some = list(inner)
                bad += [some[:1], some[:-1], some + some[:1], [some[0]] * len(some)]
            for new in bad:
                found = changed(name, argument, way, new)
                refused += isinstance(found, ImpossibleInput)
    assert refused >= 10


CONVERTERS: dict[str, Callable[[list[Any]], Any]] = {
    "array": lambda values: np.array(values, dtype=float),
    "int8": lambda values: np.array(values, dtype=np.int8),
    "uint8": lambda values: np.array(values, dtype=np.uint8),
    "object": lambda values: np.array(values, dtype=object),
    "polars": pl.Series,
    "pandas": pd.Series,
    "tuple": tuple,
}


def is_convertible(value: Any) -> bool:
    flat = isinstance(value, list) and all(isinstance(one, int) for one in value)
    return flat and all(0 <= one <= 127 for one in value)


@pytest.mark.parametrize("convert", CONVERTERS.values(), ids=CONVERTERS)
@pytest.mark.parametrize("name", public_functions())
def test_any_kind_of_sequence_gives_the_same(
    name: str, convert: Callable[[list[Any]], Any]
):
    arguments = {
        argument: convert(value) if is_convertible(value) else value
        for argument, value in CALLS[name].items()
    }
    expected, found = outcome_of(name, CALLS[name]), outcome_of(name, arguments)
    assert repr(found) == repr(expected)


def test_counts_of_a_narrow_type_do_not_overflow():
    narrow = np.array([100, 100], dtype=np.int8)
    found = comparison.standardised_difference(Strata(narrow, narrow, narrow, narrow))
    assert found is not None
    assert (found.rate_a, found.rate_b) == (1, 1)


NASTY = st.sampled_from([0.0, 1, -1, 2, 3, 0.5, 0.1, 1e-9, 1e15, 1e308, float("nan")])
PLAIN = st.sampled_from([0.0, 0.1, 0.5, 1, 1, 2, 3, 10])


OPTIONS = [
    *((name, {}) for name in public_functions()),
    ("g_formula", {"is_share": True}),
    ("cluster_robust", {"kind": "CR1"}),
    ("kaplan_meier", {"scale": "log"}),
    ("kaplan_meier", {"scale": "plain"}),
    ("unpaired_difference", {"scatter_alike": True}),
    ("inverse_probability", {"is_stabilised": True}),
    ("logistic", {"penalty": 0}),
]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_any_numbers_give_a_finite_answer_or_the_one_error(
    name: str, options: dict[str, Any], data: st.DataObject
):
    size = data.draw(st.integers(1, 6))
    numbers = data.draw(st.sampled_from([NASTY, PLAIN, PLAIN]))
    sequence = st.lists(numbers, min_size=size, max_size=size)
    arguments = dict(CALLS[name])
    for argument, value in arguments.items():
        for way in places(value):
            inner = at(value, way)
            is_sequence = isinstance(inner, np.ndarray) or is_convertible(inner)
            new: Any = None
            if is_sequence:
                new = data.draw(sequence)
            elif isinstance(inner, int | float) and not way and argument != "draws":
                new = data.draw(st.one_of(st.just(inner), numbers))
            if new is not None:
                try:
                    arguments[argument] = with_changed(arguments[argument], way, new)
                except ImpossibleInput:
                    return
    outcome_of(name, arguments | options)


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [
        ("wilson", {"numerator": 10}, "numerator"),
        ("wilson", {"denominator": -1}, "denominator"),
        ("wilson", {"level": 95}, "level"),
        ("mantel_haenszel", {"strata": Strata([0], [9], [0], [9])}, "strata"),
        ("paired_difference", {"pairs": Pairs([], [], [], [])}, "Pairs.differences"),
        ("log_rank", {"group": ["one"] * 6}, "group"),
        ("log_rank", {"is_event": [0] * 6}, "is_event"),
        ("p_chart", {"numerator": [], "denominator": []}, "denominator"),
        ("p_chart", {"denominator": [9, 9, 0, 9]}, "denominator"),
        (
            "paired_difference",
            {"pairs": Pairs([1, 1], [9, 9], [9, 9], [0, 0])},
            "Pairs.sampling_variances",
        ),
        ("hedges_g", {"deviations": [0, 0]}, "deviations"),
        ("restricted_mean", {"tau": 9}, "tau"),
    ],
)
def test_the_error_says_where(name: str, change: dict[str, Any], where: str):
    found = outcome_of(name, CALLS[name] | change)
    assert isinstance(found, ImpossibleInput)
    assert found.where == where


def test_a_stratum_without_one_outcome_has_no_odds_ratio_but_a_difference():
    found = comparison.mantel_haenszel(Strata([5], [9], [0], [9]))
    assert found is not None
    assert (found.odds_ratio, found.crude_odds_ratio) == (None, None)
    assert found.difference == pytest.approx(5 / 9)


def test_a_p_value_does_not_depend_on_the_unit():
    arms = [([3.0, 5, 8], [1.0, 2, 4])]
    tiny = [(list(np.array(a) * 1e-15), list(np.array(b) * 1e-15)) for a, b in arms]
    assert comparison.permutation_p_value(arms) == comparison.permutation_p_value(tiny)


def test_the_power_of_a_large_difference_is_one():
    found = [comparison.power_for_means(size, 64) for size in (0.5, 2, 8, 50, 1_000)]
    assert found == sorted(found)
    assert found[-1] == 1


# Labels of groups may be any number; these sequences have no partner of their length.
LABELS = {"cluster", "group"}
ALONE = {
    ("cluster_bootstrap", "cluster"),
    ("permutation_p_value", "blocks"),
    ("q_values", "p_values"),
}


@pytest.mark.parametrize("name", public_functions())
def test_missing_endless_empty_and_unequal_input_is_refused(name: str):
    """Every sequence and number of every function; `changed` asserts the words."""
    for argument, value in CALLS[name].items():
        for way in places(value):
            inner = at(value, way)
            wrong: list[Any] = []
            if isinstance(inner, int | float) and not isinstance(inner, bool):
                wrong = [float("nan"), *([] if argument in LABELS else [float("inf")])]
            elif is_convertible(inner) or isinstance(inner, np.ndarray):
                some = [float(one) for one in inner]
                wrong = [[float("nan"), *some[1:]]]
                if argument not in LABELS:
                    wrong.append([float("inf"), *some[1:]])
                if (name, argument) not in ALONE:
                    wrong.append([*some, some[0]])
                if name != "q_values":  # no tests have no q-values
                    wrong.append([])
            for new in wrong:
                found = changed(name, argument, way, new)
                assert isinstance(found, ImpossibleInput), (argument, way, new)


@pytest.mark.parametrize(
    ("name", "argument", "way", "above"),
    [
        ("wilson", "numerator", (), 10),
        ("newcombe", "numerator_a", (), 10),
        ("newcombe", "numerator_b", (), 9),
        ("mantel_haenszel", "strata", ("numerator_a",), [88, 192]),
        ("mantel_haenszel", "strata", ("numerator_b",), [34, 81]),
        ("standardised_difference", "strata", ("numerator_a",), [88, 92]),
        ("kaplan_meier", "table", ("events",), [2, 7, 1]),
        ("restricted_mean", "table", ("events",), [10, 3, 1]),
        ("p_chart", "numerator", (), [3, 5, 9, 4]),
        ("logistic", "share", (), [1.1, 1, 1, 1, 0, 0, 0, 0]),
    ],
)
def test_counts_above_their_base_and_below_0_are_refused(
    name: str, argument: str, way: tuple[str, ...], above: Any
):
    below = -1 if isinstance(above, int) else [-1, *above[1:]]
    for wrong in (above, below):
        assert isinstance(changed(name, argument, way, wrong), ImpossibleInput)
