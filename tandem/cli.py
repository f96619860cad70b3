"""The command line: every command, and errors as one line.

Exit status 0 done, 1 the data or the gate said no, 2 wrong use.
"""

import importlib
import pkgutil
import sys

import typer

import tandem.commands
from tandem.errors import TandemError
from tandem.progress import console

app = typer.Typer(
    name="tandem",
    help="Live, self-paced or blended: which works for which outcome, and how sure?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

for found in sorted(
    pkgutil.iter_modules(tandem.commands.__path__), key=lambda m: m.name
):
    importlib.import_module(f"tandem.commands.{found.name}").register(app)


def main() -> None:
    """Run a command; an error that Tandem expects becomes one line on stderr."""
    try:
        app()
    except TandemError as error:
        console.print(f"tandem: {error.one_line()}", markup=False, soft_wrap=True)
        sys.exit(error.exit_status)
