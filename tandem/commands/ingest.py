"""`tandem ingest`: land deliveries."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from tandem.files import Home
from tandem.settings import Settings

if TYPE_CHECKING:
    from ingest.landing.report import LoadReport

out = Console()
DELIVERIES_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(ingest)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders to land.")],
    source: Annotated[
        str | None, typer.Option(help="The system that speaks, if not the usual one.")
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
    xapi_version: Annotated[
        str | None, typer.Option(help="Version to judge statements by: 1.0.3 or 2.0.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a delivery.")
    ] = False,
) -> None:
    """Land deliveries in raw; a bad file does not stop the good ones.

    Exit status 1 if any file could not be read.
    """
    from ingest.connectors._base import ReadOptions
    from ingest.landing.run import ingest as land

    home = Home.from_environment()
    options = ReadOptions(
        source, tz, date_order, date.date() if date else None, locale, xapi_version
    )
    reports = land(paths, home, Settings.load(home), options)
    if as_json:
        typer.echo(json.dumps([report.as_json() for report in reports], default=str))
    else:
        _show(reports)
    if any(report.error for report in reports):
        raise typer.Exit(1)


def _together(reports: "list[LoadReport]") -> str:
    if len(reports) == 1:
        return reports[0].path.name
    return f"{len(reports):,} deliveries"


def _show(reports: "list[LoadReport]") -> None:
    landed = [report for report in reports if report.error is None]
    if len(landed) <= DELIVERIES_SHOWN:
        groups = [(report.path.name, [report]) for report in landed]
    else:  # a line each would hide what matters
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
        if report.error:
            out.print(f"tandem: {report.error}", markup=False, soft_wrap=True)
