"""The command line: every command, and errors as one line.

Exit status 0 done, 1 the data or the gate said no, 2 wrong use.
"""

import importlib
import logging
import pkgutil
import sys

import duckdb
import typer

import tandem.cli.commands
from tandem.cli.panels import InOrderOfWork, grouped
from tandem.core.errors import TandemError
from tandem.core.files import UNUSABLE
from tandem.core.progress import console

# Errors of a full disk or too little memory.
FULL = (OSError, MemoryError, duckdb.IOException, duckdb.TransactionException)
FULL += (duckdb.OutOfMemoryException,)

# Streamlit warns when queries of the pages are used without its server, as every
# command does on purpose. Its server is another process, and warns as ever.
WITHOUT_SERVER = (
    "streamlit.runtime.caching.cache_data_api",
    "streamlit.runtime.scriptrunner_utils.script_run_context",
    "streamlit.runtime.state.session_state_proxy",
)

app = typer.Typer(
    name="tandem",
    cls=InOrderOfWork,
    rich_markup_mode="markdown",
    help="Live, self-paced or blended: which works for which outcome, and how sure?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

for found in sorted(
    pkgutil.iter_modules(tandem.cli.commands.__path__), key=lambda m: m.name
):
    importlib.import_module(f"tandem.cli.commands.{found.name}").register(app)
grouped(app)


def main() -> None:
    """Run a command; an error that Tandem expects becomes one line on stderr."""
    for name in WITHOUT_SERVER:
        logging.getLogger(name).disabled = True
    try:
        app()
    except TandemError as error:
        _exit_with(error)
    except FULL as error:
        _exit_with(stopped(error))


def stopped(error: Exception) -> TandemError:
    """Return the error for a file that cannot be used, or a full disk or memory."""
    if isinstance(error, OSError) and error.errno in UNUSABLE:
        return TandemError(
            f"it cannot be read or written ({error.strerror})",
            str(error.filename or ""),
            "allow it, or set TANDEM_HOME to another folder",
        )
    what = " ".join(str(error).split()) or type(error).__name__
    next_step = "check disk and memory, then run the same command again"
    return TandemError(f"it stopped half way ({what})", "", next_step)


def _exit_with(error: TandemError) -> None:
    console.print(f"tandem: {error.one_line()}", markup=False, soft_wrap=True)
    sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
