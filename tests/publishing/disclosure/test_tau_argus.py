"""Cell suppression beside τ-ARGUS, the program of the statistical offices.

`pytauargus` (EUPL) holds its engine with an open solver and is used in tests only. It
finds the cheapest suppression in which each small cell could be 0 or twice itself;
ours asks for intervals as wide as k. Our audit of a pattern must be exact. Theirs takes
a hidden cell that is not small to hold somebody, so its intervals lie inside ours.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from pytauargus import protect
from scipy.optimize import linprog

from publishing.disclosure.audit import find_exposures
from publishing.disclosure.complementary import Measure, SuppressionPlan
from publishing.disclosure.relations import Bounds, Relation

K = 5
EVERY_WIDTH = 1e9  # wider than any interval, so that the audit reports each
TABLES = 25
# FCSM Working Paper 22.
PUBLISHED = np.array([[15, 1, 3, 1], [20, 10, 10, 15], [3, 10, 10, 2], [12, 14, 7, 2]])


@dataclass(frozen=True)
class Table:
    """A two-way table of people with all totals, as cells and relations.

    Attributes:
        inside: people; shape (rows, columns).
    """

    inside: np.ndarray

    @property
    def cells(self) -> np.ndarray:
        """Inside, totals of rows, totals of columns, total."""
        inside = self.inside
        ends = [inside.sum(1), inside.sum(0), [inside.sum()]]
        return np.concatenate([inside.ravel(), *ends]).astype(float)

    @property
    def relations(self) -> list[Relation]:
        rows, columns = self.inside.shape
        size, total = rows * columns, rows * columns + rows + columns
        of_rows = [
            Relation(size + r, tuple(range(columns * r, columns * (r + 1))))
            for r in range(rows)
        ]
        of_columns = [
            Relation(size + rows + c, tuple(range(c, size, columns)))
            for c in range(columns)
        ]
        of_all = [
            Relation(total, tuple(range(size, size + rows))),
            Relation(total, tuple(range(size + rows, total))),
        ]
        return [*of_rows, *of_columns, *of_all]

    @property
    def is_small(self) -> np.ndarray:
        return (self.cells > 0) & (self.cells < K)

    def number(self, row: str, column: str) -> int:
        """Return the number of a cell by its codes; `T` is a total."""
        rows, columns = self.inside.shape
        size = rows * columns
        if row == column == "T":
            return size + rows + columns
        if column == "T":
            return size + int(row[1:])
        if row == "T":
            return size + rows + int(column[1:])
        return columns * int(row[1:]) + int(column[1:])

    def intervals(self, suppressed: np.ndarray) -> dict[int, tuple[float, float]]:
        """Return what our audit says of each suppressed cell."""
        bounds = Bounds.of_counts(self.cells, suppressed)
        found = find_exposures(
            self.cells, bounds, suppressed * EVERY_WIDTH, self.relations
        )
        return {each.cell: (each.lower, each.upper) for each in found}

    def solved(self, suppressed: np.ndarray) -> dict[int, tuple[float, float]]:
        """Return the same by two linear programmes for each suppressed cell."""
        size = self.cells.size
        sums = np.zeros((len(self.relations), size))
        for row, relation in zip(sums, self.relations, strict=True):
            row[list(relation.parts)] = 1
            row[relation.total] = -1
        known = [
            (0, None) if is_hidden else (value, value)
            for value, is_hidden in zip(self.cells, suppressed, strict=True)
        ]
        found = {}
        for cell in np.flatnonzero(suppressed):
            goal = np.eye(size)[cell]
            low, high = (
                sign
                * linprog(
                    sign * goal, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=known
                ).fun
                for sign in (1, -1)
            )
            found[int(cell)] = (low, high)
        return found

    def ours(self) -> np.ndarray:
        """Return which cells our complementary suppression hides."""
        plan = SuppressionPlan.of(self.is_small, self.cells, self.relations)
        measure = Measure(self.cells, self.is_small * float(K))
        assert plan.add_complementary_suppression([measure]) == [[]]
        return plan.suppressed

    def theirs(self, folder: Path) -> tuple[np.ndarray, dict[int, tuple[float, float]]]:
        """Return which cells τ-ARGUS hides, and the intervals of its audit."""
        rows, columns = np.indices(self.inside.shape)
        people = self.inside.ravel()
        result = protect(
            {
                "Row": [f"R{n}" for n in np.repeat(rows.ravel(), people)],
                "Column": [f"C{n}" for n in np.repeat(columns.ravel(), people)],
                "People": [1] * int(people.sum()),
            },
            ["Row", "Column"],
            response="People",
            safety_rules=f"FREQ({K},100)",
            suppress="OPT(1)",
            totcode="T",
            workdir=str(folder),
        )
        suppressed = np.zeros(self.cells.size, dtype=bool)
        order = []
        for row in result.tables[0].rows:
            number = self.number(row["Row"] or "T", row["Column"] or "T")
            assert row["People"] == self.cells[number]
            suppressed[number] = row["status"] in "UM"
            order.append(number)
        intervals = {
            order[each["cell"]]: (each["min"], each["max"])
            for each in result.engine.audit(0)
        }
        return suppressed, intervals


def random_tables() -> list[Table]:
    """Return tables of three to five rows and columns, many of their cells small."""
    random = np.random.default_rng(1)
    shapes = random.integers(3, 6, (TABLES, 2))
    return [Table(random.geometric(0.09, tuple(shape))) for shape in shapes]


EVERY = [Table(PUBLISHED), *random_tables()]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine write its logs, which go to the current folder, elsewhere."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("table", EVERY)
def test_both_protect_and_both_audits_agree(table: Table, tmp_path: Path):
    hidden, intervals = table.theirs(tmp_path)
    small = set(np.flatnonzero(table.is_small))
    assert small <= set(np.flatnonzero(hidden))
    # Their pattern, by their audit and by ours.
    ours, solved = table.intervals(hidden), table.solved(hidden)
    assert set(ours) == set(intervals) == set(solved)
    for cell, ends in intervals.items():
        assert ours[cell] == pytest.approx(solved[cell], abs=1e-4)
        assert ours[cell][0] - 1e-4 <= ends[0] <= ends[1] <= ours[cell][1] + 1e-4
        if cell in small:
            assert ends[0] <= 1e-4
            assert ends[1] >= 2 * table.cells[cell] - 1e-4
    # Our pattern, by our rule.
    mine = table.intervals(table.ours())
    assert small <= set(mine)
    for cell in small:
        low, high = mine[cell]
        assert high - low >= K - 1e-4
        assert low < table.cells[cell] < high


def test_we_hide_hardly_more_than_the_cheapest_suppression(tmp_path: Path):
    cells = {"ours": 0, "theirs": 0}
    people = {"ours": 0.0, "theirs": 0.0}
    for number, table in enumerate(EVERY):
        patterns = {
            "ours": table.ours(),
            "theirs": table.theirs(tmp_path / str(number))[0],
        }
        for name, hidden in patterns.items():
            cells[name] += int(hidden.sum())
            people[name] += float(table.cells[hidden].sum())
    # 240 and 235 cells, 1,294 and 1,427 people.
    assert cells["ours"] <= 1.05 * cells["theirs"]
    assert people["ours"] <= people["theirs"]


def test_the_published_example_loses_as_much_as_with_tau_argus(tmp_path: Path):
    table = Table(PUBLISHED)
    hidden, _intervals = table.theirs(tmp_path)
    ours = table.ours()
    assert (int(ours.sum()), int(hidden.sum())) == (10, 10)
    assert (table.cells[ours].sum(), table.cells[hidden].sum()) == (51, 54)
