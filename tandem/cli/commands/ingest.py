"""`tandem ingest`: land deliveries."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from tandem.core.counted import counted
from tandem.core.errors import Problem, WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from ingest.landing.report import LoadReport
    from ingest.pull.lrs.run import Pulled

out = Console()
DELIVERIES_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(ingest)


def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders to land.", readable=False),
    ] = None,
    lrs: Annotated[
        list[str] | None,
        typer.Option(
            help="Pull what this LRS stored since the last pull: its xAPI endpoint's "
            "URL, or NAME of [lrs.NAME] in tandem.toml. Credentials come from "
            "TANDEM_LRS_USERNAME and TANDEM_LRS_PASSWORD, or TANDEM_LRS_TOKEN, or "
            "from where the table says."
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help="Name of the source system, if not the usual one."),
    ] = None,
    tz: Annotated[
        str | None, typer.Option(help="Zone of times without one: Europe/London.")
    ] = None,
    date_order: Annotated[
        str | None, typer.Option(help="Order of day, month, year: dmy, mdy or ymd.")
    ] = None,
    date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day of a report that names none."),
    ] = None,
    locale: Annotated[
        str | None, typer.Option(help="Language that a report is printed in.")
    ] = None,
    duration_format: Annotated[
        str | None,
        typer.Option(
            help="What durations leave open: h:mm or m:ss (14:32), hours, minutes or "
            "seconds (90), decimal-point or decimal-comma (1.234 h); or some of them, "
            "with commas between."
        ),
    ] = None,
    xapi_version: Annotated[
        str | None, typer.Option(help="Version to check statements by: 1.0.3 or 2.0.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--map",
            help="YAML that says what the columns are, or a preset.",
            readable=False,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a delivery.")
    ] = False,
) -> None:
    """Land files, folders, archives and LRSs; a bad one does not stop the others.

    Exit status 1 if any could not be read.

    Example: `tandem ingest exports/zoom --tz Europe/London`
    """
    from ingest.landing.delivery import ReadOptions
    from ingest.pull.lrs.run import ingest_lrs
    from ingest.run import ingest as land

    home = Home.from_environment()
    options = ReadOptions(
        source,
        tz,
        date_order,
        date.date() if date else None,
        locale,
        xapi_version,
        mapping,
        duration_format,
    )
    settings = Settings.load(home)
    if not paths and not lrs:
        raise WrongUse("nothing to land", "PATHS", "name files, folders or an --lrs")
    pulled = ingest_lrs(lrs, home, settings, options) if lrs else []
    reports = land(paths, home, settings, options) if paths else []
    if as_json:
        found = [report.as_json() for report in [*pulled, *reports]]
        typer.echo(json.dumps(found, default=str))
    else:
        _show_pulled(pulled)
        _show(reports)
    if any(report.error for report in [*pulled, *reports]):
        raise typer.Exit(1)


def _together(reports: "list[LoadReport]") -> str:
    if len(reports) == 1:
        return reports[0].path.name
    return counted(len(reports), "delivery", "deliveries")


def _show_pulled(reports: "list[Pulled]") -> None:
    for report in reports:
        counts = f"{report.read_count:,} read, {report.landed_count:,} landed, "
        counts += f"{report.replayed_count:,} known, {report.rejected_count:,} refused"
        lines = [f"{report.source}: {counts}"]
        lines += [f"{report.source}: {note}" for note in report.notes]
        for code, count in report.rejected_by_code.items():
            lines.append(f"{report.source}: {count:,} refused: {code}")
        if report.error:
            lines.append(f"tandem: {report.error}")
        for line in lines:
            out.print(line, markup=False, soft_wrap=True)


def _show(reports: "list[LoadReport]") -> None:
    landed = [report for report in reports if report.error is None]
    if len(landed) <= DELIVERIES_SHOWN:
        groups = [(report.path.name, [report]) for report in landed]
    else:  # one line per source where there are many
        sources = sorted({str(report.source) for report in landed})
        by_source = {s: [r for r in landed if r.source == s] for s in sources}
        groups = [(_together(some), some) for some in by_source.values()]
    table = Table(Column("delivery", overflow="fold"), "source", "read", "landed")
    for name in ("known", "refused", "rows"):
        table.add_column(name)
    for name, some in groups:
        counts = (
            sum(report.read_count for report in some),
            sum(report.landed_count for report in some),
            sum(report.replayed_count for report in some),
            sum(report.rejected_count for report in some),
            sum(report.row_count for report in some),
        )
        table.add_row(name, some[0].source, *(f"{count:,}" for count in counts))
    if table.row_count:
        out.print(table)
    for report in reports:
        for code, count in report.rejected_by_code.items():
            out.print(
                f"{report.path.name}: {count:,} refused: {code}",
                markup=False,
                soft_wrap=True,
            )
        for note in report.notes:
            out.print(f"{report.path.name}: {note}", markup=False, soft_wrap=True)
        if report.error:
            out.print(f"tandem: {report.error}", markup=False, soft_wrap=True)
        for problem in report.problems:
            words = f"tandem:   {Problem(**problem).words()}"
            out.print(words, markup=False, soft_wrap=True)
