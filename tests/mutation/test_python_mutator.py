"""Which mutants a module yields, and what becomes of them."""

from pathlib import Path

import pytest

from tests.mutation.isolation import Task, run_all
from tests.mutation.python_mutator import python_mutants
from tests.mutation.selection import Selection


def changes(source: str) -> list[str]:
    return [mutant.source.strip() for mutant in python_mutants("m.py", f"{source}\n")]


@pytest.mark.parametrize(
    ("source", "mutants"),
    [
        ("few = n < k", {"few = n <= k", "few = n >= k"}),
        ("few = a and not b", {"few = a or not b", "few = a and  b"}),
        ("FEW = 3", {"FEW = 4", "FEW = 2"}),
        ("few: int | None = n", set()),
        ("row = found.fetchall()[0]", set()),
        ("pairs = zip(a, b, strict=True)", set()),
        ("for a in b: break", {"for a in []: break", "for a in b: continue"}),
    ],
)
def test_a_module_is_changed_where_it_decides(source: str, mutants: set[str]):
    assert set(changes(source)) == mutants


def test_a_statement_in_a_string_is_changed_as_sql():
    assert changes('OLD = "select a from t where a < $before"') == [
        "OLD = 'SELECT a FROM t WHERE a <= $before'",
        "OLD = 'SELECT a FROM t WHERE a >= $before'",
    ]


def test_a_mutant_knows_the_lines_of_its_statement():
    source = "def few(n):\n    return (\n        n < 3\n    )\n"
    assert {each.lines for each in python_mutants("m.py", source)} == {(2, 4)}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one module, a test that holds its boundary and one that does not."""
    (tmp_path / "limits_of_mutation.py").write_text(
        "def is_few(n):\n    return n < 3\n"
    )
    (tmp_path / "test_limits.py").write_text(
        "from limits_of_mutation import is_few\n"
        "def test_boundary(): assert is_few(2) and not is_few(3)\n"
        "def test_middle(): assert is_few(0) and not is_few(9)\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def outcome(project: Path, source: str, test: str) -> str:
    task = Task("limits_of_mutation.py", source, [f"test_limits.py::{test}"])
    ((_, found),) = run_all(iter([task]), 10, 1, project / "scratch")
    return found


@pytest.mark.parametrize(
    ("source", "test", "expected"),
    [
        ("def is_few(n):\n    return n < 3\n", "test_boundary", "passed"),
        ("def is_few(n):\n    return n <= 3\n", "test_boundary", "failed"),
        ("def is_few(n):\n    return n <= 3\n", "test_middle", "passed"),
    ],
)
def test_a_mutant_is_imported_in_place_of_its_module(
    project: Path, source: str, test: str, expected: str
):
    assert outcome(project, source, test) == expected


def test_a_mutant_that_never_ends_is_a_timeout(project: Path):
    source = "def is_few(n):\n    while True:\n        pass\n"
    task = Task("limits_of_mutation.py", source, ["test_limits.py::test_middle"])
    ((_, found),) = run_all(iter([task]), 1, 1, project / "scratch")
    assert found == "timeout"


def test_tests_are_chosen_by_line_and_cost():
    selection = Selection(
        cost={"slow": 5.0, "quick": 1.0, "other": 1.0, "fixture f": 2.0},
        needs={"slow": ["fixture f"], "quick": ["fixture f"]},
        lines={"m.py": {1: [], 2: ["fixture f"], 3: ["other"]}},
        excluded=frozenset(),
        modules=[],
    )
    assert selection.executing("m.py", 2, 2) == ["quick", "slow"]
    assert selection.executing("m.py", 3, 3) == ["other"]
    assert selection.executing("m.py", 1, 1) == ["other", "quick", "slow"]
    own = "tests/test_m.py::test_n"
    selection.cost[own] = 9.0
    selection.lines["m.py"][2].append(own)
    assert selection.executing("m.py", 2, 2) == [own, "quick", "slow"]
    assert selection.affordable(["quick", "slow"], 8.0) == ["quick", "slow"]
    assert selection.affordable(["quick", "slow"], 7.0) == ["quick"]
