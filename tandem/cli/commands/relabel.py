"""`tandem relabel`: correct a label of a programme or cohort for the next build."""

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tandem.core.counted import counted
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from tandem.cli.relabel_preview import Change, Preview

SHOWN = 20  # changes that a preview prints in words

relabels = typer.Typer(help="Correct a label of a programme or cohort, and list these.")
Reason = Annotated[str, typer.Option(help="Why; for the journal.")]
Role = Annotated[str, typer.Option(help="The role of whoever corrects it.")]
From = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="DATE",
        help="Day from which the label is right: 2026-04-01; without it, today.",
    ),
]
IsPreview = Annotated[
    bool,
    typer.Option(
        "--preview",
        help="Only say which published verdicts would change; slow.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(relabels, name="relabel")


@relabels.command()
def programme(
    programme_id: Annotated[str, typer.Argument(metavar="PROGRAMME")],
    reason: Reason,
    category: Annotated[str, typer.Option(help="What it is for: compliance ...")] = "",
    rule: Annotated[
        str,
        typer.Option(
            help="What finishing is decided by: attendance, content, assessment or "
            "certificate."
        ),
    ] = "",
    rule_words: Annotated[
        str, typer.Option(help="The same in words: final test passed.")
    ] = "",
    holds_from: From = "",
    role: Role = "analyst",
    is_preview: IsPreview = False,
    as_json: AsJson = False,
) -> None:
    """Give a programme another category, or another rule of completion.

    Example: `tandem relabel programme SAFE-01 --category compliance --reason "audited"`
    """
    from tandem.cli.relabelling import check_label
    from tandem.core.corrections import COMPLETION_RULE, PROGRAMME_CATEGORY

    if bool(category) == bool(rule):
        raise WrongUse(
            "give one label at a time", "--category, --rule", "one of the two"
        )
    if rule_words and not rule:
        raise WrongUse("there are words without a rule", "--rule-words", "add --rule")
    day = _day(holds_from)
    if category:
        check_label(PROGRAMME_CATEGORY, "--category", category)
        payload: dict[str, Any] = {"outcome_category": category}
        payload |= {"holds_from": day} if day else {}
        kind = PROGRAMME_CATEGORY
    else:
        check_label(COMPLETION_RULE, "--rule", rule)
        payload = {"completion_class": rule, "completion_rule": rule_words}
        payload |= {"holds_from": day}
        kind = COMPLETION_RULE
    _relabel(kind, programme_id, payload, reason, role, is_preview, as_json)


@relabels.command()
def cohort(
    cohort_id: Annotated[str, typer.Argument(metavar="COHORT")],
    mode: Annotated[
        str, typer.Option(help="How it is delivered: sync, async or hybrid.")
    ],
    reason: Reason,
    holds_from: From = "",
    role: Role = "analyst",
    is_preview: IsPreview = False,
    as_json: AsJson = False,
) -> None:
    """Give a whole cohort another delivery mode: live, self-paced or blended.

    A cohort has one mode from beginning to end, so that --from lies before its run.

    Example: `tandem relabel cohort SAFE-01-2026-04 --mode sync --reason "was live"`
    """
    from tandem.cli.relabelling import check_label
    from tandem.core.corrections import COHORT_MODE

    check_label(COHORT_MODE, "--mode", mode)
    payload = {"delivery_mode": mode, "holds_from": _day(holds_from)}
    _relabel(COHORT_MODE, cohort_id, payload, reason, role, is_preview, as_json)


@relabels.command(name="list")
def list_corrections(as_json: AsJson = False) -> None:
    """Print the corrections, and whether the last build has each.

    Example: `tandem relabel list`
    """
    from tandem.cli.relabelling import standings
    from tandem.core.corrections import corrections

    home = Home.from_environment()
    found = standings(home, corrections(home.journal))
    if as_json:
        rows = [
            asdict(one.correction)
            | {"label_of_build": one.label, "is_in_effect": one.is_in_effect}
            for one in found
        ]
        typer.echo(json.dumps(rows, default=str))
        return
    for one in found:
        said = one.correction
        typer.echo(
            f"{said.subject_id} is {said.label} from {said.holds_from:%Y-%m-%d} "
            f"({said.role}: {said.reason or 'no reason given'}): {one.words}"
        )
    if not found:
        typer.echo("No label was corrected.")


def _relabel(
    kind: str,
    subject_id: str,
    payload: dict[str, Any],
    reason: str,
    role: str,
    is_preview: bool,
    as_json: bool,
) -> None:
    from tandem.cli.relabelling import check_run, check_subject
    from tandem.core import journal
    from tandem.core.addresses import names_somebody
    from tandem.core.corrections import COHORT_MODE

    if not reason.strip():
        raise WrongUse("a reason is missing", "--reason", "say why the label is wrong")
    if any(map(names_somebody, (reason, role, payload.get("completion_rule", "")))):
        raise WrongUse(
            "it holds an e-mail address or a phone number",
            "--reason, --role, --rule-words",
            "name roles, not people",
        )
    home = Home.from_environment()
    entry = journal.Entry(role, kind, subject_id, payload, reason.strip())
    now = datetime.now(UTC)
    with home.writing():
        before = check_subject(home, kind, subject_id)
        if kind == COHORT_MODE and (day := payload["holds_from"]):
            check_run(home, Settings.load(home), subject_id, day)
        if is_preview:
            from tandem.cli.relabel_preview import preview

            _print_preview(preview(home, Settings.load(home), entry, now), as_json)
            return
        journal.append(home.journal, [entry], now)
    label = next(iter(payload.values()))
    if as_json:
        said = {"kind": kind, "subject_id": subject_id}
        said |= {"before": before, "after": label}
        typer.echo(json.dumps(said))
        return
    typer.echo(
        f"{subject_id}: {before or 'no label'} -> {label}, from the next build on. "
        "`tandem run` builds and publishes; frozen quarters keep the old label."
    )


def _print_preview(found: "Preview", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    for change in found.changes[:SHOWN]:
        typer.echo(_words(change))
    rest = len(found.changes) - SHOWN
    if rest > 0:
        typer.echo(f"... and {rest:,} more, which --json prints.")
    if found.has_newer_data:
        typer.echo("Deliveries landed since the last publish are a part of this.")
    took = time.strftime("%M min %S s", time.gmtime(found.seconds))
    verdicts = counted(found.verdict_count, "published verdict")
    typer.echo(
        f"{len(found.changes):,} of {verdicts} would change; nothing was recorded. "
        f"The trial took {took}."
    )


def _words(change: "Change") -> str:
    quarters = change.trailing_quarters
    window = counted(quarters, "quarter")
    before = change.sentence_before or "not compared"
    after = change.sentence_after or "not compared"
    return (
        f"{change.kpi_name}, {window} to {change.period_end_date}:\n"
        f"  before: {before}\n  after -> {after}"
    )


def _day(text: str) -> str | None:
    """Return a day as the journal keeps it, None without one."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date().isoformat()  # noqa: DTZ007
    except ValueError as error:
        raise WrongUse(
            f"{text!r} is no day", "--from", "write it like 2026-04-01"
        ) from error
