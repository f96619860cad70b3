"""`tandem init`: from a folder of files to a workbook about programmes."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tandem.core.errors import DeliveryError, TandemError, WrongUse
from tandem.core.files import Home
from tandem.core.progress import step
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from tandem.cli.first_week import FirstWeek

out = Console(highlight=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(init)


def init(
    folder: Annotated[
        Path, typer.Argument(help="Folder with your files.", file_okay=False)
    ] = Path(),
    name: Annotated[str | None, typer.Option(help="The organisation's name.")] = None,
    tz: Annotated[
        str | None, typer.Option(help="Its time zone: Europe/Berlin.")
    ] = None,
    fiscal_year_start: Annotated[
        str | None,
        typer.Option(help="First month of its fiscal year: 4 or April."),
    ] = None,
    k: Annotated[
        str | None, typer.Option(help="Fewest people of a group that is shown.")
    ] = None,
    source_tz: Annotated[
        list[str] | None,
        typer.Option(help="Zone of times in one source's files: teams=Europe/Warsaw."),
    ] = None,
    workbook: Annotated[
        Path | None,
        typer.Option(help="The workbook. Default: tandem-programmes.xlsx in FOLDER."),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(help="Folder for CSV files, not a workbook.", file_okay=False),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing; take defaults for the rest.")
    ] = False,
) -> None:
    """Begin: settings, your files, and one workbook to say what they are about.

    Lands what lies in FOLDER and suggests which courses, groups and meetings belong
    together. Again with new files it adds rows and keeps what you filled in; what you
    filled in lands. Exit status 1 if the workbook has a wrong cell.

    Example: `tandem init exports`

    Example: `tandem init exports --name "Example Group" --tz Europe/Berlin --yes`
    """
    from tandem.cli.first_week import FirstWeek

    if not folder.is_dir():
        raise WrongUse("there is no such folder", str(folder), "name a folder of files")
    home = Home.from_environment()
    ask = None if yes or not sys.stdin.isatty() else _ask
    said = {"name": name, "tz": tz, "month": fiscal_year_start, "k": k}
    with step("Looking through your files"):
        week = FirstWeek(folder, home, workbook, csv)
    for line in week.settle(said, source_tz or [], ask):
        out.print(line, markup=False)
    _land(week, Settings.load(home))


def _ask(question: str, default: str) -> str:
    return typer.prompt(question, default=default)


def _land(week: "FirstWeek", settings: Settings) -> None:
    reports = week.land(settings)
    for line in week.landed_words(reports):
        out.print(line, markup=False)
    if week.is_refused(reports):
        raise DeliveryError(
            "it has wrong cells, named above; your other files are landed",
            str(week.target),
            "correct them, save, and run the same command again",
        )
    if not week.home.warehouse.exists():
        raise TandemError("nothing was landed", str(week.folder), "add files to it")
    with step("Suggesting programmes"):
        lines = week.propose(settings)
    for line in lines:
        out.print(line, markup=False)
