"""The tests that are run for a mutant: those that execute its line.

The tests of the module itself (`test_x.py` of `x.py`) come first, then those that
execute the line without a shared fixture; of these the cheapest first.
"""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Selection:
    """What a run under coverage found.

    Attributes:
        cost: seconds of processor time by test and by shared fixture.
        needs: shared fixtures by test.
        lines: tests and shared fixtures by file and line.
        excluded: tests that fail without any mutation.
        modules: libraries that the tests import.
    """

    cost: dict[str, float]
    needs: dict[str, list[str]]
    lines: dict[str, dict[int, list[str]]]
    excluded: frozenset[str]
    modules: list[str]

    @classmethod
    def read(cls, path: Path) -> "Selection":
        """Read the file that `coverage_map.measure` writes."""
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            cost=found["cost"],
            needs=found["needs"],
            lines={
                file: {int(line): contexts for line, contexts in by_line.items()}
                for file, by_line in found["lines"].items()
            },
            excluded=frozenset(found["failed"]),
            modules=found["modules"],
        )

    def executing(self, path: str, first: int, last: int) -> list[str]:
        """Return the tests that execute any of a file's lines, in the order to run.

        A line that only an import executes, such as a constant, is tested by all tests
        that execute anything of its file.
        """
        by_line = self.lines.get(path, {})
        contexts = {c for line in range(first, last + 1) for c in by_line.get(line, ())}
        if not contexts:
            contexts = {c for found in by_line.values() for c in found}
        tests = {
            test
            for test in self.cost
            if not test.startswith("fixture ")
            and test not in self.excluded
            and (test in contexts or not contexts.isdisjoint(self.needs.get(test, ())))
        }
        own = f"/test_{Path(path).stem}.py::"

        def order(test: str) -> tuple[bool, bool, float, str]:
            return own not in test, test not in contexts, self._alone(test), test

        return sorted(tests, key=order)

    def affordable(self, tests: list[str], seconds: float) -> list[str]:
        """Return as many of the tests, in order, as can run in some seconds."""
        chosen: list[str] = []
        ready: set[str] = set()
        spent = 0.0
        for test in tests:
            more = set(self.needs.get(test, ())) - ready
            cost = self.cost[test] + sum(self.cost.get(each, 0.0) for each in more)
            if spent + cost <= seconds:
                chosen.append(test)
                ready |= more
                spent += cost
        return chosen

    def _alone(self, test: str) -> float:
        fixtures = self.needs.get(test, ())
        return self.cost[test] + sum(self.cost.get(each, 0.0) for each in fixtures)
