"""`make mutants`: does a test fail for each small change of what has to be exact?

It prints one row a component. What it found is kept under target/mutants, so that a run
that was stopped goes on where it was; a change of code or tests begins anew.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from tests.mutation.components import COMPONENTS, MARTS
from tests.mutation.marts_runner import run_marts
from tests.mutation.python_runner import run_component
from tests.mutation.results import KILLED, Summary, table

STATE = Path("target/mutants")
SEED = 11
MINUTES = 180.0
ONE_THREAD = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def main() -> int:
    """Run what the command line names; return 0 whatever survived."""
    wanted = _arguments()
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    deadline = time.monotonic() + wanted.minutes * 60
    summaries: list[Summary] = []
    if not wanted.only or wanted.only in MARTS:
        summaries.append(run_marts(MARTS, STATE, wanted.survivors_only, _report))
    for component in COMPONENTS:
        if wanted.only and wanted.only not in component.name:
            continue
        summaries.append(
            run_component(
                component,
                STATE,
                wanted.seed,
                deadline,
                wanted.workers,
                wanted.survivors_only,
                _report,
            )
        )
    for summary in summaries:
        _report(_details(summary))
    _report(table(summaries))
    return 0


def _details(summary: Summary) -> str:
    lines = [f"\n{summary.component}"]
    lines += [
        f"- left out, fails without a mutant: {test}" for test in summary.left_out
    ]
    lines += [
        f"- {each.outcome}: {each.place}: `{each.change}` ({each.reason})"
        for each in summary.results
        if each.outcome != KILLED
    ]
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--only", default="", help="part of a component's name")
    parser.add_argument("--seed", type=int, default=SEED, help="of sample and order")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="at most")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--survivors-only",
        action="store_true",
        help="believe that what older tests killed is killed still",
    )
    return parser.parse_args()


def _report(text: str) -> None:
    print(text, file=sys.stderr if text.startswith("  ") else sys.stdout, flush=True)


if __name__ == "__main__":
    sys.exit(main())
