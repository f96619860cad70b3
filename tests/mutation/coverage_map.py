"""Which test executes which line, and what each test costs.

What a fixture of a wider scope than one test executes is credited to every test that
uses the fixture, not only to the first, which happens to set it up.
"""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any

import coverage
import pytest


class CoverageMap:
    """A plugin of pytest that notes contexts of coverage and seconds of processor time.

    Attributes:
        cost: seconds by test, and by fixture of a wider scope.
        needs: the fixtures of a wider scope that each test uses.
        failed: tests that did not pass.
    """

    def __init__(self, measured: coverage.Coverage) -> None:
        self._coverage = measured
        self._context = ""
        self._test = ""
        self._inner = 0.0  # seconds of fixtures inside what is being timed
        self.cost: dict[str, float] = {}
        self.needs: dict[str, set[str]] = defaultdict(set)
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Credit what a test executes to the test."""
        self._test = item.nodeid
        definitions = getattr(item, "_fixtureinfo", None)
        for found in (definitions.name2fixturedefs if definitions else {}).values():
            if found and found[-1].scope != "function":
                self.needs[item.nodeid].add(_name(found[-1]))
        return (yield from self._timed(item.nodeid))

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any]
    ) -> Generator[None, Any, Any]:
        """Credit what a shared fixture executes to the fixture."""
        if fixturedef.scope == "function":
            return (yield)
        self.needs[self._test].add(_name(fixturedef))
        return (yield from self._timed(_name(fixturedef)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note tests that fail: no mutant can be judged by them."""
        if report.failed:
            self.failed.add(report.nodeid)

    def _timed(self, context: str) -> Generator[None, Any, Any]:
        outer, before = self._context, self._inner
        self._switch(context)
        self._inner, started = 0.0, _seconds()
        try:
            return (yield)
        finally:
            total = _seconds() - started
            self.cost[context] = self.cost.get(context, 0.0) + total - self._inner
            self._inner = before + total
            self._switch(outer)

    def _switch(self, context: str) -> None:
        self._context = context
        self._coverage.switch_context(context)


def measure(tests: list[str], sources: list[str], output: Path) -> int:
    """Run tests under coverage and write the map; return pytest's exit status.

    The file is JSON: `cost` (seconds by test and fixture), `needs` (fixtures by test),
    `failed`, `lines` (contexts by file and line), `modules` (what the tests import).
    """
    measured = coverage.Coverage(
        data_file=None, include=[str(Path(each).resolve()) for each in sources]
    )
    plugin = CoverageMap(measured)
    measured.start()
    status = pytest.main(["-q", "-p", "no:cacheprovider", *tests], plugins=[plugin])
    measured.stop()
    data = measured.get_data()
    root = Path.cwd()
    lines = {
        Path(file).relative_to(root).as_posix(): {
            str(line): sorted(filter(None, contexts))
            for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    found = {
        "cost": plugin.cost,
        "needs": {test: sorted(names) for test, names in plugin.needs.items()},
        "failed": sorted(plugin.failed),
        "lines": lines,
        "modules": _installed(root),
    }
    output.write_text(json.dumps(found), encoding="utf-8")
    return int(status)


def _name(fixture: pytest.FixtureDef[Any]) -> str:
    return f"fixture {fixture.baseid}::{fixture.argname}"


def _seconds() -> float:
    return sum(os.times()[:4])


def _installed(root: Path) -> list[str]:
    """Return the loaded modules that are not the project's own."""
    return [
        name
        for name, module in list(sys.modules.items())
        if (file := getattr(module, "__file__", None))
        and ("site-packages" in file or not file.startswith(str(root)))
        and not name.startswith(("_pytest", "pytest", "conftest", "__", "coverage"))
    ]
