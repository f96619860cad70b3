"""`tandem sql`: query the published analyst file, read-only."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.core.errors import TandemError, WrongUse
from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from tandem.core.query import Query

PROMPT = "tandem> "
STOPPED = 130  # exit status after Ctrl-C, as of a shell
LEAVE = {"exit", "quit", ".exit", ".quit"}
HELP = """\
.tables         the tables, and what each holds
.columns TABLE  the columns of a table, and what each holds
.help           this list
exit, quit      leave, also in the middle of a query; so does Ctrl-D
Ctrl-C          stop a query, or discard one that was begun"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(sql)


def sql(
    query: Annotated[
        str | None, typer.Argument(help="Without one: a prompt to ask many.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Rows as a JSON array on stdout.")
    ] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Rows as CSV on stdout.")
    ] = False,
    timeout: Annotated[
        float | None,
        typer.Option(help="Seconds after which a query is stopped.", min=0.001),
    ] = None,
) -> None:
    """Query what is published in SQL, read-only; Ctrl-C stops a query.

    Example: `tandem sql "select * from marts.dim_sources"`
    """
    if as_json and as_csv:
        raise WrongUse("which of the two?", "--json --csv", "leave one away")
    if query is not None and not query.strip():
        raise WrongUse("there is no query", "QUERY", "give one, or leave it away")
    from tandem.core.query import Query, connected
    from tandem.core.query_access import queried_file

    home = Home.from_environment()
    settings = Settings.load(home)
    limits = settings.limits
    record = partial(_log, home) if settings.has_works_council else None
    file = queried_file(home, with_persons=not settings.has_works_council)
    with connected(file, limits) as connection:
        ask = Query(connection, limits, timeout, record)
        if query is None:
            _prompt(ask)
        elif not _answered(ask, query, as_json, as_csv):
            raise typer.Exit(STOPPED)


def _log(home: Home, query: str) -> None:
    """Log a query of the reader; what lists tables and columns is none."""
    from tandem.core.query_access import log_query

    if "duckdb_tables()" not in query and "duckdb_columns()" not in query:
        log_query(home, "analyst", query)


def _answered(ask: "Query", sql: str, as_json: bool, as_csv: bool) -> bool:
    """Print the rows of a query; return whether it was not stopped by Ctrl-C."""
    from tandem.cli.query_output import LONGEST_CELL, printed

    try:
        longest = None if as_json or as_csv else LONGEST_CELL + 1
        with ask.rows(sql, as_json=as_json, longest=longest) as rows:
            if rows is not None:
                printed(rows, as_json=as_json, as_csv=as_csv)
    except KeyboardInterrupt:
        console.print("stopped")
        return False
    return True


def _prompt(ask: "Query") -> None:
    console.print("SQL, read-only; end a query with ;  .help lists the commands")
    query = ""
    while True:
        try:
            line = input(PROMPT if not query else "   ...> ")
        except EOFError:
            return
        except KeyboardInterrupt:
            if not query:
                return
            console.print("discarded")
            query = ""
            continue
        command = line.strip().removesuffix(";").rstrip()
        if command.lower() in LEAVE:
            return
        if command.startswith("."):
            _command(ask, command)
            continue
        query = f"{query}\n{line}".strip()
        if query.endswith(";"):
            _answer(ask, query)
            query = ""


def _command(ask: "Query", line: str) -> None:
    """Answer a command that begins with a dot; a query that was begun stays."""
    from tandem.core.query_catalogue import TABLES, columns_of

    name, _space, table = line.partition(" ")
    if name == ".tables":
        _answer(ask, TABLES)
    elif name == ".columns" and table.strip():
        _answer(ask, columns_of(table.strip()))
    else:
        console.print(HELP, markup=False, highlight=False)


def _answer(ask: "Query", query: str) -> None:
    """Print the rows, or the error; the prompt continues after an error."""
    try:
        _answered(ask, query, as_json=False, as_csv=False)
    except TandemError as error:
        console.print(error.what, markup=False, style="red")
