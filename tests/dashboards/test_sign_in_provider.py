"""Readers who sign in at an OpenID Connect provider, in headless Chromium.

The provider is the package oidc-provider, on loopback, with a claim `groups`.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tandem.core.files import Home
from tandem.core.wording import render, translation
from tests.dashboards.published import SITUATIONS, make_published
from tests.dashboards.test_browser import browser, free_port, served, settle

pytestmark = pytest.mark.browser

__all__ = ["browser"]  # a fixture

FOLDER = Path(__file__).parent
BEGIN_SECONDS = 20
CLIENT, SECRET = "tandem", "a-secret-of-the-client-for-tests-only"
ACCOUNTS = {
    "leader": ["staff", "ld-leaders"],
    "sales": ["staff", "ld-leaders", "bu-sales"],
    "nobody": ["staff"],
}
ACCESS = """
[access]
claim = "groups"
unknown = "refused"

[access.roles]
"ld-leaders" = "leader"

[access.business_units]
"bu-sales" = "Sales"
"""
OWN, OTHER = b"Sales", b"Operations"


@contextmanager
def provider(port: int, back: str, log: Path) -> Iterator[None]:
    """Run the provider until it answers, then until the block ends."""
    if not (FOLDER / "node_modules").is_dir() or shutil.which("node") is None:
        pytest.fail(
            "the OpenID Connect provider is not installed: .venv/bin/python "
            "tests/oidc_install.py"
        )
    client = {"id": CLIENT, "secret": SECRET, "back": back}
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["node", str(FOLDER / "oidc_provider.mjs")],
            env=os.environ
            | {
                "PORT": str(port),
                "CLIENT": json.dumps(client),
                "ACCOUNTS": json.dumps(ACCOUNTS),
            },
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        end = time.monotonic() + BEGIN_SECONDS
        while not _answers(metadata_url(port)):
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"no provider: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def metadata_url(port: int) -> str:
    return f"http://127.0.0.1:{port}/.well-known/openid-configuration"


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except (urllib.error.URLError, OSError):
        return False
    return True


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard with [auth] in Streamlit's secrets, beside its provider."""
    folder = tmp_path_factory.mktemp("sign_in")
    home = Home(folder / "home")
    make_published(home, SITUATIONS["three_modes"])
    home.settings.write_text(ACCESS, encoding="utf-8")
    at, own = free_port(), free_port()
    back = f"http://127.0.0.1:{own}/oauth2callback"
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f"""
        [auth]
        redirect_uri = "{back}"
        cookie_secret = "a-secret-of-the-cookie-for-tests-only"
        client_id = "{CLIENT}"
        client_secret = "{SECRET}"
        server_metadata_url = "{metadata_url(at)}"
        """,
        encoding="utf-8",
    )
    with (
        pytest.MonkeyPatch.context() as patch,
        provider(at, back, folder / "provider.log"),
    ):
        patch.setenv("STREAMLIT_SECRETS_FILES", str(secrets))
        with served(home, port=own) as url:
            yield url


@contextmanager
def reader(browser: Browser) -> Iterator[tuple[Page, list[bytes]]]:
    """Yield a page of a new reader, and what its websockets receive."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    received: list[bytes] = []

    def keep(frame: str | bytes) -> None:
        received.append(frame.encode() if isinstance(frame, str) else frame)

    page.on("websocket", lambda opened: opened.on("framereceived", keep))
    yield page, received
    context.close()


def sign_in(page: Page, address: str, account: str) -> None:
    """Sign in at the provider, from the dashboard's button back to the dashboard."""
    page.goto(address)
    settle(page)
    enter(page, address, account)


def enter(page: Page, address: str, account: str, label: str = "") -> None:
    """Sign in from the page that asks for it; `label` is that of its button."""
    label = label or render("page.sign_in.in")
    page.get_by_role("button", name=label).click()
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    assert not page.url.startswith(address)
    page.get_by_role("button", name=account, exact=True).click()
    page.wait_for_url(f"{address}/**")
    settle(page)


def menu(page: Page) -> list[str]:
    """Return the pages that the menu lists."""
    links = page.get_by_test_id("stSidebarNavLink")
    expect(links.first).to_be_visible()
    return [link.inner_text().splitlines()[-1] for link in links.all()]


def head(page: Page) -> str:
    """Return the heading of a message in the place of a page."""
    return page.get_by_test_id("stMain").get_by_role("heading", level=2).inner_text()


def assert_refused(page: Page, why: str) -> None:
    """Assert that a page says why there are no numbers, and nothing else."""
    assert head(page) == render(f"page.sign_in.{why}")
    next_step = page.get_by_text(render(f"page.sign_in.{why}_next"))
    expect(next_step).to_be_visible()
    assert page.get_by_test_id("stSidebarNavLink").count() == 0
    assert page.get_by_role("dialog").count() == 0


def walk(page: Page) -> None:
    """Open each page that the menu lists."""
    for title in menu(page):
        link = page.get_by_test_id("stSidebarNavLink").filter(has_text=title)
        link.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        settle(page)
        assert page.get_by_test_id("stException").count() == 0


def test_before_signing_in_there_is_a_button_and_no_number(
    browser: Browser, address: str
):
    with reader(browser) as (page, received):
        for path in ("", "sql?unit=Sales"):
            page.goto(f"{address}/{path}")
            settle(page)
            assert_refused(page, "asked")
            button = page.get_by_role("button", name=render("page.sign_in.in"))
            expect(button).to_be_visible()
            assert re.findall(r"\d", page.locator("body").inner_text()) == []
        assert received
        for published in (OTHER, b"Leadership", b"64 of 100"):
            assert published not in b"".join(received)


def test_a_leader_sees_the_numbers_and_is_refused_oversight_and_sql(
    browser: Browser, address: str
):
    with reader(browser) as (page, received):
        sign_in(page, address, "leader")
        expect(page.get_by_role("heading", level=1)).to_have_text("At a glance")
        expect(page.locator(".td-headline")).to_contain_text("64 of 100 enrolments")
        listed = menu(page)
        assert render("page.compare_modes.title") in listed
        for closed in ("oversight", "sql"):
            assert render(f"page.{closed}.title") not in listed
            page.goto(f"{address}/{closed}")
            settle(page)
            assert head(page) == render("page.not_allowed.title")
            expect(page.get_by_text(render("page.not_allowed.next"))).to_be_visible()
            assert page.get_by_role("textbox").count() == 0
        sent = b"".join(received)
        assert OWN in sent
        assert OTHER in sent


def test_no_other_unit_is_sent_to_a_reader_of_one_unit(browser: Browser, address: str):
    with reader(browser) as (page, received):
        sign_in(page, address, "sales")
        expect(page.get_by_role("heading", level=1)).to_have_text("At a glance")
        page.goto(f"{address}/compare-modes?unit=Operations")
        settle(page)
        page.goto(f"{address}/?unit=Sales")
        settle(page)
        walk(page)
        sent = b"".join(received)
        assert OWN in sent
        assert OTHER not in sent


def test_a_person_without_a_role_is_refused_in_words_and_can_sign_out(
    browser: Browser, address: str
):
    with reader(browser) as (page, received):
        sign_in(page, address, "nobody")
        for path in ("", "oversight"):
            page.goto(f"{address}/{path}")
            settle(page)
            assert_refused(page, "unknown")
        page.get_by_role("button", name=render("page.sign_in.out")).click()
        page.get_by_role("button", name="Yes", exact=True).click()
        page.wait_for_url(f"{address}/**")
        settle(page)
        assert_refused(page, "asked")
        assert OTHER not in b"".join(received)


DEEP = "compare-modes?category=leadership&measure=completion_rate&lang=hi"
HINDI = {
    key: translation(key, "hi") or ""
    for key in ("page.sign_in.in", "page.compare_modes.title")
}


def verdict(page: Page) -> str:
    """Return the first sentence of Compare modes below its title."""
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text(HINDI["page.compare_modes.title"])
    settle(page)
    heading = page.get_by_test_id("stMain").get_by_role("heading", level=2)
    return heading.first.inner_text()


def test_a_deep_link_opens_the_same_verdict_after_signing_in(
    browser: Browser, address: str
):
    with reader(browser) as (page, _received):
        sign_in(page, address, "leader")
        page.goto(f"{address}/{DEEP}")
        wanted = verdict(page)
    with reader(browser) as (page, _received):
        page.goto(f"{address}/{DEEP}")
        settle(page)
        enter(page, address, "leader", HINDI["page.sign_in.in"])
        page.wait_for_url(f"{address}/compare-modes?**")
        assert verdict(page) == wanted
        for part in ("category=leadership", "lang=hi"):
            assert part in page.url
        page.goto(f"{address}/")  # once only: no page is forced on the reader
        settle(page)
        page.wait_for_timeout(500)
        assert "compare-modes" not in page.url


def test_only_a_path_of_this_server_is_followed(browser: Browser, address: str):
    with reader(browser) as (page, _received):
        page.goto(f"{address}/")
        settle(page)
        foreign = "//example.org/compare-modes"
        page.evaluate(f"sessionStorage.setItem('tandemWanted', '{foreign}')")
        enter(page, address, "leader")
        page.wait_for_timeout(500)
        assert page.url.startswith(address)
