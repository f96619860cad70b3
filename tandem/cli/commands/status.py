"""`tandem status`: the counters that each stage left; never opens the warehouse."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tandem.core.files import Home, read_status
from tandem.core.vocabulary import VOCABULARIES

STAGES = ("ingest", "build", "compare", "check", "publish")

out = Console()


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(status)


def status(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print every counter as JSON.")
    ] = False,
) -> None:
    """Show the counters of every stage: landed, rejected, undated and more.

    Example: `tandem status`
    """
    home = Home.from_environment()
    everything = read_status(home)
    if as_json:
        typer.echo(json.dumps(everything))
        return
    if not everything:
        out.print(f"Nothing has run in {home.root} yet.", markup=False, soft_wrap=True)
        return
    known = [stage for stage in STAGES if stage in everything]
    for stage in [*known, *sorted(set(everything) - set(known))]:
        _show(stage, everything[stage])
    _say_how_to_map(home, everything.get("build", {}))
    snapshot = home.current_snapshot()
    if snapshot:
        out.print(f"Current snapshot: {snapshot.get('snapshot_id')}", markup=False)


def _show(stage: str, counters: dict[str, Any]) -> None:
    table = Table(stage, "", show_header=True, title_justify="left")
    for name, value in counters.items():
        words = name.removesuffix("_count").replace("_", " ")
        if isinstance(value, dict):
            for part, amount in value.items():
                table.add_row(f"{words}: {part}", _printed(amount))
        else:
            table.add_row(words, _printed(value))
    out.print(table)


def _say_how_to_map(home: Home, counters: dict[str, Any]) -> None:
    for vocabulary in VOCABULARIES:
        if counters.get(f"unmapped_{vocabulary.name}"):
            out.print(
                f"Unmapped {vocabulary.name.replace('_', ' ')} count as other. To map "
                f"one: a row {vocabulary.iri_column},{vocabulary.word_column} in "
                f"{vocabulary.own_file(home)}, a word of seeds/{vocabulary.name}.csv, "
                "then tandem build",
                markup=False,
                soft_wrap=True,
            )


def _printed(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        is_list = isinstance(value, list)
        return ", ".join(map(str, value)) if is_list else str(value)
    return f"{value:,}"
