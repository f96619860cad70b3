"""`tandem reconcile`: from the learning platform's rate to the one published here."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from tandem.core.reconciling import Step

WORDS = {
    "lms": "the learning platform reports",
    "all": "everyone enrolled, finished at any time",
    "waived": "without those who need not take it",
    "excluded": "without those on the organisation's list of exclusions",
    "immature": "without those whose time is not over yet",
    "left": "without those who left before the end",
    "unmatched": "without those of whom no evidence is matched to a person",
    "outside": "without those outside the definition",
    "base": "the base of Tandem's figure, finished at any time",
    "late": "not counting those who finished after the time allowed",
    "value": "Tandem's figure",
}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(reconcile)


def reconcile(
    lms_rate: Annotated[
        float, typer.Option(help="What the learning platform reports: 0.92 for 92 %.")
    ],
    programme: Annotated[str, typer.Option(help="Of this programme only.")] = "",
    quarter: Annotated[
        str, typer.Option(help="Whose time was over in this quarter: 2026-Q2.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The steps as JSON.")] = False,
) -> None:
    """Show the steps from the learning platform's completion rate to Tandem's.

    Example: `tandem reconcile --lms-rate 0.92 --programme SAFE-01`
    """
    from tandem.core.reconciling import reconcile as reconciled

    home = Home.from_environment()
    if Settings.load(home).has_works_council:
        raise WrongUse(
            "it counts single enrolments",
            "tandem reconcile",
            "an agreement with a works council is in force: see tandem explain",
        )
    steps = reconciled(home, lms_rate, programme, quarter)
    if as_json:
        typer.echo(json.dumps([asdict(step) for step in steps]))
        return
    for step in steps:
        typer.echo(_line(step))
    all_rows = steps[1]
    if all_rows.rate is None:
        typer.echo("Nobody is enrolled there, so that nothing can be compared.")
    else:
        gap = (lms_rate - all_rows.rate) * 100
        typer.echo(
            f"Not explained: {gap:+.1f} percentage points, between what the platform "
            "reports and everyone enrolled here. Its report may know people or rules "
            "that were not delivered."
        )


def _line(step: "Step") -> str:
    rate = "      -" if step.rate is None else f"{step.rate:7.1%}"
    words = WORDS[step.step]
    if step.row_count is None:
        return f"{rate}  {words}"
    if step.step in ("all", "base", "value"):
        counts = f"{step.finished_count:,} of {step.row_count:,}"
    elif step.step == "late":
        counts = f"{step.finished_count:,} finished late"
    else:
        counts = f"{step.row_count:,} left out, {step.finished_count:,} had finished"
    return f"{rate}  {words} ({counts})"
