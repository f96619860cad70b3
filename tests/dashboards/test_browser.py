"""A reader on the pages in headless Chromium, on a wide and on a narrow screen.

Screenshots are left in build/screenshots.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from socket import socket

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dashboards.pages import PAGES, PageEntry
from tandem.core.files import Home, project_root
from tandem.core.wording import render
from tests.dashboards.longer_words import longer
from tests.dashboards.published import SITUATIONS, make_published

pytestmark = pytest.mark.browser

WIDTHS = (1366, 320)
LANGUAGES = ("en", "hi")
# Pages that are about one thing need to be given it.
QUERIES = {"programme": "programme=P01"}
SHOTS = project_root() / "build" / "screenshots"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SETTLED = (
    '[data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    named = os.environ.get("TANDEM_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=found,
            # as root, and in containers with a small /dev/shm, Chromium needs both
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield opened
        opened.close()


DASHBOARD = ("-c", "from tandem.cli.main import main; main()", "dashboard")
WITH_LONGER_WORDS = ("-m", "tests.dashboards.longer_words")


def free_port() -> int:
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(
    home: Home, program: tuple[str, ...] = DASHBOARD, port: int | None = None
) -> Iterator[str]:
    """Run a dashboard on a home; yield its URL, then end that process."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, *program, "--port", str(port)],
        env=os.environ | {"TANDEM_HOME": str(home.root)},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # its own group: it and streamlit
        process.wait(timeout=20)


def _wait_until_healthy(address: str) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("the dashboard did not start within a minute")


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Running dashboards, by situation."""
    folder = tmp_path_factory.mktemp("served")
    with ExitStack() as running:
        found = {}
        for name, situation in SITUATIONS.items():
            home = Home(folder / name)
            make_published(home, situation)
            found[name] = running.enter_context(served(home))
        yield found


@contextmanager
def reader(browser: Browser, width: int) -> Iterator[tuple[Page, list[str]]]:
    """Yield a page of a new reader, and the list of requests that left this machine."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale="en-GB",
        reduced_motion="reduce",
    )
    page = context.new_page()
    outside: list[str] = []
    page.on("request", lambda request: _note(request.url, outside))
    yield page, outside
    context.close()


def _note(url: str, outside: list[str]) -> None:
    inside = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
    if not url.startswith(inside):
        outside.append(url)


def settle(page: Page) -> None:
    page.wait_for_selector(SETTLED, state="attached")
    for chart in page.get_by_test_id("stPlotlyChart").all():
        chart.locator(".main-svg").first.wait_for()


def open_tables(page: Page) -> None:
    """Open every expander, so that what it holds is checked and visible."""
    for fold in page.get_by_test_id("stExpander").all():
        if fold.locator("details:not([open])").count():
            fold.locator("summary").first.click()
    page.evaluate("""
        for (const fold of document.querySelectorAll('.td details')) fold.open = true
    """)
    # While an expander opens, its text is faint.
    page.wait_for_function("""
        document.getAnimations().every(
            animation => animation.playState !== 'running'
                || animation.effect.getTiming().iterations === Infinity
        )
    """)
    settle(page)


def url(address: str, entry: PageEntry, language: str = "en") -> str:
    """Return the URL of a page in a language."""
    path = "" if entry is PAGES[0] else entry.url_path
    asked = "&".join(filter(None, [QUERIES.get(entry.name, ""), f"lang={language}"]))
    return f"{address}/{path}?{asked}"


def shoot(page: Page, name: str, width: int) -> None:
    """Take a screenshot of the whole page; the window grows to its full height."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    main = page.get_by_test_id("stMain")
    height = main.evaluate("main => main.scrollHeight")
    page.set_viewport_size({"width": width, "height": height})
    settle(page)
    page.screenshot(path=SHOTS / f"{name}-{width}.png")
    page.set_viewport_size({"width": width, "height": 900})


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a select box."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option).click()


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in found.response["violations"]
    ]


def check_every_page(
    browser: Browser, address: str, situation: str, language: str, width: int
) -> None:
    faults = []
    with reader(browser, width) as (page, outside):
        for entry in PAGES:
            page.goto(url(address, entry, language))
            settle(page)
            shoot(page, f"{situation}-{entry.name}-{language}", width)
            open_tables(page)
            main = page.get_by_test_id("stMain")
            faults += [f"{entry.name}: {found}" for found in violations(page)]
            if not main.evaluate("main => main.scrollWidth <= main.clientWidth"):
                faults.append(f"{entry.name}: the page scrolls sideways")
            if page.get_by_role("heading", level=1).count() != 1:
                faults.append(f"{entry.name}: not one heading of the first level")
            if page.get_by_test_id("stException").count():
                faults.append(f"{entry.name}: an exception")
        faults += [f"a request left this machine: {request}" for request in outside]
    assert faults == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_meets_wcag_fits_its_screen_and_loads_nothing_external(
    browser: Browser, addresses: dict[str, str], language: str, width: int
):
    check_every_page(browser, addresses["three_modes"], "three_modes", language, width)


@pytest.mark.parametrize("situation", ["one_mode", "hidden", "empty"])
def test_every_page_meets_wcag_in_other_situations(
    browser: Browser, addresses: dict[str, str], situation: str
):
    check_every_page(browser, addresses[situation], situation, "en", 1366)


def test_no_page_scrolls_sideways_with_texts_that_are_40_percent_longer(
    browser: Browser, tmp_path: Path
):
    home = Home(tmp_path / "longer")
    make_published(home, SITUATIONS["three_modes"])
    title = longer(render("page.compare_modes.title"))
    wide = []
    with served(home, WITH_LONGER_WORDS) as address:
        for width in WIDTHS:
            with reader(browser, width) as (page, _):
                for entry in PAGES:
                    page.goto(url(address, entry))
                    settle(page)
                    main = page.get_by_test_id("stMain")
                    if not main.evaluate(
                        "main => main.scrollWidth <= main.clientWidth"
                    ):
                        wide.append(f"{entry.name} at {width}")
                    if entry.name == "compare_modes":
                        expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert wide == []


def test_a_leader_finds_the_reasons_of_a_verdict_and_shares_the_url(
    browser: Browser, addresses: dict[str, str]
):
    address = addresses["three_modes"]
    with reader(browser, 1366) as (page, _):
        page.goto(address)
        settle(page)
        headline = page.locator(".td-headline")
        expect(headline).to_contain_text("64 of 100 enrolments finish in time.")
        tiles = page.locator(".td-tile")
        expect(tiles).to_have_count(5)
        for tile in tiles.all():
            expect(tile.get_by_role("heading")).to_be_in_viewport()

        page.get_by_role("link", name=render("page.likeforlike.why")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Compare modes")
        page.get_by_role("radio", name="Live and Blended").click()
        page.get_by_role("radio", name=render("page.view.as_happened")).click()
        expect(page.get_by_text(render("page.view.as_happened_note"))).to_be_visible()
        shared = page.url
        assert "view=as_happened" in shared

    with reader(browser, 1366) as (page, _):
        page.goto(shared)
        settle(page)
        expect(page.get_by_text(render("page.view.as_happened_note"))).to_be_visible()


def test_the_table_of_a_chart_is_reached_by_keyboard(
    browser: Browser, addresses: dict[str, str]
):
    with reader(browser, 1366) as (page, _):
        page.goto(addresses["three_modes"])
        settle(page)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent").startswith("Skip")
        fold = page.get_by_test_id("stExpander").first.locator("summary")
        fold.focus()
        page.keyboard.press("Enter")
        table = page.get_by_test_id("stExpander").first.get_by_role("table")
        expect(table).to_contain_text("Leadership and behaviour change")


def test_a_chosen_category_stays_in_the_url_from_page_to_page(
    browser: Browser, addresses: dict[str, str]
):
    with reader(browser, 1366) as (page, _):
        page.goto(f"{addresses['three_modes']}/?category=leadership")
        settle(page)
        main = page.get_by_test_id("stMain")
        expect(main).to_contain_text("Leadership and behaviour change.")
        page.get_by_role("link", name="Compare modes").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Compare modes")
        settle(page)
        assert "category=leadership" in page.url
        expect(main).to_contain_text("Leadership and behaviour change")


def test_back_and_forward_walk_through_the_choices(
    browser: Browser, addresses: dict[str, str]
):
    address = addresses["three_modes"]
    with reader(browser, 1366) as (page, _):
        page.goto(address)
        settle(page)
        main = page.get_by_test_id("stMain")
        choose(page, render("page.filter.period"), render("page.filter.window.1"))
        expect(main).to_contain_text("the quarter to")
        assert "quarters=1" in page.url
        choose(page, render("page.filter.category"), "Leadership and behaviour change")
        expect(main).to_contain_text("Leadership and behaviour change.")
        page.get_by_role("link", name="Compare modes").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Compare modes")
        page.wait_for_url("**/compare-modes?*category=leadership*")
        both = page.url.partition("?")[2]
        page.get_by_role("radio", name=render("page.view.as_happened")).click()
        expect(page.get_by_text(render("page.view.as_happened_note"))).to_be_visible()
        page.go_back()
        expect(page.get_by_text(render("page.view.as_happened_note"))).to_be_hidden()
        assert page.url == f"{address}/compare-modes?{both}"
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("At a glance")
        assert page.url == f"{address}/?{both}"
        page.go_back()
        expect(main).not_to_contain_text("Leadership and behaviour change.")
        expect(main).to_contain_text("the quarter to")
        page.go_back()
        expect(main).to_contain_text("the 4 quarters to")
        assert page.url == f"{address}/"
        page.go_forward()
        expect(main).to_contain_text("the quarter to")
        page.go_forward()
        expect(main).to_contain_text("Leadership and behaviour change.")
        page.get_by_role("button", name=render("page.filter.reset")).click()
        expect(main).to_contain_text("the 4 quarters to")
        page.go_back()
        expect(main).to_contain_text("Leadership and behaviour change.")
        expect(main).to_contain_text("the quarter to")


def test_before_the_first_publish_the_page_names_the_command(
    browser: Browser, tmp_path: Path
):
    with served(Home(tmp_path)) as address, reader(browser, 1366) as (page, _):
        page.goto(address)
        settle(page)
        expect(page.get_by_text(render("page.none.title"))).to_be_visible()
        assert violations(page) == []
