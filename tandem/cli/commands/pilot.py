"""`tandem pilot`: what would answer a comparison, kept before the data arrive."""

import csv
import json
import sys
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.core.counted import counted
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.near import nearest
from tandem.core.progress import console
from tandem.core.seeds import seed_rows
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from comparison.pilots import Overlap, PilotPlan

pilots = typer.Typer(help="Pilots: propose, keep, list and assign modes at random.")
PlanId = Annotated[
    str, typer.Argument(metavar="PLAN", help="As `tandem pilot propose` prints it.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(pilots, name="pilot")


@pilots.command()
def propose(
    kpi: Annotated[
        str, typer.Option(help="Of this KPI only, whether it is watched or not.")
    ] = "",
    category: Annotated[str, typer.Option(help="Of this outcome category only.")] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="All of it, as JSON.")
    ] = False,
) -> None:
    """Print the pilot that would answer each comparison without a verdict.

    Example: `tandem pilot propose --category compliance`
    """
    from comparison.pilots import overlaps

    _check_known("--kpi", kpi, "kpis", "kpi_id")
    _check_known("--category", category, "outcome_categories", "outcome_category")
    found = [
        plan
        for plan in _proposed()
        if kpi in ("", plan.kpi_id) and category in ("", plan.outcome_category)
    ]
    if as_json:
        typer.echo(json.dumps([plan.to_json() for plan in found]))
        return
    kept = _kept()
    for plan in found:
        typer.echo(_words(plan, overlaps(plan, kept)))
    if not found:
        typer.echo("No comparison calls for a pilot.")


@pilots.command()
def keep(
    plan_id: PlanId,
    reason: Annotated[str, typer.Option(help="Why it is run; for the journal.")],
    role: Annotated[str, typer.Option(help="The role of whoever keeps it.")] = "owner",
) -> None:
    """Keep a proposal in the journal; `tandem compare` judges it when data arrive.

    Example: `tandem pilot keep PLAN --reason "the board asked in June"`
    """
    from comparison.pilots import overlaps
    from tandem.cli.kept_plans import keep as append
    from tandem.cli.kept_plans import kept_plans

    if not reason.strip():
        raise WrongUse("a reason is missing", "--reason", "say why the pilot is run")
    home = Home.from_environment()
    with home.writing():
        kept = kept_plans(home)
        if plan_id in {plan.plan_id for plan in kept}:
            raise WrongUse("it is kept already", plan_id, "see `tandem pilot list`")
        proposed = {plan.plan_id: plan for plan in _proposed()}
        if plan_id not in proposed:
            raise WrongUse(
                "nobody proposes this pilot now", plan_id, "see `tandem pilot propose`"
            )
        contradicted = overlaps(proposed[plan_id], kept)
        if contradicted:
            raise WrongUse(
                _overlap_words(contradicted[0]),
                plan_id,
                f"propose it again after {contradicted[0].until}",
            )
        append(home, proposed[plan_id], role, reason, datetime.now(UTC))
    console.print(
        f"Kept {plan_id}; `tandem pilot assign {plan_id}` prints which cohort runs in "
        "which mode",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@pilots.command(name="list")
def list_kept() -> None:
    """Print the kept plans, and where each stands since the last `tandem compare`.

    Example: `tandem pilot list`
    """
    from comparison.pilot_run import standing
    from tandem.cli.kept_plans import kept_plans

    home = Home.from_environment()
    plans = kept_plans(home)
    stands = standing(home) if plans else {}
    for plan in plans:
        _status, sentence = stands.get(plan.plan_id, ("planned", "Not compared yet."))
        typer.echo(f"{plan.plan_id}: {sentence}")
    if not plans:
        typer.echo("No plan is kept; see `tandem pilot propose`.")


@pilots.command()
def assign(plan_id: PlanId) -> None:
    """Print a kept plan's cohorts and their modes as CSV, the same every time.

    Example: `tandem pilot assign PLAN > modes.csv`
    """
    from tandem.cli.kept_plans import kept_plans

    plans = {plan.plan_id: plan for plan in kept_plans(Home.from_environment())}
    if plan_id not in plans:
        alike = nearest(plan_id, dict.fromkeys(plans))
        kept = f"kept are: {alike}" if alike else "keep one first: tandem pilot keep"
        raise WrongUse("no such plan is kept", plan_id, kept)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("programme_id", "cohort_number", "delivery_mode"))
    writer.writerows(plans[plan_id].assignments)


def _check_known(option: str, word: str, table: str, column: str) -> None:
    """Refuse a word that is not in a table; those that look like it are named first."""
    known = [row[column] for row in seed_rows(table)]
    if word and word not in known:
        allowed = get_close_matches(word, known, n=3) or known
        raise WrongUse(f"there is no {word!r}", option, f"one of: {', '.join(allowed)}")


def _proposed() -> list["PilotPlan"]:
    from comparison.pilot_run import propose as proposals

    home = Home.from_environment()
    return proposals(home, Settings.load(home), datetime.now(UTC).date())


def _kept() -> list["PilotPlan"]:
    from tandem.cli.kept_plans import kept_plans

    return kept_plans(Home.from_environment())


def _overlap_words(overlap: "Overlap") -> str:
    names = ", ".join(overlap.programmes)
    return (
        f"the kept pilot {overlap.other} gives cohorts of {names} other modes until "
        f"{overlap.until}"
    )


def _words(plan: "PilotPlan", contradicted: list["Overlap"]) -> str:
    against = [f"\n  cannot be kept: {_overlap_words(each)}" for each in contradicted]
    basis = "scatter seen in the data" if plan.is_scatter_seen else "usual scatter"
    return (
        f"{plan.plan_id}\n"
        f"  now: {plan.because}\n"
        f"  {counted(len(plan.programmes), 'programme')} "
        f"({', '.join(plan.programmes)}), each in "
        f"{plan.cohorts_per_mode} {plan.mode_a} and {plan.cohorts_per_mode} "
        f"{plan.mode_b} cohorts of {plan.people_per_cohort} people\n"
        f"  cohorts start from {plan.first_start} to {plan.last_start}; answer from "
        f"{plan.answer_date} on\n"
        f"  detects a difference of {plan.detectable:.3g} with a power of 80 % "
        f"({basis})" + "".join(against)
    )
