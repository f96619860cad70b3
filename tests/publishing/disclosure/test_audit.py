"""The audit on a published example (FCSM Working Paper 22) and on small tables."""

import numpy as np

from publishing.disclosure.audit import find_exposures
from publishing.disclosure.feasibility import Exposure, Relation

ROWS = {
    "A": [15, 1, 3, 1],
    "B": [20, 10, 10, 15],
    "G": [3, 10, 10, 2],
    "D": [12, 14, 7, 2],
}
THRESHOLD = 5


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
