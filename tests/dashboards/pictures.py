"""Write a picture of each page into docs/pictures, of what TANDEM_HOME has published.

`make pictures`. The pages are those of the first programme and of the roles that see
everything, at 1366 pixels.
"""

import os
import shutil
import sys

import duckdb
from playwright.sync_api import sync_playwright

from dashboards.pages import PAGES
from tandem.core.files import Home, project_root
from tests.dashboards.test_browser import CHROMIUM, QUERIES, reader, served, settle

FOLDER = project_root() / "docs" / "pictures"
WIDTH, MOST_HEIGHT = 1366, 1600


def first_programme(home: Home) -> str:
    """Return the programme with most enrolments of the current snapshot."""
    pointer = home.current_snapshot()
    if pointer is None:
        sys.exit("nothing is published: run make demo SERVE=0 first")
    path = home.published / pointer["dashboard"]
    with duckdb.connect(str(path), read_only=True) as connection:
        ((found,),) = connection.sql("""
            select programme_id from pub.programmes
            order by enrolment_count desc nulls last, programme_id limit 1
        """).fetchall()
    return found


def main() -> None:
    """Write the pictures."""
    home = Home.from_environment()
    queries = dict.fromkeys(QUERIES, f"programme={first_programme(home)}")
    named = os.environ.get("TANDEM_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM)), None)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served(home) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        with reader(browser, WIDTH) as (page, _outside):
            for entry in PAGES:
                path = "" if entry is PAGES[0] else entry.url_path
                page.goto(f"{address}/{path}?{queries.get(entry.name, '')}")
                settle(page)
                main = page.get_by_test_id("stMain")
                whole = main.evaluate("main => main.scrollHeight")
                size = {"width": WIDTH, "height": min(whole, MOST_HEIGHT)}
                page.set_viewport_size(size)
                settle(page)
                page.screenshot(path=FOLDER / f"{entry.name}.png")
                page.set_viewport_size({"width": WIDTH, "height": 900})
        browser.close()


if __name__ == "__main__":
    main()
