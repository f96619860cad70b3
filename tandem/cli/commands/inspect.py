"""`tandem inspect`: what each file is, and why."""

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from tandem.core.errors import TandemError
from tandem.core.files import Home
from tandem.core.limits import applied
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from ingest.landing.delivery import Recognition

out = Console(highlight=False, soft_wrap=True)
MARKS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}
NAMES_SHOWN = 3
QUESTIONS_SHOWN = ("--duration-format", "--locale")  # with examples from the file


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(inspect)


def inspect(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files or folders to look at.", readable=False),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a delivery.")
    ] = False,
) -> None:
    """Report which source and variant each file is, and why; nothing is landed.

    Exit status 1 if any file is not recognised.

    Example: `tandem inspect exports/zoom`
    """
    from ingest.inspection.recognition import (
        deliveries,
        is_recognised,
        recognition_or_refusal,
    )
    from ingest.unpacking.archives import shown, unpacked

    limits = Settings.load(Home.from_environment()).limits
    with TemporaryDirectory(prefix="tandem-") as folder, applied(limits):
        inside = Path(folder)
        with unpacked(paths, inside, deliveries, is_recognised) as delivered:
            found = [
                (
                    shown(one.path, inside),
                    _as_row(one.path, one.refusal or recognition_or_refusal(one.path)),
                )
                for one in delivered
            ]
    if as_json:
        typer.echo(json.dumps([{"path": str(p)} | row for p, row in found]))
    else:
        _show(found)
    if any(row["error"] for _path, row in found):
        raise typer.Exit(1)


def _as_row(path: Path, result: "Recognition | TandemError") -> dict[str, Any]:
    from ingest.inspection.open_questions import with_open_questions

    if isinstance(result, TandemError):
        return {"error": result.one_line()}
    row = asdict(with_open_questions(path, result)) | {"error": None}
    return row | {"confidence": result.confidence}


def _show(found: list[tuple[Path, dict[str, Any]]]) -> None:
    """Print a block a finding; equal deliveries share one."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for path, row in found:
        if row["error"] is None:
            alike.setdefault(tuple(described(row)), []).append(path.name)
    for lines, names in alike.items():
        more = len(names) - NAMES_SHOWN
        shown = ", ".join(names[:NAMES_SHOWN]) + (f" and {more} more" * (more > 0))
        out.print(shown, markup=False, style="bold")
        for line in lines:
            out.print(f"  {line}", markup=False)
    for _path, row in found:
        if row["error"]:
            out.print(f"tandem: {row['error']}", markup=False)


def described(row: dict[str, Any]) -> list[str]:
    """Return what a delivery was recognised as, one line for each finding."""
    lines = [f"{row['source']}, {row['variant']}: {row['reason']}"]
    lines.append(f"found {'; '.join(row['found'])}")
    for name in ("encoding", "delimiter", "locale"):
        if row[name]:
            value = MARKS.get(row[name], row[name])
            evidence = row["evidence"].get(name)
            lines.append(f"{name} {value}" + (f": {evidence}" if evidence else ""))
    if row["needs"]:
        lines.append(f"needs {' '.join(row['needs'])}")
        asked = [name for name in row["needs"] if name in QUESTIONS_SHOWN]
        lines += [f"{name}: {row['evidence'][name]}" for name in asked]
    return lines
