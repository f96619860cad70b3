"""`tandem sql`: query the published analyst file, read-only."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.core.errors import TandemError, WarehouseProblem, WrongUse
from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from tandem.cli.query import Query

PROMPT = "tandem> "
STOPPED = 130  # exit status after Ctrl-C, as of a shell
LEAVE = {"exit", "quit", ".exit", ".quit"}
TABLES = """
select schema_name as "schema", table_name as "table", comment as "what it holds"
from duckdb_tables()
where database_name = current_database()
order by schema_name, table_name
"""


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
    """Query the published analyst file in SQL, read-only.

    Ctrl-C stops a query.

    Raises:
        WarehouseProblem: nothing is published, or the query failed.
        LimitExceeded: the query takes more time or memory than it may.
        WrongUse: both --json and --csv, or an empty query.
    """
    if as_json and as_csv:
        raise WrongUse("which of the two?", "--json --csv", "leave one away")
    if query is not None and not query.strip():
        raise WrongUse("there is no query", "QUERY", "give one, or leave it away")
    from tandem.cli.query import Query, connected

    home = Home.from_environment()
    settings = Settings.load(home)
    limits = settings.limits
    record = partial(_log, home) if settings.has_works_council else None
    file = analyst_file(home, with_persons=not settings.has_works_council)
    with connected(file, limits) as connection:
        ask = Query(connection, limits, timeout, record)
        if query is None:
            _prompt(ask)
        elif not _answered(ask, query, as_json, as_csv):
            raise typer.Exit(STOPPED)


def _log(home: Home, query: str) -> None:
    """Log a query without what may name a person."""
    from tandem.core.access_log import log_access

    if query != TABLES:
        now = datetime.now(UTC)
        log_access(home.access_log, "analyst", "query", without_texts(query), now)


def without_texts(query: str) -> str:
    """Return a query with its texts, quoted names and comments replaced by '...'."""
    import duckdb

    raw, tokens = query.encode(), duckdb.tokenize(query)
    ends = [*(start for start, _kind in tokens[1:]), len(raw)]
    texts = {duckdb.token_type.string_const, duckdb.token_type.comment}
    parts = [
        b"'...' " if kind in texts or raw[start : start + 1] == b'"' else raw[start:end]
        for (start, kind), end in zip(tokens, ends, strict=True)
    ]
    return b"".join(parts).decode().strip()


def analyst_file(home: Home, *, with_persons: bool = True) -> Path:
    """Return what analysts may read of the current snapshot.

    That is the published aggregates where an agreement with a works council is in
    force, whether or not anything has been published since.

    Raises:
        WarehouseProblem: nothing is published, or the pointer is damaged.
    """
    try:
        pointer = home.current_snapshot()
        name = "analyst" if with_persons else "dashboard"
        named = pointer and home.published / pointer[name]
    except (ValueError, KeyError, TypeError) as error:
        raise WarehouseProblem(
            "the pointer is damaged", str(home.pointer), "run tandem publish"
        ) from error
    if not named or not named.exists():
        raise WarehouseProblem(
            "nothing is published yet", str(home.published), "run tandem publish"
        )
    return named


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
    console.print("SQL, read-only; end a query with ;  .tables lists, exit leaves")
    query = ""
    while True:
        try:
            line = input(PROMPT if not query else "   ...> ")
        except (EOFError, KeyboardInterrupt):
            return
        if not query and line.strip().lower() in LEAVE:
            return
        query = TABLES if line.strip() == ".tables" else f"{query}\n{line}".strip()
        if query.rstrip().endswith(";") or query == TABLES:
            _answer(ask, query)
            query = ""


def _answer(ask: "Query", query: str) -> None:
    """Print the rows, or the error; the prompt continues after an error."""
    try:
        _answered(ask, query, as_json=False, as_csv=False)
    except TandemError as error:
        console.print(error.what, markup=False, style="red")
