"""A headless Chromium for the tests of the files of a pack."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from dashboards.review_pack.document import executable


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=executable(),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield opened
        opened.close()


@contextmanager
def opened_page(browser: Browser, width: int) -> Iterator[tuple[Page, list[str]]]:
    """Yield a page, and the addresses that it asks for."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page, asked
    context.close()
