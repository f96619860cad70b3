"""An analyst's own rows get the gates, the verdict and the words of the product."""

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from comparison import Answer, compare
from comparison.gates import compare_modes, with_final_verdict
from comparison.scope import ComparisonSpec, scope_of
from tandem.core.errors import WrongUse
from tests.comparison.offerings import THRESHOLDS, Offering, cells, in_both
from tests.comparison.planted import planted

GROUPS = pl.DataFrame(
    [
        {
            "course": offering.programme_id,
            "format": {"sync": "classroom", "async": "online"}[offering.delivery_mode],
            "run": offering.cohort_id,
            "finished": offering.finished,
            "people": offering.people,
            "topic": "leadership",
        }
        for offering in in_both(6, 0.7, 0.6)
    ]
)
COLUMNS = {
    "programme": "course",
    "mode": "format",
    "numerator": "finished",
    "denominator": "people",
    "cohort": "run",
}


def people(groups: pl.DataFrame = GROUPS) -> pl.DataFrame:
    """Return a row per person: whether he or she finished."""
    rows = []
    for row in groups.iter_rows(named=True):
        for number in range(row["people"]):
            rows.append(row | {"done": number < row["finished"], "id": len(rows)})
    return pl.DataFrame(rows)


def answer(data: object = GROUPS, **arguments: Any) -> Answer:
    return compare(data, **(COLUMNS | arguments), thresholds=THRESHOLDS)


def test_the_answer_is_that_of_the_products_own_gates():
    found = answer(name="Finished")
    own = cells(in_both(6, 0.7, 0.6)).with_columns(
        pl.lit("unclassified").alias("outcome_category")
    )
    spec = ComparisonSpec("x", 0.03, "nothing", "sync", "async")
    expected = compare_modes(spec, scope_of(own), {}, THRESHOLDS)
    assert expected.estimate is not None
    assert (found.difference, found.low, found.high) == pytest.approx(
        (expected.estimate.difference, *expected.estimate.limits)
    )
    final = with_final_verdict(expected, spec, 0.0, THRESHOLDS, [])
    assert found.verdict == final.verdict == "emerging_difference"
    assert (found.programmes, found.cohorts) == ((6, 6), (12, 12))
    assert found.people == (4_800, 4_800)
    assert "classroom is 10 points above online, programme by programme" in (
        found.sentence
    )


def test_a_second_look_makes_the_difference_clear():
    first = answer()
    second = answer(before=[first])
    assert (first.verdict, second.verdict) == ("emerging_difference", "difference")


def test_a_row_per_person_and_a_row_per_group_give_the_same():
    found = answer(
        people(), value="done", learner="id", numerator=None, denominator=None
    )
    grouped = answer()
    assert found.people == grouped.people
    assert (found.difference, found.low) == pytest.approx(
        (grouped.difference, grouped.low)
    )
    assert found.sentence == grouped.sentence


@pytest.mark.parametrize(
    "convert",
    [
        lambda frame: frame.lazy(),
        lambda frame: frame.to_arrow(),
        lambda frame: frame.to_dict(as_series=False),
        lambda frame: pd.DataFrame(frame.to_dict(as_series=False)),
        lambda frame: duckdb.sql("from frame"),
    ],
    ids=["lazy", "arrow", "mapping", "pandas", "duckdb"],
)
def test_any_frame_or_sql_result_will_do(convert):
    assert answer(convert(GROUPS)) == answer()


def test_a_person_with_several_rows_counts_once():
    twice = pl.concat([people(), people()])
    found = answer(twice, value="done", learner="id", numerator=None, denominator=None)
    assert found.people == (4_800, 4_800)


def test_attributes_are_held_equal_under_their_own_names():
    evidence = planted(3).evidence.cells.filter(
        pl.col("outcome_category") == "leadership"
    )
    plain = {
        "programme": "programme_id",
        "mode": "delivery_mode",
        "numerator": "numerator",
        "denominator": "denominator",
        "cohort": "cohort_id",
        "category": "outcome_category",
        "modes": ("sync", "hybrid"),
    }
    held = compare(
        evidence.rename({"segment": "job", "prior_completion_band": "record"}),
        **plain,
        attributes=["job", "record"],
    )
    assert held.held_equal == ("job", "record")
    assert held.method.endswith("Held equal among people: job, record.")
    assert "like-for-like" in held.sentence
    crude = compare(evidence, **plain)
    assert (crude.held_equal, "like-for-like" in crude.sentence) == ((), False)
    assert held.difference != crude.difference


def test_other_programmes_are_compared_only_inside_a_category():
    apart = [
        Offering(f"{mode}{n}", mode, 300, 150 + 10 * n)
        for mode in ("sync", "async")
        for n in range(5)
    ]
    frame = cells(apart).drop("outcome_category").with_columns(topic=pl.lit("x"))
    columns = {
        "programme": "programme_id",
        "mode": "delivery_mode",
        "numerator": "numerator",
        "denominator": "denominator",
    }
    without = compare(frame, **columns)
    assert without.verdict in ("insufficient_programmes", "not_comparable_no_overlap")
    assert (without.difference, without.strength) == (None, "none")
    assert compare(frame, **columns, category="topic").difference == pytest.approx(0)


def test_a_definition_that_differs_refuses():
    frame = GROUPS.with_columns(rule=pl.col("format"))
    split = frame.with_columns(course=pl.concat_str("course", "format"))
    found = answer(split, definition="rule", category="topic")
    assert found.verdict == "not_comparable_definition"


def test_numbers_have_their_unit_and_direction_in_the_sentence():
    chance = np.random.default_rng(3)
    frame = pl.DataFrame(
        [
            {"course": f"C{n}", "format": mode, "days": day}
            for n in range(6)
            for mode, mean in (("classroom", 20.0), ("online", 30.0))
            for day in chance.normal(mean + n, 4, 40)
        ]
    )
    found = compare(
        frame,
        programme="course",
        mode="format",
        value="days",
        unit="days",
        name="Days to finish",
        direction="lower_better",
        thresholds=THRESHOLDS,
    )
    assert found.difference == pytest.approx(-10, abs=1)
    assert "days to finish" in found.sentence
    assert " days" in found.sentence
    assert "points" not in found.sentence


def test_small_groups_are_refused():
    few = GROUPS.with_columns(pl.lit(4).alias("finished"), pl.lit(4).alias("people"))
    found = answer(few.filter(pl.col("course") == "P0").head(3))
    assert (found.verdict, found.difference) == ("suppressed", None)


WRONG = [
    (GROUPS, {"programme": "module"}, "there is no column 'module'", "course, format"),
    (GROUPS, {"attributes": ["age"]}, "there is no column 'age'", "columns are:"),
    (GROUPS, {"value": "finished"}, "not clear what is compared", "value, or both"),
    (GROUPS, {"denominator": None}, "not clear what is compared", "value, or both"),
    (
        GROUPS,
        {"numerator": "people", "denominator": "finished"},
        "above the denominator",
        "counts of people",
    ),
    (
        GROUPS.with_columns(pl.col("people").cast(pl.String)),
        {},
        "it holds String, not numbers",
        "0 and 1",
    ),
    (
        GROUPS.filter(pl.col("format") == "online"),
        {},
        "all rows have the mode 'online'",
        "rows of another mode",
    ),
    (
        pl.concat([GROUPS, GROUPS.head(1).with_columns(format=pl.lit("mixed"))]),
        {},
        "there are 3 modes (classroom, mixed, online)",
        "modes=(first, second)",
    ),
    (GROUPS, {"modes": ("classroom", "video")}, "no row has 'video'", "format has:"),
    (GROUPS, {"modes": ("online", "online")}, "the same twice", "format has:"),
    (
        GROUPS.with_columns(
            format=pl.when(pl.col("run") == "1").then(pl.col("format"))
        ),
        {},
        "12 of 24 rows have no value",
        "leave these rows out",
    ),
    (
        GROUPS.with_columns(
            finished=pl.when(pl.col("run") == "1").then(pl.col("finished"))
        ),
        {},
        "12 of 24 rows have no value",
        "nothing is taken for 0",
    ),
    (
        GROUPS.with_columns(people=pl.lit(float("nan"))),
        {},
        "not finite",
        "nothing is taken for 0",
    ),
    (GROUPS.head(0), {}, "it has no rows", "check the query"),
    ([1, 2], {}, "a list is no frame", "polars, pandas or arrow"),
    (
        GROUPS,
        {"attributes": ["topic"] * 6},
        "there are 6 attributes",
        "the 5 that matter most",
    ),
]


@pytest.mark.parametrize(("data", "arguments", "what", "next_step"), WRONG)
def test_a_mistake_says_what_where_and_what_next(
    data: object, arguments: dict[str, Any], what: str, next_step: str
):
    with pytest.raises(WrongUse) as error:
        answer(data, **arguments)
    assert what in error.value.what
    assert error.value.where
    assert next_step in error.value.next_step


def test_gaps_in_attributes_are_a_level_of_their_own():
    frame = GROUPS.with_columns(kind=pl.when(pl.col("run") == "1").then(pl.lit("new")))
    found = answer(frame, attributes=["kind"])
    assert found.difference is not None
    assert found.not_known == ("kind",)  # of half of the people


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"direction": "up"}, "no such direction"),
        ({"direction": "Higher_better"}, "no such direction"),
        ({"margin": "3"}, "no number above 0"),
        ({"margin": 0}, "no number above 0"),
        ({"margin": -1}, "no number above 0"),
        ({"margin": float("nan")}, "no number above 0"),
        ({"margin": True}, "no number above 0"),
    ],
)
def test_words_and_margins_that_cannot_be_understood_are_refused(wrong, words: str):
    rows = {"p": ["A", "A"], "m": ["live", "self"], "v": [1, 0]}
    with pytest.raises(WrongUse, match=words):
        compare(rows, programme="p", mode="m", value="v", **wrong)


def test_a_programme_with_two_definitions_is_refused():
    rows = {"p": ["A", "A"], "m": ["live", "self"], "v": [1, 0], "d": ["x", "y"]}
    with pytest.raises(WrongUse, match="'A' has more than one"):
        compare(rows, programme="p", mode="m", value="v", definition="d")


def test_values_that_cannot_be_added_up_are_refused():
    rows = {"p": ["A", "A"], "m": ["live", "self"], "v": [1e200, 2.0]}
    with pytest.raises(WrongUse, match="too large"):
        compare(rows, programme="p", mode="m", value="v")


@pytest.mark.parametrize(("people", "is_hidden"), [(9, True), (10, False), (11, False)])
def test_a_mode_of_few_people_in_many_rows_is_hidden(people: int, is_hidden: bool):
    rows = [
        {"p": f"P{number}", "m": mode, "v": (number + row) % 2, "who": row % people}
        for number in range(6)
        for mode in ("live", "self")
        for row in range(30)
    ]
    frame = pl.DataFrame(rows)
    found = compare(frame, programme="p", mode="m", value="v", learner="who")
    assert (found.verdict == "suppressed") == is_hidden
