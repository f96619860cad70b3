"""`tandem reconcile`: from the learning platform's rate to the one published here."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from tandem.core.reconciling import Step

WORDS = {
    "lms": "the learning platform reports",
    "report": "the report: people and courses in it",
    "unbound": "without courses that are in no programme",
    "other": "without courses of other programmes",
    "unknown_person": "without people whom Tandem does not know",
    "not_enrolled": "without people who are known, and not enrolled here",
    "finished_there": "not counting those who finished in the report, and not here",
    "finished_here": "counting those who finished here, and not in the report",
    "only_here": "with those enrolled here who are not in the report",
    "earlier": "with earlier enrolments of the same people",
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
ADDED = ("only_here", "earlier")
SHOWN = 5  # courses in no programme that are named


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(reconcile)


def reconcile(
    lms_rate: Annotated[
        float | None,
        typer.Option(help="What the learning platform reports: 0.92 for 92 %."),
    ] = None,
    lms_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Its completion report, read as tandem ingest does."
        ),
    ] = None,
    programme: Annotated[str, typer.Option(help="Of this programme only.")] = "",
    quarter: Annotated[
        str, typer.Option(help="Whose time was over in this quarter: 2026-Q2.")
    ] = "",
    tz: Annotated[
        str, typer.Option(help="Whose clock the report prints: Europe/London.")
    ] = "",
    mapping: Annotated[
        Path | None,
        typer.Option("--map", help="The mapping of the report's columns."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The steps as JSON.")] = False,
) -> None:
    """Show the steps from the learning platform's completion rate to Tandem's.

    With its report, enrolments are compared one by one; nothing of it lands.

    Example: `tandem reconcile --lms-file completions.csv --programme SAFE-01`
    """
    from tandem.core.reconciling import reconcile as reconciled

    home = Home.from_environment()
    settings = Settings.load(home)
    if settings.has_works_council:
        raise WrongUse(
            "it counts single enrolments",
            "tandem reconcile",
            "an agreement with a works council is in force: see tandem explain",
        )
    if (lms_rate is None) == (lms_file is None):
        raise WrongUse(
            "what does the platform say?",
            "--lms-rate, --lms-file",
            "give its rate, or its report",
        )
    programmes = [programme] if programme else []
    if lms_rate is not None:
        steps = reconciled(home, lms_rate, programmes, quarter)
        _print(steps, [], as_json)
        if not as_json:
            typer.echo(_gap(lms_rate, steps[1]))
        return
    if quarter:
        raise WrongUse(
            "a row of a report is of no quarter", "--quarter", "leave it out"
        )
    from tandem.cli.lms_report import compare_report

    reconciled(home, None, programmes, "")  # refuses a programme that there is not
    options = {"tz": tz or None, "mapping": mapping}
    with home.writing():
        found = compare_report(home, settings, lms_file, options, programme)
    steps = [*found.steps, *reconciled(home, None, found.programmes, "")]
    names = ", ".join(found.unbound[:SHOWN])
    unbound = [f"Courses in no programme: {names}"] if names else []
    _print(steps, [*found.notes, *unbound], as_json)


def _print(steps: "list[Step]", notes: list[str], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([asdict(step) for step in steps]))
        return
    for step in steps:
        typer.echo(_line(step))
    for note in notes:
        typer.echo(note)


def _gap(lms_rate: float, all_rows: "Step") -> str:
    if all_rows.rate is None:
        return "Nobody is enrolled there, so that nothing can be compared."
    gap = (lms_rate - all_rows.rate) * 100
    return (
        f"Not explained: {gap:+.1f} percentage points, between what the platform "
        "reports and everyone enrolled here. Its report may know people or rules that "
        "were not delivered: --lms-file compares it."
    )


def _line(step: "Step") -> str:
    rate = "      -" if step.rate is None else f"{step.rate:7.1%}"
    words = WORDS[step.step]
    if step.row_count is None:
        return f"{rate}  {words}"
    rows, finished = abs(step.row_count), abs(step.finished_count)
    if step.step in ("report", "all", "base", "value"):
        counts = f"{finished:,} of {rows:,}"
    elif step.step == "late":
        counts = f"{finished:,} finished late"
    elif step.step.startswith("finished"):
        counts = f"{finished:,}"
    elif step.step in ADDED:
        counts = f"{rows:,} added, {finished:,} had finished"
    else:
        counts = f"{rows:,} left out, {finished:,} had finished"
    return f"{rate}  {words} ({counts})"
