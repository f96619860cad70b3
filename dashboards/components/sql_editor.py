"""The parts of the SQL page: what the file holds, the query, and its rows."""

from collections.abc import Callable

import streamlit as st

from dashboards import access, formats, reader
from dashboards.components import html
from dashboards.queries.own_query import MOST_ROWS, MOST_SECONDS, Found, Run
from tandem.core.errors import TandemError
from tandem.core.query_catalogue import EXAMPLES
from tandem.core.query_files import as_csv, as_parquet, text_rows
from tandem.core.roles import ANALYST
from tandem.core.wording import render

SHOWN = 200  # rows on the page; a download has them all
LONGEST_CELL = 300  # characters of a value on the page
TEXT, EXAMPLE, RUN = "sql_text", "sql_example", "sql_run"
# Codes stay whole, and sentences get a line of a length that can be read.
CELL = '<td style="overflow-wrap: normal; max-width: 30rem">'
FORMS = {
    "csv": (as_csv, "text/csv"),
    "parquet": (as_parquet, "application/vnd.apache.parquet"),
}


def draw_table(heads: list[str], rows: list[tuple], label: str) -> None:
    """Draw rows as a table that scrolls sideways by itself, also by keyboard."""
    first = "".join(f'<th scope="col">{html.text(head)}</th>' for head in heads)
    rest = "".join(
        "<tr>" + "".join(f"{CELL}{_cell(value)}</td>" for value in row) + "</tr>"
        for row in rows
    )
    html.draw(
        f'<div role="region" tabindex="0" aria-label="{html.text(label)}"'
        ' style="overflow: auto; max-height: 34rem; overflow-wrap: normal">'
        f'<table class="td-table"><thead><tr>{first}</tr></thead>'
        f"<tbody>{rest}</tbody></table></div>"
    )


def _cell(value: str | None) -> str:
    if value is None:
        return f"<em>{html.text(render('page.sql.null'))}</em>"
    cut = value[:LONGEST_CELL] + ("..." if len(value) > LONGEST_CELL else "")
    return html.text(cut)


def draw_query() -> tuple[str, bool]:
    """Draw the editor; return the query, and whether it is to run now."""
    st.selectbox(
        render("page.sql.example"),
        list(EXAMPLES),
        index=None,
        format_func=lambda name: render(f"page.sql.example.{name}"),
        placeholder=render("page.sql.example_none"),
        key=EXAMPLE,
        on_change=_take_example,
    )
    query = st.text_area(render("page.sql.query"), key=TEXT, height=240)
    with st.container(horizontal=True, vertical_alignment="center"):
        is_asked = st.button(render("page.sql.run"), type="primary", key="sql_go")
        limits = render(
            "page.sql.limits",
            seconds=formats.count(MOST_SECONDS),
            shown=formats.count(SHOWN),
            rows=formats.count(MOST_ROWS),
        )
        st.caption(limits, width="stretch")
    return query, is_asked


def _take_example() -> None:
    if st.session_state[EXAMPLE]:
        st.session_state[TEXT] = EXAMPLES[st.session_state[EXAMPLE]].strip()


@st.fragment(run_every=0.5)
def draw_running() -> None:
    """Draw that a query runs, with a button that stops it."""
    run: Run | None = st.session_state.get(RUN)
    if run is None or run.is_done():
        st.rerun()
        return
    if run.was_stopped:
        run.stop()
    st.info(render("page.sql.stopping" if run.was_stopped else "page.sql.running"))
    st.button(render("page.sql.stop"), on_click=run.stop, key="sql_stop")


def draw_result(run: Run, snapshot_id: str) -> None:
    """Draw the rows of a query that has ended, or why there are none."""
    try:
        found = run.result()
    except TandemError as error:
        if run.was_stopped:
            st.info(render("page.sql.stopped"))
        else:
            st.error(f"{error.what}. {error.next_step}".replace("$", r"\$"))
        return
    st.header(render("page.sql.rows"), anchor=False)
    st.caption(_size(found))
    columns, rows = text_rows(found.table.slice(0, SHOWN))
    draw_table([column.name for column in columns], rows, render("page.sql.rows"))
    with st.container(horizontal=True):
        for form in FORMS:
            _draw_download(form, found, snapshot_id)


def _size(found: Found) -> str:
    count = found.table.num_rows
    lines = [render("page.sql.count", rows=formats.count(count))]
    if count > SHOWN:
        lines.append(render("page.sql.shown", rows=formats.count(SHOWN)))
    if found.has_more:
        lines.append(render("page.sql.capped", rows=formats.count(MOST_ROWS)))
    return " ".join(lines)


def _draw_download(form: str, found: Found, snapshot_id: str) -> None:
    st.download_button(
        render(f"page.sql.download.{form}"),
        _content(form, found, snapshot_id),
        file_name=f"tandem-query.{form}",
        mime=FORMS[form][1],
        key=f"sql_{form}",
        on_click="ignore",
        icon=":material/download:",
    )


def _content(form: str, found: Found, snapshot_id: str) -> Callable[[], bytes]:
    role = reader.recorded_role((ANALYST,))

    def built() -> bytes:
        access.note_export(role, f"query as {form}, snapshot {snapshot_id}")
        return FORMS[form][0](found.table)

    return built
