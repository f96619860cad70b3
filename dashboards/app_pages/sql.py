"""What do the numbers say that no page shows? Queries, for analysts."""

from pathlib import Path

import streamlit as st

from dashboards import access, reader
from dashboards.components import footer, sql_editor
from dashboards.components.page_context import current_context
from dashboards.queries import own_query
from tandem.core.files import Home
from tandem.core.limits import Limits
from tandem.core.query_access import queried_file
from tandem.core.readers import EVERY_UNIT
from tandem.core.roles import ANALYST
from tandem.core.settings import Settings
from tandem.core.wording import render

PUBLISHED, PERSONS = "published", "persons"


def chosen_file(home: Home, settings: Settings) -> Path:
    """Draw the choice of a file, where policy allows the one about persons."""
    files = [PUBLISHED]
    if settings.has_works_council:
        st.caption(render("page.sql.works_council"))
    elif (home.current_snapshot() or {}).get("analyst"):
        files.append(PERSONS)
    chosen = st.radio(
        render("page.sql.file"),
        files,
        format_func=lambda name: render(f"page.sql.file.{name}"),
        key="sql_file",
    )
    st.caption(render(f"page.sql.file.{chosen}_note"))
    return queried_file(home, with_persons=chosen == PERSONS)


def draw_schema(path: Path, limits: Limits) -> None:
    """Draw the tables of the file, and the columns of the one that is chosen."""
    held = own_query.tables(path, limits)
    with st.expander(render("page.sql.tables"), key="sql_tables"):
        heads = [render("page.sql.table"), render("page.sql.holds")]
        sql_editor.draw_table(heads, held, render("page.sql.tables"))
    table = st.selectbox(
        render("page.sql.columns"),
        [name for name, _comment in held],
        index=None,
        placeholder=render("page.sql.columns_none"),
        key="sql_columns",
    )
    if table:
        heads = [render(f"page.sql.{name}") for name in ("column", "type", "holds")]
        columns = own_query.columns(path, limits, table)
        sql_editor.draw_table(heads, columns, render("page.sql.columns"))


def page() -> None:
    home = Home.from_environment()
    context, settings = current_context(), Settings.load(home)
    if context.snapshot.business_unit != EVERY_UNIT:
        # The files hold the rows of every unit, and a query could read them.
        st.info(render("page.sql.one_unit"))
        return
    st.markdown(render("page.sql.about"))
    # The query comes first on a narrow screen, and what it can read stands beside it.
    left, right = st.columns([1.9, 1], gap="large")
    with right:
        path = chosen_file(home, settings)
        draw_schema(path, settings.limits)
    with left:
        query, is_asked = sql_editor.draw_query()
    if is_asked and query.strip():
        access.note_query(reader.recorded_role((ANALYST,)), query)
        run = own_query.Run(path, settings.limits, query)
        st.session_state[sql_editor.RUN] = run
        run.is_done(within=0.5)  # most have ended by then, and need no second run
    run = st.session_state.get(sql_editor.RUN)
    if run is not None and run.path == path:
        with left:
            if run.is_done():
                sql_editor.draw_result(run, context.snapshot.snapshot_id)
            else:
                sql_editor.draw_running()
    footer.draw(context)


page()
