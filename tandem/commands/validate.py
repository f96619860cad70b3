"""`tandem validate`: a verdict per statement, as the sender would want it."""

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tandem.errors import WrongUse


class Format(StrEnum):
    """How statements lie in the file."""

    ndjson = "ndjson"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(validate)


def validate(
    file: Annotated[Path, typer.Argument(help="Statements, one a line.")],
    format: Annotated[Format, typer.Option(help="One statement a line.")] = (
        Format.ndjson
    ),
    xapi_version: Annotated[
        str | None, typer.Option(help="1.0.3 or 2.0; else each statement's own.")
    ] = None,
) -> None:
    """Judge each statement of a file; nothing is landed."""
    if not file.is_file():
        raise WrongUse("there is no such file", str(file), "name a file of statements")
    if xapi_version and not xapi_version.startswith(("1.0", "2.0")):
        raise WrongUse(f"no such version of xAPI: {xapi_version}", "--xapi-version")
    all_valid = True
    for verdict in _verdicts(file, xapi_version):
        all_valid = all_valid and verdict["valid"]
        typer.echo(json.dumps(verdict, ensure_ascii=False))
    raise typer.Exit(0 if all_valid else 1)


def _verdicts(file: Path, version: str | None) -> Iterator[dict[str, Any]]:
    from ingest.xapi.validation import check_text

    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if not text.strip():
                continue
            findings = check_text(text, version)
            if findings.is_valid:
                yield {"line": number, "valid": True}
                continue
            yield {
                "line": number,
                "valid": False,
                "code": findings.code,
                "path": findings.path,
                "reason": findings.reason,
            }
