"""What is mutated is there, and its tests too."""

from pathlib import Path

import pytest

from tests.mutation.components import COMPONENTS, GATES, Component

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda each: each.name)
def test_every_pattern_finds_modules_and_tests(
    component: Component, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(ROOT)
    assert all(list(ROOT.glob(pattern)) for pattern in component.sources)
    assert all((ROOT / test).exists() for test in component.tests)
    assert component.modules()


def test_every_gate_is_a_module_of_comparison():
    found = {path.stem for path in (ROOT / "comparison").glob("*.py")}
    assert set(GATES) <= found
