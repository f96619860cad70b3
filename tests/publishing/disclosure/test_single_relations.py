"""Cells are suppressed where one relation narrows a small cell down to less than k."""

import numpy as np
import polars as pl
import pytest

from publishing.disclosure.complementary import Measure, SuppressionPlan
from publishing.disclosure.figures import round_people
from publishing.disclosure.relations import Bounds, Relation
from publishing.disclosure.single_relations import suppress_in_single_relations

K = 10
TOTAL, SMALL, FIRST, SECOND = range(4)


def suppressed(
    values: list[float],
    rounded: set[int],
    hidden: set[int] = frozenset({SMALL}),
    relations: tuple[Relation, ...] = (),
    small: set[int] = frozenset({SMALL}),
) -> set[int]:
    """Return what is suppressed; by default, TOTAL is the sum of all other cells."""
    cells = range(len(values))
    truth = np.array(values, dtype=float)
    is_rounded = np.array([cell in rounded for cell in cells])
    shown = pl.DataFrame({"people": truth}).select(round_people("people", K))
    middle = np.where(is_rounded, shown["people"].to_numpy(), truth)
    slack = np.where(is_rounded, K, 0)
    cost = np.where(is_rounded, truth, 1e6)
    plan = SuppressionPlan.of(
        np.array([cell in hidden for cell in cells]),
        cost,
        list(relations) or [Relation(TOTAL, tuple(cells)[1:])],
    )
    width = np.array([K if cell in small else 0 for cell in cells], dtype=float)
    published = Bounds(middle - slack, middle + slack)
    suppress_in_single_relations(plan, Measure(truth, width, shown=published))
    return set(np.flatnonzero(plan.suppressed))


@pytest.mark.parametrize(
    ("people", "rounded"), [(1, 20), (29, 20), (31, 40), (50, 40), (70, 80), (71, 80)]
)
def test_people_are_rounded_to_2k_but_never_to_none(people: int, rounded: int):
    found = pl.DataFrame({"people": [people]}).select(round_people("people", K))
    assert found.item() == rounded


@pytest.mark.parametrize(("small", "also"), [(4, {FIRST}), (5, set()), (6, set())])
def test_a_rounded_part_is_suppressed_where_less_than_k_is_left(
    small: int, also: set[int]
):
    """55 is shown as 60, so it is 50 to 70: at most small + 5 people are left."""
    assert suppressed([55 + small, small, 55], {FIRST}) == {SMALL} | also


@pytest.mark.parametrize(("small", "also"), [(4, {TOTAL}), (9, {TOTAL})])
def test_an_exact_total_is_suppressed_where_all_parts_are_exact(
    small: int, also: set[int]
):
    assert suppressed([30 + small, small, 30], set()) == {SMALL} | also


@pytest.mark.parametrize(("small", "also"), [(4, {TOTAL}), (9, {TOTAL}), (8, {TOTAL})])
def test_a_rounded_total_is_suppressed_where_its_greatest_value_leaves_less_than_k(
    small: int, also: set[int]
):
    """The total is shown as 40, so it is at most 50, and 41 are in the other part."""
    other = 50 - small if small < K else 40
    assert suppressed([other + small, small, other], {TOTAL}) == {SMALL} | also


def test_the_smallest_rounded_part_is_suppressed_first():
    assert suppressed([129, 4, 70, 55], {FIRST, SECOND}) == {SMALL, SECOND}
    assert suppressed([129, 4, 55, 70], {FIRST, SECOND}) == {SMALL, FIRST}


def test_of_equal_rounded_parts_the_first_is_suppressed():
    assert suppressed([106, 4, 51, 51], {FIRST, SECOND}) == {SMALL, FIRST}


def test_a_hidden_part_leaves_the_rest_uncertain():
    assert suppressed([109, 4, 55, 50], {FIRST}, {SMALL, SECOND}) == {SMALL, SECOND}


@pytest.mark.parametrize(("second", "also"), [(5, {TOTAL}), (6, set()), (7, set())])
def test_two_hidden_parts_of_less_than_k_together_suppress_the_total(
    second: int, also: set[int]
):
    values = [94 + second, 4, second, 90]
    assert suppressed(values, set(), {SMALL, 2}) == {SMALL, 2} | also


def test_the_small_part_may_be_any_of_the_relation():
    relations = (Relation(TOTAL, (FIRST, SMALL)),)
    assert suppressed([34, 4, 30], set(), relations=relations) == {TOTAL, SMALL}


def test_a_part_of_k_people_is_known_to_be_10_to_30():
    """It is shown as 20, the least rounded count."""
    assert suppressed([13, 3, 10], {FIRST}) == {SMALL, FIRST}
    assert suppressed([24, 4, 10, 10], {FIRST}, {SMALL, SECOND}) == {SMALL, SECOND}


def test_a_hidden_total_discloses_nothing():
    assert suppressed([34, 4, 30], set(), {TOTAL, SMALL}) == {TOTAL, SMALL}


def test_a_cell_that_needs_no_protection_suppresses_nothing():
    assert suppressed([34, 4, 30], set(), small=frozenset()) == {SMALL}
    assert suppressed([34, 4, 30], set(), hidden=frozenset()) == set()


@pytest.mark.parametrize(("total", "also"), [(32, {TOTAL}), (31, set()), (30, set())])
def test_an_overlap_of_parts_leaves_the_small_cell_uncertain(
    total: int, also: set[int]
):
    assert suppressed([total, 4, 28], set()) == {SMALL} | also


def test_an_overlap_can_still_leave_less_than_k():
    """At least 11 of 12 people are not in the other part; at most 12 are."""
    assert suppressed([12, 11, 2], set()) == {TOTAL, SMALL}
    assert suppressed([12, 11, 3], set()) == {TOTAL, SMALL}
    assert suppressed([20, 11, 10], set()) == {SMALL}


@pytest.mark.parametrize(("total", "also"), [(9, {TOTAL}), (10, set()), (11, set())])
def test_an_overlap_is_no_protection_in_a_total_of_less_than_k(
    total: int, also: set[int]
):
    assert suppressed([total, 4, total], set()) == {SMALL} | also


def test_a_suppressed_part_counts_as_hidden_in_later_relations():
    first, second = Relation(0, (1, 2)), Relation(3, (2, 4))
    for values in ([59, 4, 55, 59, 4], [13, 4, 9, 10, 1]):
        found = suppressed(values, {2}, {1, 4}, (first, second), {1, 4})
        assert found == {1, 2, 4}


def test_a_suppressed_total_counts_as_hidden_in_later_relations():
    first, second = Relation(0, (1, 2)), Relation(0, (3, 4))
    values = [34, 4, 30, 5, 29]
    found = suppressed(values, set(), {1, 3}, (first, second), {1, 3})
    assert found == {0, 1, 3}
