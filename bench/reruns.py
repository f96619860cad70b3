"""Bytes, filters, page changes and memory of the dashboard, in real Chromium.

Against an empty Streamlit page with one choice: bytes over the wire in a new browser,
the seconds from choosing a filter or a page until the page stands, and the memory of
the server with 25 readers. Medians of interleaved runs. Run by `make bench` on
TANDEM_HOME, which has to be published.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page
from rich.console import Console

from bench.pages import TILE, beside_empty
from tandem.core.files import Home

EMPTY = """import streamlit as st

def one():
    st.title(st.selectbox("Looking back over", ["Last quarter", "Last 4 quarters"]))
    st.html('<p class="td-tile">Nothing.</p>')

def other():
    st.title("Other")

st.navigation([st.Page(one, default=True), st.Page(other)]).run()
"""
SETTLED = (
    '[data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'
)
BYTES, FILTER, PAGE, MEMORY = 0.6, 3.0, 2.0, 400  # at most; the last one in MB
READERS = 25
STILL = 1.0  # seconds in which nothing is drawn, after which a page stands
QUIET = 2.0  # seconds without a byte, after which everything has been loaded


def wire_bytes(browser: Browser, address: str) -> int:
    """Return the bytes that a new browser receives until the page is quiet."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    session = context.new_cdp_session(page)
    received, last = [0], [time.monotonic()]

    def note(size: int) -> None:
        received[0] += size
        last[0] = time.monotonic()

    session.on("Network.loadingFinished", lambda e: note(int(e["encodedDataLength"])))
    session.on(
        "Network.webSocketFrameReceived",
        lambda e: note(len(e["response"]["payloadData"])),
    )
    session.send("Network.enable")
    page.goto(address, wait_until="commit")
    page.locator(TILE).first.wait_for(timeout=60_000)
    page.wait_for_selector(SETTLED, state="attached")
    while time.monotonic() - last[0] < QUIET:
        page.wait_for_timeout(200)
    context.close()
    return received[0]


def opened(browser: Browser, address: str) -> Page:
    """Return a page that stands."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(address)
    page.locator(TILE).first.wait_for(timeout=60_000)
    page.wait_for_selector(SETTLED, state="attached")
    page.wait_for_timeout(1000)
    return page


def chosen_seconds(page: Page, place: int) -> float:
    """Return the seconds from choosing an option of the first choice to a new page."""
    choice = page.get_by_role("combobox").first
    choice.click()
    option = page.get_by_role("option").nth(place)
    option.wait_for()
    started = _watch(page)
    option.click()
    return _until_settled(page, started)


def page_seconds(page: Page, place: int) -> float:
    """Return the seconds from choosing a page of the menu until it stands."""
    link = page.get_by_test_id("stSidebarNavLink").nth(place)
    link.wait_for()
    started = _watch(page)
    link.click()
    return _until_settled(page, started)


def _watch(page: Page) -> float:
    """Let the browser note when anything was last drawn; return the time by its clock.

    A short run of the script may never show that it runs, so its state is no measure.
    """
    page.evaluate("""
        window.drawn = 0;
        new MutationObserver(() => { window.drawn = performance.now(); }).observe(
            document.body, {childList: true, characterData: true, subtree: true}
        );
    """)
    return page.evaluate("performance.now()")


def _until_settled(page: Page, started: float) -> float:
    page.wait_for_function(
        "quiet => window.drawn && performance.now() - window.drawn > quiet",
        arg=1000 * STILL,
        timeout=60_000,
    )
    page.wait_for_selector(SETTLED, state="attached")
    return (page.evaluate("window.drawn") - started) / 1000


def memory_mb(address: str) -> float:
    """Return the resident memory of the server at an address, in MB of 1,000,000."""
    port = f"--server.port\0{urlsplit(address).port}\0".encode()
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if port not in (folder / "cmdline").read_bytes():
                continue
            status = (folder / "status").read_text(encoding="ascii")
        except OSError:
            continue
        line = next(each for each in status.splitlines() if each.startswith("VmRSS"))
        total += int(line.split()[1]) * 1024
    return total / 1_000_000


def memory_with_readers(browser: Browser, address: str) -> tuple[float, float]:
    """Return the server's memory with one reader and with READERS of them."""
    pages = []
    first = 0.0
    for number in range(READERS):
        pages.append(opened(browser, address))
        if number == 0:
            first = memory_mb(address)
    found = memory_mb(address)
    for page in pages:
        page.context.close()
    return first, found


def report(console: Console, name: str, found: float, base: float, most: float) -> None:
    """Print a median, that of the empty page, and their ratio."""
    console.print(
        f"{name}: {found:.2f}, empty page {base:.2f}, ratio {found / base:.2f} "
        f"(at most {most})"
    )


def main() -> None:
    """Measure, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    home, console = Home.from_environment(), Console()
    if home.current_snapshot() is None:
        console.print(f"reruns: nothing is published in {home.root} -> make demo")
        return
    with beside_empty(home, EMPTY) as (browser, *addresses):
        for address in addresses:
            opened(browser, address).context.close()  # the first run imports
        measure(console, browser, addresses, runs)


def measure(
    console: Console, browser: Browser, addresses: Sequence[str], runs: int
) -> None:
    """Measure the dashboard against the empty page, and print what was found.

    Args:
        console: to print to.
        browser: a real one.
        addresses: of the dashboard, and of the empty page.
        runs: how often each is measured.
    """
    ours, nothing = addresses
    mb = [wire_bytes(browser, address) / 1_000_000 for address in addresses]
    report(console, "MB over the wire, new browser", *mb, BYTES)
    page, other = opened(browser, ours), opened(browser, nothing)
    titles = page.get_by_test_id("stSidebarNavLink").all_inner_texts()
    reruns, filters, empty_pages = [], [], []
    pages: dict[str, list[float]] = {}
    for run in range(runs):
        reruns.append(chosen_seconds(other, (run + 1) % 2))
        filters.append(chosen_seconds(page, 2 * (run % 2)))
    for _ in range(runs):
        for place in [*range(1, len(titles)), 0]:
            name = titles[place].splitlines()[-1]
            pages.setdefault(name, []).append(page_seconds(page, place))
        empty_pages += [page_seconds(other, 1), page_seconds(other, 0)]
    base = statistics.median(reruns)
    report(
        console, "page of an empty app, s", statistics.median(empty_pages), base, PAGE
    )
    report(console, "filter, s", statistics.median(filters), base, FILTER)
    for name, found in pages.items():
        report(console, f"page {name}, s", statistics.median(found), base, PAGE)
    page.context.close()
    other.context.close()
    first, many = memory_with_readers(browser, ours)
    console.print(
        f"memory: {first:.0f} MB with 1 reader, {many:.0f} MB with {READERS} "
        f"(at most {MEMORY})"
    )


if __name__ == "__main__":
    main()
