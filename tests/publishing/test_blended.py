"""Steps of blends are published without a group of fewer than k people behind them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest

from publishing.blended import Year, prework_attendance, steps
from tandem.core.files import Home
from tests.publishing.conftest import Read

K = 10
YEAR = Year(date(2025, 4, 1), date(2026, 3, 31))


def walked(reached: tuple[int, ...], gap_days: float | None = 6.0) -> pl.DataFrame:
    """Phases of people who start; `reached` says how many come to each step."""
    started, *steps_reached = reached
    return pl.DataFrame(
        {
            "enrolment_id": f"e{person:04d}",
            "learner_key": f"p{person:04d}",
            "cohort_id": "C",
            "hybrid_pattern": "prework_live_followup",
            "phase_no": number,
            "step_mode": "sync" if number == 2 else "async",
            "is_reached": person < count,
            "gap_days": gap_days if number > 1 and person < count else None,
        }
        for person in range(started)
        for number, count in enumerate(steps_reached, start=1)
    )


def published(reached: tuple[int, ...]) -> list[dict[str, Any]]:
    return steps(walked(reached), YEAR, K).to_dicts()


def test_a_year_is_four_quarters():
    assert Year.ending(date(2026, 3, 31)) == YEAR


def test_each_step_states_who_reached_it_and_who_was_lost():
    first, live, last = published((100, 90, 80, 60))
    assert (first["reached_share"], first["lost_share"]) == (0.9, 0.1)
    assert (live["reached_share"], live["lost_share"]) == (0.8, 0.1)
    assert (last["reached_share"], last["lost_share"]) == (0.6, 0.2)
    assert {row["enrolment_count"] for row in (first, live, last)} == {100}
    assert live["gap_days_median"] == 6


def test_a_step_counts_only_those_who_reached_the_steps_before_it():
    phases = walked((40, 20, 40))
    assert steps(phases, YEAR, K)["lost_share"].to_list() == [0.5, None]


def test_steps_side_by_side_have_no_gap():
    found = steps(walked((100, 90, 80), gap_days=-3.0), YEAR, K)
    assert found["gap_days_median"].to_list() == [None, None]


@pytest.mark.parametrize(("people", "median"), [(19, None), (20, 6), (21, 6)], ids=str)
def test_a_gap_needs_twice_k_people(people: int, median: int | None):
    found = steps(walked((100, 90, people)), YEAR, K)
    assert found["gap_days_median"][-1] == median


@pytest.mark.parametrize(
    ("lost", "state"), [(9, "as_before"), (10, "shown"), (11, "shown")]
)
def test_fewer_than_k_lost_people_make_no_number(lost: int, state: str):
    (row,) = published((60, 60 - lost))
    assert row["state"] == state
    assert (row["reached_share"] is None) == (state == "as_before")


@pytest.mark.parametrize(
    ("left", "state"), [(9, "hidden"), (10, "shown"), (11, "shown")]
)
def test_a_step_that_fewer_than_k_people_reached_is_hidden(left: int, state: str):
    row = published((60, 40, left))[-1]
    assert row["state"] == state
    assert (row["enrolment_count"] is None) == (state == "hidden")


@pytest.mark.parametrize(
    ("started", "is_hidden"), [(9, True), (10, False), (11, False)]
)
def test_a_pattern_that_fewer_than_k_people_started_is_hidden(
    started: int, is_hidden: bool
):
    states = {row["state"] for row in published((started, started, started))}
    assert states == ({"hidden"} if is_hidden else {"as_before"})


def test_one_person_in_many_enrolments_is_one_person():
    phases = walked((60, 40)).with_columns(pl.lit("same").alias("learner_key"))
    assert steps(phases, YEAR, K)["state"].to_list() == ["hidden"]


def consistent(rows: list[dict[str, Any]]) -> Iterator[tuple[int, ...]]:
    """Every history that an attacker cannot tell from the published rows.

    The attacker knows the rule, k, and that each person is enrolled once.
    """
    count = rows[0]["enrolment_count"]
    for started in range(1, (count or 2 * K) + K):
        if count is not None and round(started / K) * K != count:
            continue
        yield from _continued(rows, (started,), started)


def _continued(
    rows: list[dict[str, Any]], so_far: tuple[int, ...], last_shown: int
) -> Iterator[tuple[int, ...]]:
    if len(so_far) > len(rows):
        yield so_far
        return
    row = rows[len(so_far) - 1]
    for reached in range(so_far[-1] + 1):
        lost = last_shown - reached
        if row["state"] == "shown":
            is_same = round(reached / so_far[0], 2) == row["reached_share"]
            fits = is_same and lost >= K and reached >= K
        else:
            fits = (lost < K) if row["state"] == "as_before" else reached < K
        if fits:
            shown = reached if row["state"] == "shown" else last_shown
            yield from _continued(rows, (*so_far, reached), shown)


@pytest.mark.parametrize(
    "truth",
    [
        (52, 50, 40),
        (52, 49, 45),
        (52, 45, 40),
        (52, 51, 41, 38),
        (33, 30, 4),
        (95, 94, 93, 60),
        (14, 13, 12),
    ],
    ids=str,
)
def test_no_small_group_follows_by_subtracting_steps(truth: tuple[int, ...]):
    rows = published(truth)
    histories = list(consistent(rows))
    assert truth in histories  # else the attacker is wrong, and proves nothing
    for earlier in range(len(truth)):
        for later in range(earlier + 1, len(truth)):
            small = truth[earlier] - truth[later]
            if 0 < small < K:
                found = {h[earlier] - h[later] for h in histories}
                assert max(found) - min(found) >= K - 1
    for at, reached in enumerate(truth):
        if 0 < reached < K:
            found = {history[at] for history in histories}
            assert max(found) - min(found) >= K - 1


def seats(attended: tuple[int, int], absent: tuple[int, int]) -> pl.DataFrame:
    """Expected attendances (prepared, not prepared), each of another person."""
    rows = [
        (is_prepared, is_attended)
        for is_attended, counts in ((True, attended), (False, absent))
        for is_prepared, count in zip((True, False), counts, strict=True)
        for _ in range(count)
    ]
    return pl.DataFrame(
        rows, schema=["is_prepared", "is_attended"], orient="row"
    ).with_row_index("learner_key")


def test_attendance_is_given_with_and_without_preparation():
    found = prework_attendance(seats((90, 30), (30, 20)), YEAR, K).to_dicts()
    assert [row["is_prepared"] for row in found] == [False, True]
    assert [row["attended_share"] for row in found] == [0.6, 0.75]
    assert [row["seat_count"] for row in found] == [50, 120]
    assert found[1]["ci_low"] < 0.75 < found[1]["ci_high"]


@pytest.mark.parametrize("group", range(4))
@pytest.mark.parametrize(
    ("size", "state"), [(9, "hidden"), (10, "shown"), (11, "shown")]
)
def test_a_small_group_of_attendance_hides_both_rows(group: int, size: int, state: str):
    sizes = [40] * 4
    sizes[group] = size
    found = prework_attendance(
        seats((sizes[0], sizes[1]), (sizes[2], sizes[3])), YEAR, K
    )
    assert found["state"].to_list() == [state, state]
    numbers = found.select("seat_count", "attended_share", "ci_low", "ci_high")
    assert numbers.null_count().row(0) == ((2,) * 4 if state == "hidden" else (0,) * 4)


def test_without_preparation_anywhere_there_is_no_row():
    assert prework_attendance(seats((0, 0), (0, 0)), YEAR, K).is_empty()
    assert steps(walked((0, 0)), YEAR, K).is_empty()


def test_the_published_file_lists_blended_programmes(published_home: Home, read: Read):
    found = read(
        published_home,
        "select programme_id, hybrid_pattern, has_live_evidence, cohort_count"
        " from pub.blended_programmes order by programme_id",
    )
    assert found.rows() == [
        ("privacy", "unrecognised", False, 5),
        ("selling", "unrecognised", False, 5),
    ]
