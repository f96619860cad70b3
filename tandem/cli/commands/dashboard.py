"""`tandem dashboard`: what is published, in a browser on this machine."""

import os
import subprocess
import sys
from contextlib import closing
from socket import socket
from typing import Annotated

import typer

from tandem.core.errors import WrongUse
from tandem.core.files import Home, project_root
from tandem.core.progress import console

ADDRESS = "127.0.0.1"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(dashboard)


def dashboard(
    port: Annotated[int, typer.Option(help="Where the dashboard listens.")] = 8501,
) -> None:
    """Open the dashboard of what is published, for this machine only; Ctrl-C ends it.

    Example: `tandem dashboard --port 8600`
    """
    if _is_taken(port):
        raise WrongUse(
            "something else listens there", f"{ADDRESS}:{port}", "choose another --port"
        )
    home = Home.from_environment()
    console.print(f"http://localhost:{port} shows {home.published}", highlight=False)
    ended = subprocess.call(
        command(port),
        cwd=project_root(),  # streamlit looks there for .streamlit/config.toml
        env=os.environ | {"TANDEM_HOME": str(home.root)},
    )
    if ended:
        raise typer.Exit(1)


def command(port: int) -> list[str]:
    """Return the command line that serves the dashboard."""
    return [
        *(sys.executable, "-m", "streamlit", "run"),
        str(project_root() / "dashboards" / "server.py"),
        *("--server.address", ADDRESS, "--server.port", str(port)),
    ]


def _is_taken(port: int) -> bool:
    with closing(socket()) as probe:
        return probe.connect_ex((ADDRESS, port)) == 0
