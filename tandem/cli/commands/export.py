"""`tandem export`: what leaves Tandem for others."""

from pathlib import Path
from typing import Annotated

import typer

from tandem.cli import exports
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.progress import say
from tandem.core.roles import ANALYST
from tandem.core.settings import Settings

KINDS = "--parquet, --csv, --xapi, --attendance-record COHORT or --vendor-test DIR"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(export)


def export(
    parquet: Annotated[
        bool, typer.Option("--parquet", help="The published tables as Parquet files.")
    ] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="The published tables as CSV files.")
    ] = False,
    xapi: Annotated[
        bool,
        typer.Option("--xapi", help="All landed statements, for another LRS."),
    ] = False,
    record_of: Annotated[
        str | None,
        typer.Option(
            "--attendance-record",
            metavar="COHORT",
            help="Who was in which live session of a cohort, with names, as CSV and "
            "XLSX; only for programme_owner, where tandem.toml allows it.",
        ),
    ] = None,
    vendor_test: Annotated[
        Path | None,
        typer.Option(
            "--vendor-test",
            metavar="DIR",
            help="The structure of a mostly live and a mostly self-paced programme, "
            "to try a vendor with.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="The folder to write: new, or empty."
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Replace a folder that holds something."),
    ] = False,
    identified: Annotated[
        bool,
        typer.Option(
            "--identified",
            help="With --xapi: identifiers of people in place of pseudonyms; only for "
            "data_protection_officer, where tandem.toml allows it.",
        ),
    ] = False,
    role: Annotated[
        str, typer.Option(help="Your role; for the log of exports.")
    ] = ANALYST,
    reason: Annotated[
        str, typer.Option(help="What names are exported for; for the journal.")
    ] = "",
) -> None:
    """Write tables, statements or structures for others, into a folder of their own.

    People appear as pseudonyms unless names are asked for. Every file is written, or
    none.

    Example: `tandem export --parquet --out marts`

    Example: `tandem export --xapi --out statements`

    Example: `tandem export --attendance-record SAFE-01 --out record --reason audit`

    Example: `tandem export --vendor-test for-the-vendor`
    """
    home = Home.from_environment()
    settings = Settings.load(home)
    wanted = [bool(kind) for kind in (parquet, as_csv, xapi, record_of, vendor_test)]
    if sum(wanted) != 1:
        raise WrongUse("what is to be exported?", "export", f"give one of {KINDS}")
    if identified and not xapi:
        raise WrongUse("it goes with --xapi only", "--identified", "leave it out")
    if vendor_test is not None:
        from publishing.vendor_test import write_vendor_test

        files = write_vendor_test(home, vendor_test, settings.minimum_people)
        say(f"{vendor_test}: {', '.join(files)}")
        return
    if out is None:
        raise WrongUse("where to?", "--out", "name a new folder: --out DIR")
    if record_of is not None:
        exports.export_attendance_record(
            home, settings, record_of, out, role, reason, force=force
        )
        return
    if xapi:
        exports.export_statements(
            home, settings, out, role, reason, with_people=identified, force=force
        )
        return
    form = "parquet" if parquet else "csv"
    exports.export_tables(home, settings, out, form, role, force=force)
