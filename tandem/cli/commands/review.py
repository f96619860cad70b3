"""`tandem review`: the review pack of a frozen quarter, as files."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tandem.core.counted import counted
from tandem.core.files import Home
from tandem.core.progress import say, step
from tandem.core.roles import LEADER

EXPORTED = "export"  # kind of access, in access.sqlite


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(review)


def review(
    quarter: Annotated[str, typer.Argument(help="A frozen quarter: 2026-Q2.")],
    unit: Annotated[
        str, typer.Option(help="A business unit, whose figures alone it holds.")
    ] = "all",
    role: Annotated[
        str, typer.Option(help="The role of those whom it is built for.")
    ] = LEADER,
    lang: Annotated[str, typer.Option(help="Language of all words.")] = "en",
    formats: Annotated[
        str, typer.Option("--format", help="Files to write, with commas between.")
    ] = "pptx,pdf,html,xlsx",
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("review"),
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was written as JSON.")
    ] = False,
) -> None:
    """Write the review pack of a frozen quarter: every file, or none.

    Example: `tandem review 2026-Q2 --format pptx,pdf --out review`
    """
    from dashboards.review_pack import assembly, manifest, writing
    from dashboards.review_pack.gathering import Request
    from tandem.core.access_log import log_access

    wanted = writing.formats_of(formats)
    home = Home.from_environment()
    request = Request(quarter, unit, role, lang)
    with step(f"Review {quarter}", total=len(wanted) + 1) as advance:
        pack = assembly.pack(home, request)
        advance(1)
        what = f"review {quarter}, unit {pack.about.business_unit}, {', '.join(wanted)}"
        said = writing.write(
            pack,
            wanted,
            out,
            before=lambda: log_access(
                home.access_log, role, EXPORTED, what, datetime.now(UTC)
            ),
            on_file=lambda _: advance(1),
        )
    names = [writing.file_name(pack, extension) for extension in wanted]
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "quarter": quarter,
                    "business_unit": pack.about.business_unit,
                    "snapshot_id": pack.about.snapshot_id,
                    "sha256": manifest.content_hash(said),
                    "pages": [
                        {"number": page.number, "state": page.state}
                        for page in pack.pages
                    ],
                    "left_out": [
                        {"number": page.number, "reason": page.reason}
                        for page in pack.left_out
                    ],
                    "folder": str(out),
                    "files": [*names, writing.file_name(pack, manifest.NAME)],
                }
            )
        )
        return
    for page in pack.left_out:
        say(f"Left out: slide {page.number}, {page.topic}. {page.reason}")
    say(
        f"{out}: {', '.join(names)} ({counted(len(pack.slides), 'slide')}, "
        f"snapshot {pack.about.snapshot_id})"
    )
