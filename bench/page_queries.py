"""The seconds of each query of the dashboard's pages, on what is published.

`python -m bench.page_queries OUTCOME` opens every page of TANDEM_HOME in turn, ROUNDS
times with empty caches, and writes the seconds of each query to OUTCOME as JSON.
"""

import json
import sys
import time
from pathlib import Path

import polars as pl
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import queries
from dashboards.pages import PAGES
from tandem.core.files import project_root

ROUNDS = 3


def seconds_of_queries() -> list[float]:
    """Open every page and return the seconds of each query.

    Raises:
        RuntimeError: a page failed.
    """
    seconds: list[float] = []
    fetch = queries.fetch

    def timed(
        snapshot: queries.Snapshot, query: str, **parameters: object
    ) -> pl.DataFrame:
        started = time.perf_counter()
        try:
            return fetch(snapshot, query, **parameters)
        finally:
            seconds.append(time.perf_counter() - started)

    queries.fetch = timed  # before the modules that import it by name
    for _round in range(ROUNDS):
        st.cache_data.clear()
        app = AppTest.from_file(
            str(project_root() / "dashboards" / "app.py"), default_timeout=300
        ).run()
        for number, page in enumerate(PAGES):
            if number:  # the first page is open
                app.switch_page(page.path).run()
            if app.exception:
                raise RuntimeError(f"{page.name}: {app.exception[0].message}")
    return seconds


if __name__ == "__main__":
    outcome = Path(sys.argv[1])
    outcome.write_text(json.dumps(seconds_of_queries()), encoding="utf-8")
