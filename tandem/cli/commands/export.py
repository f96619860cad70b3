"""`tandem export`: what leaves Tandem for others."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.progress import say
from tandem.core.roles import ANALYST
from tandem.core.settings import Settings

EXPORTED = "export"  # kind of access, in access.sqlite
KINDS = "--parquet, --csv or --vendor-test DIR"


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
    role: Annotated[
        str, typer.Option(help="Your role; for the log of exports.")
    ] = ANALYST,
) -> None:
    """Write tables, statements or structures for others, into a folder of their own.

    People appear as pseudonyms. Every file is written, or none.

    Example: `tandem export --parquet --out marts`

    Example: `tandem export --vendor-test for-the-vendor`
    """
    home = Home.from_environment()
    settings = Settings.load(home)
    wanted = [bool(kind) for kind in (parquet, as_csv, vendor_test)]
    if sum(wanted) != 1:
        raise WrongUse("what is to be exported?", "export", f"give one of {KINDS}")
    if vendor_test is not None:
        from publishing.vendor_test import write_vendor_test

        files = write_vendor_test(home, vendor_test, settings.minimum_people)
        say(f"{vendor_test}: {', '.join(files)}")
        return
    if out is None:
        raise WrongUse("where to?", "--out", "name a new folder: --out DIR")
    from publishing.table_export import TableFormat, export_tables

    form = TableFormat.parquet if parquet else TableFormat.csv
    found = export_tables(
        home,
        out,
        form,
        with_persons=not settings.has_works_council,
        may_replace=force,
    )
    _log(home, role, f"{found.files} tables as {form}")
    say(
        f"{out}: {found.files} tables with {found.rows:,} rows of snapshot "
        f"{found.snapshot_id}; manifest.json says what each holds."
    )


def _log(home: Home, role: str, what: str) -> None:
    from tandem.core.access_log import log_access

    log_access(home.access_log, role, EXPORTED, what, datetime.now(UTC))
