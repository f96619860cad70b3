"""Runs the mutants of a Python component against the tests that execute their lines."""

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.mutation.components import Component
from tests.mutation.coverage_map import measure
from tests.mutation.isolation import Task, fork, preload, run_all
from tests.mutation.python_mutator import PythonMutant, python_mutants
from tests.mutation.results import (
    KILLED,
    SURVIVED,
    TIMEOUT,
    Result,
    Results,
    Summary,
    digest,
    digest_of_files,
)
from tests.mutation.selection import Selection

MUTANT_SECONDS = 10  # processor time that one mutant may take
TEST_SECONDS = 6.0  # of tests chosen for a mutant, as measured under coverage
# what decides an outcome beside the mutant: the code, and what tests read
PACKAGES = (
    "tandem",
    "ingest",
    "comparison",
    "expectations",
    "publishing",
    "samples",
    "models",
    "macros",
    "seeds",
    "tests",
)
OUTCOMES = {"passed": SURVIVED, "failed": KILLED, "timeout": TIMEOUT}

Report = Callable[[str], None]


def run_component(
    component: Component,
    state: Path,
    seed: int,
    deadline: float,
    workers: int,
    is_killed_for_good: bool,
    report: Report,
) -> Summary:
    """Run a sample of a component's mutants until the time is up.

    Args:
        component: what to mutate.
        state: folder that keeps results and coverage between runs.
        seed: of the sample and its order.
        deadline: by `time.monotonic`.
        workers: processes at a time.
        is_killed_for_good: run survivors of earlier versions of the tests only.
        report: is given a line now and then.

    Raises:
        RuntimeError: the tests could not be run without a mutant.
    """
    name = component.name.replace("/", "-").replace(" ", "-")
    context = digest_of_files(_files_that_decide())
    results = Results(state / f"{name}.jsonl", context, is_killed_for_good)
    selection = _measured(component, state / f"{name}-{context}.coverage.json", report)
    possible = _all_mutants(component)
    sample = random.Random(seed).sample(
        possible, k=round(len(possible) * component.share)
    )
    report(f"{component.name}: {len(sample)} of {len(possible)} mutants")
    for mutant, outcome, reason in _judged(
        sample, results, selection, deadline, workers, state / "scratch" / name
    ):
        results.add(
            Result(
                digest(mutant.source),
                context,
                f"{mutant.path}:{mutant.line}",
                mutant.change,
                outcome,
                reason,
            )
        )
        if outcome != KILLED:
            report(f"  {outcome}: {mutant.path}:{mutant.line}: {mutant.change}")
    found = (results.of(digest(mutant.source)) for mutant in sample)
    return Summary(
        component.name,
        len(possible),
        tuple(each for each in found if each is not None),
        tuple(sorted(selection.excluded)),
    )


def _all_mutants(component: Component) -> list[PythonMutant]:
    return [
        mutant
        for path in component.modules()
        for mutant in python_mutants(path, Path(path).read_text("utf-8"))
    ]


def _judged(
    sample: list[PythonMutant],
    results: Results,
    selection: Selection,
    deadline: float,
    workers: int,
    scratch: Path,
) -> Iterator[tuple[PythonMutant, str, str]]:
    """Yield the mutants without a result so far, with their outcome and its reason."""
    scratch.mkdir(parents=True, exist_ok=True)
    pending: dict[int, tuple[PythonMutant, str]] = {}
    untested: list[tuple[PythonMutant, str]] = []

    def tasks() -> Iterator[Task]:
        for mutant in sample:
            if results.of(digest(mutant.source)) is not None:
                continue
            if time.monotonic() > deadline:
                return
            executing = selection.executing(mutant.path, *mutant.lines)
            chosen = selection.affordable(executing, TEST_SECONDS)
            if not chosen:
                reason = "its tests take too long" if executing else "no test runs it"
                untested.append((mutant, reason))
                continue
            task = Task(mutant.path, mutant.source, chosen)
            pending[id(task)] = (mutant, f"{len(chosen)} of {len(executing)} tests")
            yield task

    for task, outcome in run_all(tasks(), MUTANT_SECONDS, workers, scratch):
        mutant, reason = pending.pop(id(task))
        yield mutant, OUTCOMES[outcome], reason
    for mutant, reason in untested:
        yield mutant, SURVIVED, reason


def _measured(component: Component, path: Path, report: Report) -> Selection:
    """Return which test executes what, measured anew when anything has changed."""
    if not path.exists():
        report(f"{component.name}: running its tests under coverage")
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(f"{path.name.rsplit('-', 1)[0]}-*.coverage.json"):
            old.unlink()
        log = path.with_suffix(".log")
        pid = fork(
            lambda: measure(list(component.tests), component.modules(), path),
            seconds=None,
            log=log,
        )
        os.waitpid(pid, 0)
        if not path.exists():
            raise RuntimeError(f"the tests of {component.name} stopped: see {log}")
    selection = Selection.read(path)
    preload(selection.modules)
    return selection


def _files_that_decide() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in Path(package).rglob("*")
        if path.suffix in (".py", ".sql", ".csv", ".toml", ".yml")
        and "__pycache__" not in path.parts
        and not path.is_relative_to("tests/mutation")
    ]
