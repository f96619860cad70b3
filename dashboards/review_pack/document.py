"""A review pack as a tagged PDF, printed from its HTML by Chromium, offline."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Route, sync_playwright

from dashboards.review_pack.blocks import PackNotBuilt
from dashboards.review_pack.content import Pack
from dashboards.review_pack.document_structure import finished
from dashboards.review_pack.page import document_title, html, outline

NAMED = "TANDEM_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "apt-get install chromium fonts-noto-core; the other formats need no browser"
FIT = Path(__file__).with_name("document_fit.js")
# Size of type against that of the screen: the largest, beside a table, before rows of a
# table go to another page, and the smallest.
LIMITS = {"largest": 1.16, "tables": 1.06, "beforeSplit": 0.88, "floor": 0.74}
ROWS = (5.0, 4.5, 4.0, 3.5, 3.0)  # heights of rows of drawings, in sizes of type


class NoBrowser(PackNotBuilt):
    """There is no Chromium, which only the PDF needs."""


def write(pack: Pack, path: Path) -> None:
    """Write a pack as a PDF of one page a slide; long tables take several.

    Args:
        pack: what it says.
        path: of the file, which is replaced as a whole.

    Raises:
        NoBrowser: no Chromium was found, or it does not start.
        PackNotBuilt: a slide cannot be drawn, or does not fit on its page even with
            its smallest type; it names the slide.
    """
    markup = html(pack)
    with chromium() as browser:
        printed, figures = _printed(browser, markup)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(
        finished(
            printed,
            document_title(pack),
            pack.about.organisation,
            outline(pack),
            figures,
        )
    )
    unfinished.replace(path)


def executable() -> str | None:
    """Return the Chromium that TANDEM_CHROMIUM names, or one on PATH; else None."""
    return os.environ.get(NAMED) or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a Chromium that runs until the block ends.

    Raises:
        NoBrowser: there is none, or it does not start.
    """
    with sync_playwright() as playwright:
        found = executable() or playwright.chromium.executable_path
        if not Path(found).is_file():
            raise NoBrowser("there is no Chromium, which the PDF needs", found, INSTALL)
        # in containers with a small /dev/shm, and as root, Chromium needs these
        options = ["--disable-dev-shm-usage", "--font-render-hinting=none"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")
        try:
            browser = playwright.chromium.launch(executable_path=found, args=options)
        except Error as problem:
            first = str(problem).splitlines()[0]
            raise NoBrowser(
                f"Chromium does not start: {first}", found, INSTALL
            ) from None
        try:
            yield browser
        finally:
            browser.close()


def _printed(browser: Browser, markup: str) -> tuple[bytes, list[list[float]]]:
    """Return the PDF, and where its drawings are: pixels from the corner of a page."""
    context = browser.new_context(
        offline=True, viewport={"width": 1280, "height": 720}, locale="en-GB"
    )
    page = context.new_page()
    page.route("**/*", _refuse)
    page.emulate_media(media="print")
    page.set_content(markup, wait_until="load")
    page.evaluate("document.fonts.ready")
    found = page.evaluate(FIT.read_text(encoding="utf-8"), LIMITS | {"rows": ROWS})
    if found["problems"]:
        raise PackNotBuilt(
            "it does not fit on its page, even with small type",
            "; ".join(found["problems"]),
            "shorten a decision, the commentary or the name of a programme on it",
        )
    printed = page.pdf(
        tagged=True, outline=True, prefer_css_page_size=True, print_background=True
    )
    return printed, found["figures"]


def _refuse(route: Route) -> None:
    route.abort()
