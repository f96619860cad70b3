"""`tandem diff`: which published numbers differ between two snapshots, and why."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.core.counted import counted
from tandem.core.files import Home

if TYPE_CHECKING:
    from tandem.cli.snapshot_diff import Difference

SHOWN = 20  # numbers that are printed in words


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(diff)


def diff(
    snapshot_a: Annotated[str, typer.Argument(help="The earlier snapshot's id.")],
    snapshot_b: Annotated[str, typer.Argument(help="The later snapshot's id.")],
    kpi: Annotated[str, typer.Option(help="Of this KPI only.")] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="All of it, as JSON.")
    ] = False,
) -> None:
    """Show which published numbers differ between two snapshots, by cause.

    Example: `tandem diff 472821cb4bd1dde3 9f0c52d1a7be4410 --kpi KPI`
    """
    from tandem.cli.snapshot_diff import CAUSES, UNEXPLAINED, differences

    found = differences(Home.from_environment(), snapshot_a, snapshot_b, kpi)
    counts = Counter(one.cause for one in found)
    if as_json:
        rows = [one.cell | {"causes": one.causes or [UNEXPLAINED]} for one in found]
        by_cause = {cause: counts[cause] for cause in (*CAUSES, UNEXPLAINED)}
        typer.echo(json.dumps({"by_cause": by_cause, "numbers": rows}, default=str))
        return
    differ = counted(len(found), "published number differs", "published numbers differ")
    typer.echo(f"{differ}.")
    for cause in (*CAUSES, UNEXPLAINED):
        typer.echo(f"{counts[cause]:8,}  {cause}")
    several = sum(len(one.causes) > 1 for one in found)
    if several:
        typer.echo(f"{several:,} of these may have another cause too.")
    order = [*CAUSES, UNEXPLAINED]
    for one in sorted(found, key=lambda one: order.index(one.cause))[:SHOWN]:
        typer.echo(_words(one))
    if len(found) > SHOWN:
        typer.echo(f"... and {len(found) - SHOWN:,} more, which --json prints.")


def _words(one: "Difference") -> str:
    cell = one.cell
    parts = [
        cell[name]
        for name in (
            *("delivery_mode", "outcome_category", "programme_id"),
            *("business_unit", "region"),
        )
        if cell[name] != "all"
    ]
    values = [
        f"{value:,.4g}" if value is not None else (state or "not there")
        for value, state in (
            (cell["value_before"], cell["state_before"]),
            (cell["value_after"], cell["state_after"]),
        )
    ]
    return (
        f"{cell['kpi_id']}, {counted(cell['trailing_quarters'], 'quarter')} to "
        f"{cell['period_label']}, {', '.join(parts) or 'the whole organisation'}: "
        f"{values[0]} -> {values[1]} ({' or '.join(one.causes) or one.cause})"
    )
