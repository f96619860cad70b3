"""`tandem validate`: a verdict per statement, with code, path and reason."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tandem.core.errors import DamagedFile, WrongUse
from tandem.core.files import Home, unreadable_as_error
from tandem.core.limits import applied
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from ingest.unpacking.blocks import Block
    from ingest.unpacking.long_lines import LongLine
    from ingest.xapi.validation import Findings

Verdict = dict[str, Any]


class Format(StrEnum):
    """How the statements are written in the file."""

    auto = "auto"
    ndjson = "ndjson"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(validate)


def validate(
    file: Annotated[Path, typer.Argument(help="A file of statements.", readable=False)],
    format: Annotated[
        Format,
        typer.Option(help="ndjson: one statement a line. auto: arrays and gzip, too."),
    ] = Format.auto,
    xapi_version: Annotated[
        str | None, typer.Option(help="1.0.3 or 2.0; else each statement's own.")
    ] = None,
) -> None:
    """Check each statement of a file; nothing is landed.

    Prints one verdict a statement as JSON. Exit status 1 if any is not valid.

    Example: `tandem validate statements.json`
    """
    if not file.is_file():
        raise WrongUse("there is no such file", str(file), "name a file of statements")
    if xapi_version is not None:
        _check_version(xapi_version)
    counts: Counter[bool] = Counter()
    limits = Settings.load(Home.from_environment()).limits
    with applied(limits), unreadable_as_error(file):
        _refuse_profile(file)
        for verdict in _verdicts(file, format, xapi_version):
            counts[verdict["valid"]] += 1
            sys.stdout.write(json.dumps(verdict, ensure_ascii=True) + "\n")
    if not counts:
        raise DamagedFile("it holds no statement", file.name, "export it again")
    raise typer.Exit(1 if counts[False] else 0)


def _check_version(version: str) -> None:
    from ingest.xapi.formats import is_version

    if not is_version(version, is_2=True):
        raise WrongUse(
            f"no such version of xAPI: {version}", "--xapi-version", "give 1.0.3 or 2.0"
        )


def _refuse_profile(file: Path) -> None:
    from ingest.connectors.xapi.profile import WHAT, is_profile
    from ingest.unpacking.streams import HEAD_BYTES

    with file.open("rb") as content:
        head = content.read(HEAD_BYTES)
    if is_profile(file, head):
        raise WrongUse(WHAT, file.name, "name a file of statements")


def _verdicts(file: Path, format: Format, version: str | None) -> Iterator[Verdict]:
    """Yield a verdict per statement; an empty line has none."""
    from ingest.unpacking.long_lines import LINE_CODE, LongLine
    from ingest.xapi.validation import check_text

    for block in _as_lines(file) if format == Format.ndjson else _as_is(file):
        if isinstance(block, LongLine):
            yield {
                "line": block.line,
                "valid": False,
                "code": LINE_CODE,
                "path": "$",
                "reason": block.message,
            }
            continue
        for number, text in enumerate(block[1].split(b"\n"), start=block[0]):
            if text.strip():
                yield _verdict(number, check_text(text, version))


def _verdict(number: int, findings: "Findings") -> Verdict:
    verdict: Verdict = {"line": number, "valid": findings.is_valid}
    if not findings.is_valid:
        verdict |= {
            "code": findings.code,
            "path": findings.path,
            "reason": findings.reason,
        }
    if findings.warnings:
        verdict["warnings"] = [
            {"code": warning.code, "path": warning.path, "reason": warning.message}
            for warning in findings.warnings
        ]
    return verdict


def _as_lines(file: Path) -> "Iterator[Block | LongLine]":
    from ingest.unpacking.blocks import line_blocks

    with file.open("rb") as lines:
        yield from line_blocks(lines)


def _as_is(file: Path) -> "Iterator[Block | LongLine]":
    """Yield statements with their line, or with their position in an array."""
    from ingest.connectors.xapi.multipart import statements_in
    from ingest.unpacking.blocks import blocks
    from ingest.unpacking.streams import streams

    part = statements_in(file)
    for stream in [part] if part else streams(file):
        yield from blocks(stream, file.name)
