"""`tandem explain`: how a figure comes about, and where a fact comes from."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.core.counted import counted
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from tandem.cli.traces import Trace
    from tandem.core.explaining import Cut, Explanation

STEPS = {
    "all": "in all",
    "waived": "waived: need not take it",
    "excluded": "excluded by the organisation's list",
    "immature": "too early: the time is not over, or its data are not there yet",
    "left": "left before the end",
    "unmatched": "without any evidence that is matched to a person",
    "outside": "outside the definition of this KPI",
    "other": "left out for reasons too small to be shown alone",
    "base": "in the base",
    "value": "of these reach the value",
}
TOTALS = ("all", "base", "value")
TRACED = ("enrolment", "session")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(explain)


def explain(
    what: Annotated[
        str, typer.Argument(help="A KPI's id, or the word enrolment or session.")
    ],
    fact_id: Annotated[
        str, typer.Argument(metavar="ID", help="Of the enrolment or session.")
    ] = "",
    programme: Annotated[str, typer.Option(help="Of this programme only.")] = "",
    category: Annotated[str, typer.Option(help="Of this outcome category.")] = "",
    mode: Annotated[str, typer.Option(help="sync, async or hybrid only.")] = "",
    cohort: Annotated[str, typer.Option(help="Of this cohort only.")] = "",
    unit: Annotated[str, typer.Option(help="Of this business unit only.")] = "",
    quarter: Annotated[
        str, typer.Option(help="Last quarter: 2026-Q2; without it, the newest.")
    ] = "",
    quarters: Annotated[int, typer.Option(help="Quarters together: 1 or 4.")] = 4,
    as_published: Annotated[
        bool,
        typer.Option("--as-published", help="Only what every reader may see."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="All of it, as JSON.")
    ] = False,
) -> None:
    """Show the steps from all rows to a figure, or what an enrolment is made from.

    Example: `tandem explain KPI --programme SAFE-01 --quarter 2026-Q2`
    """
    home = Home.from_environment()
    with_persons = not Settings.load(home).has_works_council and not as_published
    if what in TRACED:
        _explain_fact(home, what, fact_id, as_json, with_persons=with_persons)
        return
    if fact_id:
        raise WrongUse(
            "only an enrolment or a session has an id here",
            fact_id,
            "leave it out, or: tandem explain enrolment ID",
        )
    from tandem.core.explaining import Cut
    from tandem.core.explaining import explain as explained

    given = (programme, category, mode, cohort, unit)
    cut = Cut(*(word or None for word in given))
    found = explained(home, what, cut, quarter, quarters, with_persons=with_persons)
    if as_json:
        typer.echo(json.dumps(asdict(found), default=str))
        return
    typer.echo(_words(found, cut))


def _explain_fact(
    home: Home, kind: str, fact_id: str, as_json: bool, *, with_persons: bool
) -> None:
    from tandem.cli.traces import trace

    if not fact_id:
        raise WrongUse("an id is missing", "ID", f"tandem explain {kind} ID")
    if not with_persons:
        raise WrongUse(
            "what one person did is shown to analysts only",
            kind,
            "explain a KPI instead; under an agreement with a works council nobody may",
        )
    found = trace(home, kind, fact_id)
    if as_json:
        typer.echo(json.dumps(asdict(found), default=str))
        return
    typer.echo(_words_of_trace(found))


def _words(found: "Explanation", cut: "Cut") -> str:
    kpi = found.kpi
    parts = [part for part in vars(cut).values() if part]
    window = counted(found.trailing_quarters, "quarter")
    lines = [
        f"{kpi['kpi_name']}, {window} to {found.period_label}, "
        f"{', '.join(parts) or 'the whole organisation'}.",
        f"{kpi['question']}",
        f"It is: {kpi['numerator_words']}, of {kpi['denominator_words']}.",
    ]
    for step, count in found.steps:
        said = "hidden" if count is None else f"{count:,}"
        sign = " " if step in TOTALS else "-"
        if count != 0 or step in TOTALS:
            lines.append(f"{sign}{said:>10}  {STEPS.get(step, step)}")
    if not found.steps:
        lines.append("No step is published for this figure.")
    if found.value is not None:
        lines.append(f"Published value: {found.value:,.4g} ({kpi['unit']}).")
    elif found.value_note:
        lines.append(f"No published value: {found.value_note}.")
    if not found.is_counted:
        lines.append("Counts are as published: rounded, and hidden for small groups.")
    return "\n".join(lines)


def _words_of_trace(found: "Trace") -> str:
    lines = [
        f"{name.replace('_', ' ')}: {value}"
        for name, value in found.fact.items()
        if value is not None
    ]
    lines.append(
        f"Made from {counted(len(found.statements), 'statement')}, oldest first:"
    )
    for row in found.statements:
        lines.append(
            f"  {row['occurred_at'] or 'undated'}  {row['verb_id']}  "
            f"{row['object_id']}  {row['statement_id']}  load {row['load_id']}"
        )
    loads = {row["load_id"]: row for row in found.statements}
    for load_id, row in sorted(loads.items()):
        lines.append(
            f"Load {load_id}: {row['source']}, read as {row['connector']} "
            f"{row['variant'] or ''} on {row['landed_at']:%Y-%m-%d}, SHA-256 "
            f"{row['sha256']}"
        )
    lines.append(
        "The number of the line is not kept: look in that delivery for the id of the "
        "statement."
    )
    return "\n".join(lines)
