"""Comparisons are copied, unless an arm is hidden or the cells are rounded."""

from datetime import date

import polars as pl
import pytest

from publishing.comparisons import LEFT_OUT, LEFT_OUT_REASONS, comparisons

CELL = {
    "cube": "mode_category",
    "kpi_id": "completion_rate",
    "outcome_category": "leadership",
    "trailing_quarters": 4,
}
ROW = {
    "kpi_id": "completion_rate",
    "outcome_category": "leadership",
    "trailing_quarters": 4,
    "mode_a": "async",
    "mode_b": "sync",
    "crude_difference": 0.1234567,
    "verdict": "difference",
    "wording_key": "verdict.difference",
    "sentence": "Live finished more.",
    "state": "clear_difference",
    "verdict_change": "new",
    "evidence_strength": "weak",
    "evidence_gates": "same_programmes",
    "held_equal": "segment",
    "not_known": "",
    "wording": '{"sentence": []}',
    "people_to_link_count": None,
    **dict.fromkeys((LEFT_OUT, *LEFT_OUT_REASONS), 0),
}


def published(end: date, people: tuple[int, int], **more: int) -> dict:
    arms = [
        ("async", date(2025, 6, 30), "shown", 41.0),
        ("sync", date(2025, 6, 30), "shown", 52.0),
        ("async", date(2025, 3, 31), "shown", None),
        ("sync", date(2025, 3, 31), "shown", None),
        ("async", date(2024, 6, 30), "shown", 40.0),
        ("sync", date(2024, 6, 30), "hidden", None),
    ]
    cells = pl.DataFrame(
        [
            CELL
            | {"delivery_mode": m, "period_end_date": d, "state": s, "denominator": n}
            for m, d, s, n in arms
        ]
    )
    row = ROW | {"period_end_date": end} | more
    row |= {"learner_count_a": people[0], "learner_count_b": people[1]}
    return comparisons(pl.DataFrame([row]), cells, 10).row(0, named=True)


def test_a_comparison_of_exact_cells_is_copied_unchanged():
    found = published(date(2025, 6, 30), (41, 52))
    assert (found["learner_count_a"], found["crude_difference"]) == (41, 0.1234567)
    assert (found["verdict"], found["state"]) == ("difference", "clear_difference")


def test_a_comparison_of_rounded_cells_is_rounded():
    found = published(date(2025, 3, 31), (41, 52))
    assert (found["learner_count_a"], found["learner_count_b"]) == (40, 60)
    assert found["crude_difference"] == 0.12
    assert found["verdict"] == "difference"


def test_a_comparison_with_a_hidden_arm_is_hidden():
    found = published(date(2024, 6, 30), (41, 52))
    assert (found["learner_count_a"], found["crude_difference"]) == (None, None)
    assert (found["verdict"], found["state"]) == ("suppressed", "hidden")
    assert "finished" not in found["sentence"]
    assert found["wording"] is None


def test_a_comparison_with_a_small_arm_is_hidden():
    assert published(date(2025, 6, 30), (41, 9))["verdict"] == "suppressed"


def test_an_empty_arm_leaves_the_reason_for_no_comparison_visible():
    found = published(date(2025, 6, 30), (41, 0))
    assert (found["verdict"], found["learner_count_b"]) == ("difference", 0)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((30, 20, 10, 0), (30, 20, 10, 0)),
        ((29, 20, 9, 0), (29, None, None, None)),
        ((9, 9, 0, 0), (None, None, None, None)),
        ((10, 10, 0, 0), (10, 10, 0, 0)),
        ((0, 0, 0, 0), (0, 0, 0, 0)),
        ((12, 11, 1, 0), (12, None, None, None)),
    ],
)
def test_few_people_left_out_are_not_counted(
    counts: tuple[int, ...], expected: tuple[int | None, ...]
):
    names = (LEFT_OUT, *LEFT_OUT_REASONS)
    found = published(
        date(2025, 6, 30), (41, 52), **dict(zip(names, counts, strict=True))
    )
    assert tuple(found[name] for name in names) == expected
