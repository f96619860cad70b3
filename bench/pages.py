"""The first tile of the dashboard against an empty Streamlit page, in real Chromium.

(a) the dashboard on a published home, until its first tile is drawn; (b) a page of one
line. Interleaved, medians; each in a new browser and again with its cache. The ratio of
the two is what counts. Run by `make bench` on TANDEM_HOME, which has to be published.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import which
from socket import socket

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console

from tandem.core.files import Home, project_root

EMPTY = "import streamlit as st\nst.html('<p class=\"td-tile\">Nothing.</p>')\n"
TILE = ".td-tile"
START_SECONDS = 60
MOST = {"new browser": 1.5, "cached": 1.35}  # times the empty page
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def served(app: Path, home: Home) -> Iterator[str]:
    """Run Streamlit on an app; yield its address, then end that process."""
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    process = subprocess.Popen(
        [*command, "--server.port", str(port), "--server.headless", "true"],
        cwd=project_root(),
        env=os.environ
        | {"TANDEM_HOME": str(home.root), "PYTHONPATH": str(project_root())},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def _wait(address: str) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"{address} did not start within {START_SECONDS} s")


@contextmanager
def beside_empty(home: Home, empty: str) -> Iterator[tuple[Browser, str, str]]:
    """Yield a browser, the address of the dashboard, and that of an empty app.

    Args:
        home: which the dashboard shows.
        empty: source of the empty app.
    """
    dashboard = project_root() / "dashboards" / "server.py"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = Path(folder) / "empty.py"
        app.write_text(empty, encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(which, CHROMIUM)), None),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        with served(dashboard, home) as ours, served(app, home) as nothing:
            yield browser, ours, nothing
        browser.close()


def seconds(browser: Browser, address: str) -> tuple[float, float]:
    """Return the seconds to the first tile in a new browser, and with its cache."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    taken = []
    for _ in range(2):
        page = context.new_page()
        started = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.locator(TILE).first.wait_for(timeout=30_000)
        taken.append(time.perf_counter() - started)
        page.close()
    context.close()
    return taken[0], taken[1]


def main() -> None:
    """Measure, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    home, console = Home.from_environment(), Console()
    if home.current_snapshot() is None:
        console.print(f"pages: nothing is published in {home.root} -> make demo")
        return
    taken: dict[str, list[tuple[float, float]]] = {"first page": [], "empty page": []}
    with beside_empty(home, EMPTY) as (browser, ours, nothing):
        addresses = {"first page": ours, "empty page": nothing}
        for address in addresses.values():  # the first run of a server imports
            seconds(browser, address)
        for _ in range(runs):
            for name, address in addresses.items():
                taken[name].append(seconds(browser, address))
    for place, kind in enumerate(MOST):
        medians = {
            name: statistics.median(run[place] for run in found)
            for name, found in taken.items()
        }
        ratio = medians["first page"] / medians["empty page"]
        console.print(
            f"{kind}: first tile {medians['first page']:.2f} s, empty page "
            f"{medians['empty page']:.2f} s, ratio {ratio:.2f} (at most {MOST[kind]})"
        )


if __name__ == "__main__":
    main()
