"""`tandem template`: an empty table, or a workbook of tables, to fill."""

from pathlib import Path
from typing import Annotated

import typer

from tandem.core.errors import TandemError
from tandem.core.progress import console


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(template)


def template(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Tables, e.g. programmes cohorts; none for all of them."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Workbook (.xlsx), or for one table a CSV (.csv). Default: the CSV's "
            "header line of one table on the screen, tandem-tables.xlsx for several."
        ),
    ] = None,
) -> None:
    """Write empty tables of the organisation, to fill and then to ingest.

    A workbook explains each column and offers the allowed values.

    Example: `tandem template programmes cohorts --out tables.xlsx`
    """
    from ingest.templates import Template

    asked = Template.of(names or [])
    if out is None and len(asked.names) == 1:
        typer.echo(asked.as_csv(), nl=False)
        return
    path = out or Path("tandem-tables.xlsx")
    if path.exists():
        raise TandemError(
            "this file exists, and may hold what you filled in",
            str(path),
            "name another file with --out",
        )
    if path.suffix.lower() == ".csv":
        path.write_text(asked.as_csv(), encoding="utf-8")
    elif path.suffix.lower() == ".xlsx":
        asked.write_workbook(path)
    else:
        raise TandemError(
            "a template is a .xlsx or a .csv file", str(path), "change --out"
        )
    console.print(
        f"Wrote {path}. Fill it, then: tandem ingest {path}",
        highlight=False,
        soft_wrap=True,
    )
