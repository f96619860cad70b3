"""The audit on a published example (FCSM Working Paper 22) and on small tables."""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from publishing.disclosure import audit, feasibility, surroundings, together
from publishing.disclosure.feasibility import Attack
from publishing.disclosure.relations import Bounds, Exposure, Relation

ROWS = {
    "A": [15, 1, 3, 1],
    "B": [20, 10, 10, 15],
    "G": [3, 10, 10, 2],
    "D": [12, 14, 7, 2],
}
THRESHOLD = 5


def find_exposures(
    values: np.ndarray,
    hidden: np.ndarray,
    sensitive: np.ndarray,
    relations: list[Relation],
    width: float,
) -> list[Exposure]:
    """Audit a table whose shown cells are exact, with one width for all cells."""
    bounds = Bounds.of_counts(values, hidden)
    return audit.find_exposures(values, bounds, sensitive * float(width), relations)


def is_safe(
    values: np.ndarray,
    hidden: np.ndarray,
    sensitive: np.ndarray,
    relations: list[Relation],
    width: float,
) -> bool:
    """Return whether the same audit finds nothing."""
    bounds = Bounds.of_counts(values, hidden)
    return audit.is_safe(values, bounds, sensitive * float(width), relations)


def table() -> tuple[np.ndarray, list[Relation], dict[str, int]]:
    """Return the 4 x 4 table with totals: values, relations, number of each cell."""
    inside = np.array(list(ROWS.values()))
    number = {
        f"{row}{column + 1}": 4 * place + column
        for place, row in enumerate(ROWS)
        for column in range(4)
    }
    rows = [Relation(16 + r, tuple(range(4 * r, 4 * r + 4))) for r in range(4)]
    columns = [Relation(20 + c, tuple(range(c, 16, 4))) for c in range(4)]
    values = np.concatenate([inside.ravel(), inside.sum(1), inside.sum(0)])
    return values.astype(float), rows + columns, number


def audited(
    suppressed: str, width: float = THRESHOLD
) -> dict[str, tuple[float, float]]:
    values, relations, number = table()
    hidden = np.zeros(len(values), dtype=bool)
    hidden[[number[name] for name in suppressed.split()]] = True
    sensitive = hidden & (values < THRESHOLD)
    names = {cell: name for name, cell in number.items()}
    return {
        names[found.cell]: (round(found.lower, 6), round(found.upper, 6))
        for found in find_exposures(values, hidden, sensitive, relations, width)
    }


def test_primary_suppression_alone_discloses_every_small_cell():
    found = audited("A2 A3 A4 G1 G4 D4")
    assert set(found) == {"A2", "A3", "A4", "G1", "G4", "D4"}
    values, _, number = table()
    assert found == {name: (values[number[name]],) * 2 for name in found}


def test_two_suppressed_cells_in_every_line_can_still_disclose_one():
    assert audited("A2 A3 A4 B2 B3 G1 G4 D1 D4")["A4"] == (1, 1)


def test_one_more_suppressed_cell_makes_the_pattern_safe():
    pattern = "A2 A3 A4 B2 B3 B4 G1 G4 D1 D4"
    assert "A4" not in audited(pattern)
    assert audited(pattern, width=4) == {}


def test_people_in_several_parts_are_an_unknown_of_the_attacker():
    # 30 people in total, 28 and 4 in the parts: two are in both.
    values = np.array([30.0, 28.0, 4.0])
    hidden = np.array([False, False, True])
    relations = [Relation(0, (1, 2))]
    assert find_exposures(values, hidden, hidden, relations, 10) == []
    disjoint = np.array([32.0, 28.0, 4.0])
    assert find_exposures(disjoint, hidden, hidden, relations, 10) == [
        Exposure(2, 4.0, 4.0)
    ]


def test_a_suppressed_cell_in_no_relation_cannot_be_narrowed_down():
    values, hidden = np.array([3.0]), np.array([True])
    assert find_exposures(values, hidden, hidden, [], 10) == []


def interval(
    values: list[float],
    hidden: set[int],
    relations: list[Relation],
    sensitive: int,
    width: float,
) -> tuple[float, float] | None:
    """Return the feasibility interval of one cell where it is exposed."""
    cells = range(len(values))
    found = find_exposures(
        np.array(values, dtype=float),
        np.array([cell in hidden for cell in cells]),
        np.array([cell == sensitive for cell in cells]),
        relations,
        width,
    )
    assert len(found) <= 1
    return (found[0].lower, found[0].upper) if found else None


@pytest.mark.parametrize(
    ("width", "expected"), [(9, None), (10, None), (11, (0.0, 10.0))]
)
def test_an_interval_of_the_required_width_is_safe(width: float, expected: tuple):
    values, relations = [40, 4, 6, 30], [Relation(0, (1, 2, 3))]
    assert interval(values, {1, 2}, relations, 1, width) == expected


def test_an_interval_that_ends_at_the_true_value_is_not_safe():
    """Cell 2 is at most 18 and cell 4 at least 0, which are their true values."""
    values = [30, 12, 18, 18, 0]
    relations = [Relation(0, (1, 2)), Relation(3, (2, 4))]
    assert interval(values, {1, 2, 4}, relations, 1, 10) == (12.0, 30.0)
    assert interval(values, {1, 2, 4}, relations, 2, 10) == (0.0, 18.0)
    assert interval(values, {1, 2, 4}, relations, 4, 10) is None


def test_a_true_value_of_none_may_be_the_lower_end():
    values, relations = [30, 0, 30], [Relation(0, (1, 2))]
    assert interval(values, {1, 2}, relations, 1, 10) is None


def test_no_part_can_be_greater_than_a_shown_total():
    values = [4, 4, 5, 30, 30]
    relations = [Relation(0, (1,)), Relation(3, (1, 2, 4))]
    assert interval(values, {1, 2}, relations, 1, 3) == (4.0, 4.0)


def test_a_total_of_an_unknown_overlap_is_the_ceiling_of_its_parts():
    """Without the ceiling, the overlap would let cell 2 take any value."""
    values, relations = [30, 28, 4], [Relation(0, (1, 2))]
    assert interval(values, {2}, relations, 2, 28) is None
    assert interval(values, {2}, relations, 2, 29) == (2.0, 30.0)


def test_a_hidden_total_is_unbounded():
    values, relations = [34, 4, 30], [Relation(0, (1, 2))]
    assert interval(values, {0, 1}, relations, 1, 1e9) is None
    assert interval(values, {0, 1}, relations, 0, 1e9) is None


def test_cells_that_need_no_protection_are_not_exposed():
    values = np.array([34.0, 4.0, 30.0])
    hidden = np.array([False, True, False])
    nothing = np.zeros(3, dtype=bool)
    relations = [Relation(0, (1, 2))]
    assert find_exposures(values, hidden, nothing, relations, 10) == []
    assert find_exposures(values, nothing, hidden, relations, 10) == []


def test_exposures_are_listed_by_cell():
    values = np.array([9.0, 4.0, 5.0, 8.0, 3.0, 5.0])
    hidden = np.array([False, True, True, False, True, True])
    relations = [Relation(3, (4, 5)), Relation(0, (1, 2))]
    found = find_exposures(values, hidden, hidden, relations, 10)
    assert [exposure.cell for exposure in found] == [1, 2, 4, 5]
    assert not is_safe(values, hidden, hidden, relations, 10)
    assert is_safe(values, hidden, hidden, relations, 8)


@pytest.mark.parametrize(("size", "most"), [(6, 6), (10, 6)])
def test_most_cells_need_no_programme_of_their_own(
    monkeypatch: pytest.MonkeyPatch, size: int, most: int
):
    """All inner cells are attacked; one programme widens many of them at once."""
    inside = np.random.default_rng(1).integers(1, 9, (size, size))
    values = np.concatenate([inside.ravel(), inside.sum(1), inside.sum(0)])
    cells = np.arange(size * size).reshape(size, size)
    relations = [
        Relation(size * size + n, tuple(int(cell) for cell in line))
        for n, line in enumerate([*cells, *cells.T])
    ]
    hidden = np.arange(len(values)) < size * size
    programmes = []

    def solve(*arguments: object, **options: object) -> object:
        programmes.append(arguments)
        return linprog(*arguments, **options)

    monkeypatch.setattr(feasibility, "linprog", solve)
    monkeypatch.setattr(together, "linprog", solve)
    assert find_exposures(values.astype(float), hidden, hidden, relations, 5) == []
    assert 2 <= len(programmes) <= most


def brute_force(
    values: np.ndarray,
    hidden: np.ndarray,
    sensitive: np.ndarray,
    relations: list[Relation],
    width: float,
) -> dict[int, tuple[float, float]]:
    """Audit every cell by two linear programmes over the whole table."""
    count = len(values)
    rows, known = [], []
    overlaps = [values[list(r.parts)].sum() - values[r.total] for r in relations]
    for position, relation in enumerate(relations):
        row = np.zeros(count + len(relations))
        row[list(relation.parts)] += 1
        row[relation.total] -= 1
        row[count + position] = -1 if overlaps[position] > 1e-6 else 0
        rows.append(row)
        known.append(0)
    bounds = [
        (0, None) if is_hidden else (value, value)
        for value, is_hidden in zip(values, hidden, strict=True)
    ]
    for relation in relations:
        if not hidden[relation.total]:
            for part in relation.parts:
                low, high = bounds[part]
                ceiling = values[relation.total]
                bounds[part] = (low, ceiling if high is None else min(high, ceiling))
    bounds += [(0, None)] * len(relations)
    exposed = {}
    for cell in np.flatnonzero(sensitive & hidden):
        ends = []
        for sign in (1, -1):
            goal = np.zeros(count + len(relations))
            goal[cell] = sign
            solution = linprog(goal, A_eq=np.array(rows), b_eq=known, bounds=bounds)
            assert solution.status in (0, 3)
            ends.append(sign * solution.fun if solution.status == 0 else np.inf)
        low, high = ends
        is_at_truth = high <= values[cell] + 1e-6 or (
            values[cell] > 0 and low >= values[cell] - 1e-6
        )
        is_linked = any(cell in (r.total, *r.parts) for r in relations)
        if is_linked and (is_at_truth or high - low < width - 1e-6):
            exposed[int(cell)] = (low, high)
    return exposed


@pytest.mark.parametrize("seed", range(16))
def test_the_audit_agrees_with_two_programmes_for_every_cell(seed: int):
    random = np.random.default_rng(seed)
    inside = random.integers(0, 14, (4, 4))
    values = np.concatenate(
        [inside.ravel(), inside.sum(1), inside.sum(0), [inside.sum()]]
    ).astype(float)
    values[-1] -= random.integers(0, 3)  # some people are in several rows
    relations = [Relation(16 + r, tuple(range(4 * r, 4 * r + 4))) for r in range(4)]
    relations += [Relation(20 + c, tuple(range(c, 16, 4))) for c in range(4)]
    relations += [Relation(24, (16, 17, 18, 19)), Relation(24, (20, 21, 22, 23))]
    hidden = random.random(25) < random.choice([0.2, 0.4, 0.6])
    sensitive = random.random(25) < 0.7
    width = float(random.choice([3, 5, 10]))
    found = {
        exposure.cell: (exposure.lower, exposure.upper)
        for exposure in find_exposures(values, hidden, sensitive, relations, width)
    }
    expected = brute_force(values, hidden, sensitive, relations, width)
    assert found.keys() == expected.keys()
    for cell, ends in expected.items():
        assert found[cell] == pytest.approx(ends, abs=1e-5)
    assert is_safe(values, hidden, sensitive, relations, width) == (not expected)


@pytest.mark.parametrize("seed", range(8))
def test_bounds_alone_prove_only_what_the_programmes_find(seed: int):
    """A table that bounds prove unsafe is unsafe: safe ones are never refused."""
    random = np.random.default_rng(seed)
    proved = 0
    for _ in range(20):
        inside = random.integers(0, 9, (3, 3))
        values = np.concatenate([inside.ravel(), inside.sum(1), inside.sum(0)])
        values = values.astype(float)
        relations = [Relation(9 + r, (3 * r, 3 * r + 1, 3 * r + 2)) for r in range(3)]
        relations += [Relation(12 + c, (c, c + 3, c + 6)) for c in range(3)]
        hidden = random.random(15) < 0.4
        width = float(random.choice([3, 8]))
        attack = Attack(*attacked_system(values, hidden, relations, width))
        if attack.targets.size and attack.is_narrow_by_bounds():
            proved += 1
            assert not attack.is_safe()
    assert proved


def test_attacks_are_equal_where_everything_that_counts_is():
    values, relations, number = table()
    hidden = np.zeros(len(values), dtype=bool)
    hidden[[number[name] for name in ("A2", "A3", "B2", "B3")]] = True
    parts = attacked_system(values, hidden, relations, 5.0)
    attack = Attack(*parts)
    assert attack == Attack(*attacked_system(values, hidden, relations, 5.0))
    assert hash(attack) == hash(Attack(*parts))
    matrix, truth, lower, upper, stated, targets, width = parts
    for other in (
        (matrix * 2, truth, lower, upper, stated, targets, width),
        (matrix, truth + 1, lower, upper, stated, targets, width),
        (matrix, truth, lower + 1, upper, stated, targets, width),
        (matrix, truth, lower, upper + 1, stated, targets, width),
        (matrix, truth, lower, upper, upper, targets, width),
        (matrix, truth, lower, upper, stated, targets[1:], width),
        (matrix, truth, lower, upper, stated, targets, width + 1),
    ):
        assert attack != Attack(*other)


def attacked_system(
    values: np.ndarray, hidden: np.ndarray, relations: list[Relation], width: float
) -> tuple:
    """Return the arguments of the attack on one system of hidden cells."""
    cells = np.flatnonzero(hidden)
    rows = [
        [
            float(cell in relation.parts) - float(cell == relation.total)
            for cell in cells
        ]
        for relation in relations
    ]
    used = [row for row in rows if any(row)] or [[0.0] * len(cells)]
    count = len(cells)
    upper = np.full(count, 50.0)
    return (
        csr_array(np.array(used)),
        values[cells],
        np.zeros(count),
        upper,
        np.full(count, np.inf),
        np.arange(count),
        np.full(count, width),
    )


def test_shared_relations_are_those_of_the_certificates():
    """Also where that is known without computing the certificates."""
    random = np.random.default_rng(5)
    shared = {True: 0, False: 0}
    for _ in range(20):
        inside = random.integers(0, 4, (4, 4))
        values = np.concatenate([inside.ravel(), inside.sum(1), inside.sum(0)])
        relations = [Relation(16 + n, tuple(range(4 * n, 4 * n + 4))) for n in range(4)]
        relations += [Relation(20 + n, tuple(range(n, 16, 4))) for n in range(4)]
        hidden = np.arange(24) < 16
        hidden &= random.random(24) < 0.7
        for exposure in find_exposures(
            values.astype(float), hidden, hidden, relations, 3
        ):
            positions = set(random.choice(8, 2, replace=False).tolist())
            found = exposure.shares(positions)
            used = {row for rows in exposure.certificates for row, _ in rows}
            assert found == bool(used & positions)
            shared[found] += 1
    assert min(shared.values()) > 5


@pytest.mark.parametrize(("low", "is_exposed"), [(52, True), (51, False), (50, False)])
def test_what_is_told_of_a_rounded_cell_bounds_the_others(low: float, is_exposed: bool):
    """Of 60, at least `low` are known to be in cell 2: at most 8, 9 or 10 are left."""
    values = np.array([60.0, 4.0, 56.0])
    bounds = Bounds(np.array([60.0, 0, low]), np.array([60.0, np.inf, 70]))
    widths = np.array([0.0, 9.0, 0.0])
    found = audit.find_exposures(values, bounds, widths, [Relation(0, (1, 2))])
    assert found == [Exposure(1, 0.0, 60.0 - low)] * is_exposed


def test_an_end_that_everybody_is_told_discloses_nothing():
    """All 20 finished, as a band says that at least 15 did; 20 is the base."""
    values = np.array([40.0, 20.0, 20.0])
    relations = [Relation(0, (1, 2))]
    widths = np.array([0.0, 3.0, 0.0])
    published = Bounds(np.array([40.0, 15, 15]), np.array([40.0, 20, 25]))
    assert audit.find_exposures(values, published, widths, relations) == []
    untold = Bounds(np.array([40.0, 15, 20]), np.array([40.0, 25, 25]))
    assert audit.find_exposures(values, untold, widths, relations) == [
        Exposure(1, 15.0, 20.0)
    ]


def test_a_large_system_is_judged_by_what_lies_around_each_target(
    monkeypatch: pytest.MonkeyPatch,
):
    """Whether by surroundings or by programmes over everything: the same is found."""
    random = np.random.default_rng(3)
    blocks, values, relations = 12, [], []
    for _ in range(blocks):
        start, inside = len(values), random.integers(0, 12, (5, 5))
        values += [*inside.ravel(), *inside.sum(1), *inside.sum(0)]
        lines = np.arange(25).reshape(5, 5)
        for number, line in enumerate([*lines, *lines.T]):
            parts = tuple(int(start + cell) for cell in line)
            relations.append(Relation(start + 25 + number, parts))
    totals = tuple(35 * block + 25 for block in range(blocks))
    relations.append(Relation(len(values), totals))
    values.append(sum(values[total] for total in totals))
    truth = np.array(values, dtype=float)
    hidden = random.random(len(truth)) < 0.5
    hidden[list(totals)], hidden[-1] = True, False
    sensitive = random.random(len(truth)) < 0.3
    everything = find_exposures(truth, hidden, sensitive, relations, 6)
    assert 5 <= len(everything) < (sensitive & hidden).sum() - 5
    audit._known.cache_clear()
    judged = []
    around = surroundings.judge_nearby

    def judge(*arguments: object) -> object:
        judged.append(arguments)
        return around(*arguments)

    monkeypatch.setattr(surroundings, "RINGS", (20, 60))
    monkeypatch.setattr(feasibility, "judge_nearby", judge)
    nearby = find_exposures(truth, hidden, sensitive, relations, 6)
    assert judged
    assert [each.cell for each in nearby] == [each.cell for each in everything]
    for exposure in nearby:
        used = {row for rows in exposure.certificates for row, _ in rows}
        assert used
        assert exposure.shares(used)
