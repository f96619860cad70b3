"""Which cells are suppressed to protect others, and which are shown again."""

import numpy as np
import pytest

from publishing.disclosure import complementary
from publishing.disclosure.audit import find_exposures
from publishing.disclosure.complementary import Measure, SuppressionPlan
from publishing.disclosure.relations import Bounds, Exposure, Relation

WIDTH = 10


def plan_of(
    costs: list[float], primary: set[int], relations: list[Relation]
) -> SuppressionPlan:
    suppressed = np.array([cell in primary for cell in range(len(costs))])
    return SuppressionPlan.of(suppressed, np.array(costs, dtype=float), relations)


def measure_of(values: list[float], sensitive: set[int], width: float) -> Measure:
    mask = np.array([cell in sensitive for cell in range(len(values))])
    return Measure(np.array(values, dtype=float), mask * float(width))


def protect(
    values: list[float],
    costs: list[float],
    primary: set[int],
    relations: list[Relation],
    width: float = WIDTH,
    sensitive: set[int] | None = None,
) -> tuple[set[int], list[int]]:
    """Return what is suppressed in the end, and which cells remain exposed."""
    plan = plan_of(costs, primary, relations)
    measure = measure_of(values, primary if sensitive is None else sensitive, width)
    (remaining,) = plan.add_complementary_suppression([measure])
    return set(np.flatnonzero(plan.suppressed)), [each.cell for each in remaining]


ROW = [Relation(0, (1, 2, 3))]


def test_a_plan_starts_with_the_primary_suppressions_of_its_own():
    suppressed = np.array([True, False])
    plan = SuppressionPlan.of(suppressed, np.ones(2), [Relation(0, (1,))])
    plan.suppressed[1] = True
    assert list(suppressed) == [True, False]
    assert plan.relations_of == {0: [Relation(0, (1,))], 1: [Relation(0, (1,))]}


@pytest.mark.parametrize(
    ("costs", "chosen"),
    [([9, 1, 5, 4], 3), ([9, 1, 4, 5], 2), ([3, 1, 4, 5], 0), ([9, 1, 4, 4], 2)],
)
def test_a_suppressed_cell_is_joined_by_the_cheapest_of_its_relation(
    costs: list[float], chosen: int
):
    assert protect([64, 4, 30, 30], costs, {1}, ROW) == ({1, chosen}, [])


def test_a_large_suppressed_cell_alone_in_a_relation_is_joined_too():
    assert protect([90, 30, 30, 30], [9, 1, 4, 5], {1}, ROW) == ({1, 2}, [])


@pytest.mark.parametrize(("second", "also"), [(4, {3}), (5, set()), (6, set())])
def test_cells_suppressed_together_are_as_large_as_the_width(
    second: int, also: set[int]
):
    values = [35 + second, 5, second, 30]
    assert protect(values, [9, 1, 1, 5], {1, 2}, ROW) == ({1, 2} | also, [])


def test_every_measure_needs_its_width():
    plan = plan_of([9, 1, 1, 5], {1, 2}, ROW)
    wide = measure_of([42, 6, 6, 30], {1, 2}, WIDTH)
    narrow = measure_of([38, 4, 4, 30], {1, 2}, WIDTH)
    assert plan.add_complementary_suppression([wide, narrow]) == [[], []]
    assert set(np.flatnonzero(plan.suppressed)) == {1, 2, 3}


def test_a_cell_of_no_cost_is_never_suppressed():
    assert protect([64, 4, 30, 30], [9, 1, 0, 5], {1}, ROW) == ({1, 3}, [])
    assert protect([64, 4, 30, 30], [0, 1, 0, 0], {1}, ROW) == ({1}, [1])


def test_a_cell_of_almost_no_cost_can_be_suppressed():
    assert protect([64, 4, 30, 30], [9, 1, 0.5, 5], {1}, ROW) == ({1, 2}, [])


def test_a_suppressed_total_protects_its_parts():
    assert protect([64, 4, 30, 30], [9, 1, 4, 5], {0, 1}, ROW) == ({0, 1}, [])


def test_a_suppressed_cell_that_needs_no_protection_is_joined_by_none():
    found = protect([64, 4, 30, 30], [9, 1, 4, 5], {1}, ROW, sensitive=set())
    assert found == ({1}, [])


def test_a_complementary_cell_is_protected_where_it_is_sensitive_itself():
    relations = [Relation(0, (1, 2)), Relation(3, (2, 4, 5))]
    values, costs = [16, 4, 12, 72, 30, 30], [9, 1, 2, 9, 3, 4]
    found = protect(values, costs, {1}, relations, sensitive={1, 2})
    assert found == ({1, 2, 4}, [])


@pytest.mark.parametrize(
    ("values", "primary", "sensitive", "expected"),
    [
        ([64, 4, 30, 30], {1}, {1}, {1, 2}),
        ([64, 4, 30, 30], {0, 1}, {1}, {0, 1}),
        ([64, 4, 30, 30], {1}, set(), {1}),
        ([64, 4, 30, 30], {1, 3}, {1}, {1, 3}),
        ([39, 4, 30, 5], {1, 3}, {1}, {1, 2, 3}),
        ([40, 5, 30, 5], {1, 3}, {1}, {1, 3}),
        ([41, 6, 30, 5], {1, 3}, {1}, {1, 3}),
    ],
)
def test_single_relations_are_made_safe_before_the_first_audit(
    monkeypatch: pytest.MonkeyPatch,
    values: list[float],
    primary: set[int],
    sensitive: set[int],
    expected: set[int],
):
    monkeypatch.setattr(complementary, "find_exposures", lambda *_: [])
    monkeypatch.setattr(complementary, "is_safe", lambda *_: False)
    found = protect(values, [9, 1, 2, 3], primary, ROW, sensitive=sensitive)
    assert found == (expected, [])


# FCSM Working Paper 22: four rows of four cells, their totals, and the column totals.
INSIDE = np.array([[15, 1, 3, 1], [20, 10, 10, 15], [3, 10, 10, 2], [12, 14, 7, 2]])
TABLE = [*INSIDE.ravel(), *INSIDE.sum(1), *INSIDE.sum(0)]
LINES = [Relation(16 + r, tuple(range(4 * r, 4 * r + 4))) for r in range(4)]
LINES += [Relation(20 + c, tuple(range(c, 16, 4))) for c in range(4)]


def test_two_suppressed_cells_in_every_line_are_not_enough():
    """A2 to A4, B2, B3, G1, G4, D1, D4 disclose A4; B4 is the cheapest that helps."""
    pattern = {1, 2, 3, 5, 6, 8, 11, 12, 15}
    costs = [100.0] * len(TABLE)
    costs[7] = 1
    small = {cell for cell, value in enumerate(TABLE) if value < 4}
    found = protect(TABLE, costs, pattern, LINES, 4, small)
    assert found == (pattern | {7}, [])


@pytest.mark.parametrize("width", [2, 3, 4, 5])
def test_a_published_example_is_safe_after_complementary_suppression(width: int):
    small = {cell for cell, value in enumerate(TABLE) if value < width}
    costs = [float(value) for value in TABLE]
    suppressed, remaining = protect(TABLE, costs, small, LINES, width)
    assert remaining == []
    assert suppressed >= small
    hidden = np.isin(range(len(TABLE)), list(suppressed))
    sensitive = np.isin(range(len(TABLE)), list(small))
    values = np.array(TABLE, dtype=float)
    bounds = Bounds.of_counts(values, hidden)
    assert find_exposures(values, bounds, sensitive * float(width), LINES) == []


def test_a_cell_that_is_not_needed_in_the_end_is_shown_again():
    """Cell 2 joins cell 1 first; cell 3, which joins cell 5, is enough for both."""
    relations = [Relation(4, (5, 3)), Relation(0, (1, 2, 3))]
    values, costs = [64, 4, 30, 30, 34, 4], [90, 1, 2, 3, 90, 1]
    assert protect(values, costs, {1, 5}, relations) == ({1, 3, 5}, [])


@pytest.mark.parametrize(("costs", "kept"), [([9, 1, 2, 3], 2), ([9, 1, 3, 2], 3)])
def test_of_two_cells_that_protect_alike_the_costliest_is_shown_again(
    monkeypatch: pytest.MonkeyPatch, costs: list[float], kept: int
):
    rounds = iter([[Exposure(1, 0.0, 30.0, (((0, 1.0),),))], []])
    monkeypatch.setattr(complementary, "find_exposures", lambda *_: next(rounds))
    assert protect([64, 4, 30, 30], costs, {1}, ROW) == ({1, kept}, [])


def test_nothing_is_shown_again_where_cells_remain_exposed():
    relations = [Relation(0, (1, 2)), Relation(3, (4,))]
    found = protect([34, 4, 30, 4, 4], [9, 1, 2, 0, 0], {1, 4}, relations)
    assert found == ({1, 2, 4}, [4])


def test_primary_suppressions_are_never_shown_again():
    found = protect([64, 4, 30, 30], [9, 1, 4, 5], {1, 3}, ROW, sensitive=set())
    assert found == ({1, 3}, [])


def test_showing_cells_again_stops_after_six_audits(monkeypatch: pytest.MonkeyPatch):
    audits = []

    def fail(*arguments: object) -> bool:
        audits.append(arguments)
        return False

    monkeypatch.setattr(complementary, "is_safe", fail)
    pairs = [Relation(3 * n, (3 * n + 1, 3 * n + 2)) for n in range(10)]
    values, costs = [34, 4, 30] * 10, [9, 1, 2] * 10
    primary = {3 * n + 1 for n in range(10)}
    suppressed, _ = protect(values, costs, primary, pairs)
    assert len(audits) == 6
    assert suppressed == primary | {3 * n + 2 for n in range(10)}


def test_from_the_eighth_audit_on_each_step_suppresses_one_more_cell(
    monkeypatch: pytest.MonkeyPatch,
):
    relation = Relation(0, tuple(range(1, 60)))
    certificate = ((0, 1.0),)
    counts = []

    def expose(values: np.ndarray, bounds: Bounds, *_: object) -> list:
        counts.append(int(bounds.is_open.sum()))
        return [Exposure(1, 4.0, 4.0, (certificate,))] if len(counts) < 20 else []

    monkeypatch.setattr(complementary, "find_exposures", expose)
    protect([900.0] * 60, [9.0] * 60, {1}, [relation], sensitive={0})
    assert list(np.diff(counts)) == [1] * 7 + [2] * 8 + [3] * 4


def scripted(
    monkeypatch: pytest.MonkeyPatch,
    rounds: list[list[Exposure]],
    costs: list[float],
    relations: list[Relation],
) -> tuple[list[set[int]], list[set[int]]]:
    """Run with exposures as given; return what each audit attacked and suppressed."""
    attacked, suppressed = [], []
    waiting = iter([*rounds, []])

    def expose(_: object, bounds: Bounds, sensitive: np.ndarray, *__: object):
        suppressed.append(set(np.flatnonzero(bounds.is_open)))
        attacked.append(set(np.flatnonzero(sensitive)))
        return next(waiting)

    monkeypatch.setattr(complementary, "find_exposures", expose)
    monkeypatch.setattr(complementary, "is_safe", lambda *_: False)
    plan = plan_of(costs, {0}, relations)
    plan.add_complementary_suppression([measure_of([1] * len(costs), {1, 2, 3}, 1)])
    return attacked, suppressed


PAIRS = [Relation(4, (5, 6)), Relation(7, (8, 9)), Relation(10, (11, 12))]


def exposed(cell: int, *certificates: tuple[tuple[int, float], ...]) -> Exposure:
    return Exposure(cell, 0.0, 1.0, certificates)


def test_the_next_audit_attacks_only_what_the_last_one_exposed(
    monkeypatch: pytest.MonkeyPatch,
):
    rounds = [[exposed(2, ((0, 1.0),))]]
    attacked, _ = scripted(monkeypatch, rounds, [1.0] * 13, PAIRS)
    assert attacked == [{1, 2, 3}, {2}]


def test_exposures_that_share_a_relation_are_treated_one_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
):
    first, second = exposed(1, ((0, 1.0),)), exposed(2, ((0, 1.0), (1, 1.0)))
    third = exposed(3, ((2, 1.0),))
    costs = [9.0] * 4 + [1, 2, 3, 1, 2, 3, 1, 2, 3]
    _, suppressed = scripted(monkeypatch, [[first, second, third]], costs, PAIRS)
    assert suppressed[-1] == {0, 4, 10}


def test_the_second_certificate_is_broken_where_the_first_has_no_shown_cell(
    monkeypatch: pytest.MonkeyPatch,
):
    costs = [9.0] * 4 + [0, 0, 0, 3, 2, 1, 1, 1, 1]
    found = exposed(1, ((0, 1.0),), ((1, 1.0),))
    _, suppressed = scripted(monkeypatch, [[found]], costs, PAIRS)
    assert suppressed[-1] == {0, 9}


def test_a_cell_that_cancels_out_of_a_bound_is_not_suppressed(
    monkeypatch: pytest.MonkeyPatch,
):
    """In the difference of two relations with one total, the total has no weight."""
    relations = [Relation(4, (5, 6)), Relation(4, (7, 8)), Relation(9, (5, 10))]
    costs = [9.0] * 4 + [1, 4, 3, 2, 5, 1, 1]
    difference = exposed(1, ((0, 1.0), (1, -1.0)))
    _, suppressed = scripted(monkeypatch, [[difference]], costs, relations)
    assert suppressed[-1] == {0, 7}
    chain = exposed(1, ((0, 1.0), (2, -1.0)))
    _, suppressed = scripted(monkeypatch, [[chain]], costs, relations)
    assert suppressed[-1] == {0, 4}
    added = exposed(1, ((0, 1.0), (1, 1.0)))
    _, suppressed = scripted(monkeypatch, [[added]], costs, relations)
    assert suppressed[-1] == {0, 4}


def test_without_a_certificate_the_cheapest_cell_nearby_is_suppressed(
    monkeypatch: pytest.MonkeyPatch,
):
    relations = [Relation(4, (1, 5)), Relation(6, (1, 7)), Relation(8, (7, 9))]
    costs = [9.0] * 4 + [5, 4, 3, 6, 1, 1]
    _, suppressed = scripted(monkeypatch, [[exposed(1)]], costs, relations)
    assert suppressed[-1] == {0, 6}


def test_where_no_cell_nearby_can_be_suppressed_the_next_relations_are_tried(
    monkeypatch: pytest.MonkeyPatch,
):
    relations = [Relation(4, (1, 5)), Relation(6, (5, 7)), Relation(8, (7, 9))]
    costs = [9.0, 0, 9, 9, 0, 0, 3, 2, 1, 1]
    _, suppressed = scripted(monkeypatch, [[exposed(1)]], costs, relations)
    assert suppressed[-1] == {0, 7}


def test_where_no_cell_can_be_suppressed_the_exposure_remains():
    relations = [Relation(0, (1, 2)), Relation(2, (3, 4)), Relation(5, (6, 7))]
    costs = [0, 1, 0, 0, 0, 9, 9, 9]
    found = protect([34, 4, 30, 15, 15, 60, 30, 30], costs, {1}, relations)
    assert found == ({1}, [1])


@pytest.mark.parametrize("seed", range(8))
def test_a_random_table_is_safe_after_complementary_suppression(seed: int):
    random = np.random.default_rng(seed)
    inside = random.integers(0, 30, (4, 4))
    table = np.concatenate([inside.ravel(), inside.sum(1), inside.sum(0)])
    values = table.astype(float)
    small = {int(cell) for cell in np.flatnonzero((values < WIDTH) & (values > 0))}
    suppressed, remaining = protect([*values], [*(values + 1)], small, LINES)
    assert remaining == []
    assert suppressed >= small
    hidden = np.isin(range(24), list(suppressed))
    sensitive = np.isin(range(24), list(small))
    bounds = Bounds.of_counts(values, hidden)
    assert find_exposures(values, bounds, sensitive * float(WIDTH), LINES) == []


def test_a_cell_of_which_bounds_are_told_is_suppressed_for_another():
    """Cell 2 is shown as 51 to 70; of 60, that leaves cell 1 no more than 9."""
    values = np.array([60.0, 4.0, 56.0, 30.0])
    published = Bounds(np.array([60.0, 4, 51, 30]), np.array([60.0, 4, 70, 30]))
    plan = plan_of([9, 1, 2, 1], {1}, [Relation(0, (1, 2))])
    measure = Measure(values, np.array([0.0, 10, 0, 0]), shown=published)
    assert plan.suppress_until_safe(measure) == []
    assert set(np.flatnonzero(plan.suppressed)) == {1, 2}
    hidden = Bounds(np.zeros(4), np.array([60.0, 9, 60, 60]))
    plan = plan_of([0, 1, 0, 0], {1}, [Relation(0, (1, 2))])
    measure = Measure(values, np.array([0.0, 10, 0, 0]), shown=published, hidden=hidden)
    assert [each.cell for each in plan.suppress_until_safe(measure)] == [1]
