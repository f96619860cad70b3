"""A button that downloads the table above it as an Excel file.

The file is built when the button is pressed, from the rows that the page shows, with
the line that says what they are about, what its numbers and states mean, and the
snapshot. Each download is written to the access log.
"""

from collections.abc import Callable

import polars as pl
import streamlit as st

from dashboards import access, formats, reader
from dashboards.components.page_context import (
    PageContext,
    current_context,
    selection_words,
)
from dashboards.presenters import kpi_dictionary, states
from dashboards.queries import kpis
from dashboards.workbook import MEDIA_TYPE, Sheet, workbook
from tandem.core.wording import render


def button(rows: pl.DataFrame, title: str, key: str) -> None:
    """Draw the button.

    Args:
        rows: as the page shows them; published numbers only.
        title: what the table shows, in a sentence.
        key: unique on the page; the file is named after it.
    """
    context = current_context()
    st.download_button(
        render("page.download"),
        content(sheet(rows, title, context), key, context.snapshot.snapshot_id),
        file_name=f"tandem-{key.replace('_', '-')}.xlsx",
        mime=MEDIA_TYPE,
        key=f"{key}_download",
        help=render("page.download.help"),
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
    )


def content(found: Sheet, key: str, snapshot_id: str) -> Callable[[], bytes]:
    """Return a function that writes the download down, and returns its bytes.

    Streamlit calls it outside of any reader's session, so the role is taken now.

    Args:
        found: what is downloaded.
        key: of the table, for the log.
        snapshot_id: whose numbers they are.
    """
    role = reader.recorded_role()

    def built() -> bytes:
        access.note_export(role, f"table {key}, snapshot {snapshot_id}")
        return workbook(found)

    return built


def sheet(rows: pl.DataFrame, title: str, context: PageContext) -> Sheet:
    """Return what a download holds, in the reader's language."""
    about = context.about
    lines = (
        selection_words(context),
        render(
            "page.data.snapshot_text",
            snapshot=about.snapshot_id,
            as_of=formats.day(about.as_of),
            published=formats.day(about.published_at),
            code=about.code_version,
        ),
        render("page.download.hidden", k=about.k),
        *([render("page.sample_note")] if about.is_sample else []),
    )
    known = [states.words(state) for state in states.MARKS]
    defined = kpi_dictionary.named_in(kpis.registry(context.snapshot), title, rows)
    meanings = (
        (render("page.data.kpis"), tuple(defined)),
        (render("page.data.states"), tuple((s.short, s.means) for s in known)),
    )
    return Sheet(
        title,
        lines,
        rows,
        states.words("no_data").label,
        tuple((heading, pairs) for heading, pairs in meanings if pairs),
        (render("page.download.table"), render("page.download.meanings")),
        about.published_at,
    )
