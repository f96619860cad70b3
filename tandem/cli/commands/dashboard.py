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
from tandem.core.progress import say

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
    say(f"http://localhost:{port} {served(home)} Ctrl-C ends it.")
    try:
        ended = subprocess.call(
            command(port),
            cwd=project_root(),  # streamlit looks there for .streamlit/config.toml
            env=os.environ | {"TANDEM_HOME": str(home.root)},
        )
    except KeyboardInterrupt:
        return
    if ended:
        raise typer.Exit(1)


def served(home: Home) -> str:
    """Return what the dashboard shows, as the rest of a sentence."""
    published = home.current_snapshot()
    if published is None:
        return f"shows nothing yet: nothing is published in {home.published}."
    day = str(published.get("published_at", ""))[:10]
    return f"shows what was published on {day} in {home.published}."


def command(port: int) -> list[str]:
    """Return the command line that serves the dashboard."""
    return [
        *(sys.executable, "-m", "streamlit", "run"),
        str(project_root() / "dashboards" / "server.py"),
        *("--server.address", ADDRESS, "--server.port", str(port)),
        *("--logger.hideWelcomeMessage", "true"),  # it says the address again
    ]


def _is_taken(port: int) -> bool:
    with closing(socket()) as probe:
        return probe.connect_ex((ADDRESS, port)) == 0
