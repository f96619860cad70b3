"""`tandem sample`: an invented organisation, in the vendors' own file formats."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tandem.core.counted import counted
from tandem.core.errors import WrongUse
from tandem.core.progress import console, step


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(sample)


def sample(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to write; new or empty.")
    ],
    enrolments: Annotated[
        int, typer.Option(help="How many enrolments, over all programmes.")
    ] = 60_000,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, other chance.")] = 3,
    as_of: Annotated[
        str, typer.Option(metavar="DATE", help="The last day that the files know.")
    ] = "2026-09-30",
    unmatched: Annotated[
        float,
        typer.Option(help="Share of live learners whom no file ties to a person."),
    ] = 0.03,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was planted as JSON.")
    ] = False,
) -> None:
    """Write the exports of an invented organisation, and the truth planted in them.

    The same seed, size and date give the same bytes. truth.json and tandem.toml lie
    beside the folders of the sources.

    Example: `tandem sample invented --enrolments 6000`
    """
    from samples.generate import generate
    from samples.plan import Plan

    plan = Plan(enrolments, seed, _day(as_of), unmatched)
    with step("Inventing an organisation") as advance:
        truth = generate(folder, plan, lambda _part: advance(1))
    if as_json:
        typer.echo(json.dumps(truth, ensure_ascii=False))
        return
    console.print(_summary(folder, truth), markup=False, highlight=False)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUse(f"{text!r} is no date", "--as-of", "2026-09-30") from error


def _summary(folder: Path, truth: dict[str, Any]) -> str:
    counts, live = truth["counts"], truth["attendance"]
    return (
        f"{folder}: {counted(counts['enrolments'], 'enrolment')} in "
        f"{counted(counts['programmes'], 'programme')}, "
        f"{counted(truth['statements']['lines'], 'statement')}, "
        f"{counted(live['sessions_held'], 'live session')}; "
        "truth.json says what is planted"
    )
