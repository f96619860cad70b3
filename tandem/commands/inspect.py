"""`tandem inspect`: what each file is, and why."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tandem.errors import TandemError

if TYPE_CHECKING:
    from ingest.connectors._base import Sniff

out = Console()


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(inspect)


def inspect(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders to look at.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a delivery.")
    ] = False,
) -> None:
    """Say which source and variant each file is, and why; read nothing into raw.

    Exit status 1 if any file is not recognised.
    """
    from ingest.inspection import inspect as look

    found = [(path, _as_row(said)) for path, said in look(paths)]
    if as_json:
        typer.echo(json.dumps([{"path": str(p)} | row for p, row in found]))
    else:
        _show(found)
    if any(row["error"] for _path, row in found):
        raise typer.Exit(1)


def _as_row(said: "Sniff | TandemError") -> dict[str, Any]:
    if isinstance(said, TandemError):
        return {"error": said.one_line()}
    return asdict(said) | {"error": None}


def _show(found: list[tuple[Path, dict[str, Any]]]) -> None:
    table = Table("delivery", "source", "variant", "encoding", "because", "needs")
    for path, row in found:
        if row["error"] is None:
            names = ("source", "variant", "encoding", "reason")
            cells = (row[name] or "" for name in names)
            table.add_row(path.name, *cells, " ".join(row["needs"]))
    if table.row_count:
        out.print(table)
    for _path, row in found:
        if row["error"]:
            out.print(f"tandem: {row['error']}", markup=False, soft_wrap=True)
