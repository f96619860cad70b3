"""Can I trust these numbers? Sources, definitions, thresholds, method."""

import re
from datetime import UTC, datetime

import streamlit as st

from dashboards import formats, reader
from dashboards.components import downloads, footer, html, html_table
from dashboards.components.page_context import PageContext, current_context
from dashboards.presenters import definitions, kpi_dictionary
from dashboards.queries import kpis
from dashboards.queries import snapshot as snapshot_queries
from tandem.core.files import Home, project_root
from tandem.core.lateness import late_sources
from tandem.core.roles import ANALYST
from tandem.core.settings import Settings
from tandem.core.wording import render

CHANGES = 6000  # characters of the change log
NESTED = re.compile(r"^#+ (.+)$", re.MULTILINE)  # headings would break the order
SHOWN = 15  # numbers of the dictionary that are listed before anything is searched


def draw_sources(context: PageContext, days: int) -> None:
    """Draw the state of each source, and the warnings that a person accepted."""
    st.header(render("page.data.sources"), anchor=False)
    st.markdown(render("page.data.sources_note"))
    sources = snapshot_queries.sources(context.snapshot)
    late = late_sources(sources, datetime.now(UTC), days)["source"]
    names = set() if context.about.is_sample else set(late)
    title = render("page.data.sources_table")
    html_table.draw(definitions.source_rows(sources, names), title, "sources")
    st.subheader(render("page.data.accepted"), anchor=False)
    accepted = snapshot_queries.accepted_warnings(context.snapshot)
    st.markdown(definitions.accepted_list(accepted))


def kpi_markup(row: dict) -> str:
    """Return one number of the dictionary as HTML: a line that opens."""
    pairs = "".join(
        f"<dt>{html.text(heading)}</dt><dd>{html.text(said)}</dd>"
        for heading, said in kpi_dictionary.facts(row)
    )
    return (
        f'<details class="td-entry"><summary><b>{html.text(row["kpi_name"])}</b> '
        f"{html.text(row['question'] or '')}</summary><dl>{pairs}</dl></details>"
    )


def draw_dictionary(context: PageContext) -> None:
    """Draw what each number means, with a search."""
    registry = kpis.registry(context.snapshot)
    st.header(render("page.data.kpis"), anchor=False)
    search = st.text_input(
        render("page.data.search"), key="search", max_chars=60
    ).strip()
    found = kpi_dictionary.matching(registry, search)
    shown = found if search else found.head(SHOWN)
    key = "page.data.found" if search else "page.data.listed"
    st.caption(render(key, shown=shown.height, all=registry.height))
    if shown.is_empty():
        st.markdown(render("page.data.found_none"))
    html.draw("".join(map(kpi_markup, shown.iter_rows(named=True))))
    everything = kpi_dictionary.table(registry)
    downloads.button(everything, render("page.data.kpis"), "dictionary")
    if ANALYST in reader.current_roles():
        title = render("page.data.for_analysts")
        with st.expander(title, key="for_analysts"):
            html_table.draw(kpi_dictionary.sql_rows(shown), title, "sql_names")


def draw_method(context: PageContext) -> None:
    """Explain how small groups are protected and how modes are compared."""
    about = context.about
    st.header(render("page.data.suppression"), anchor=False)
    st.markdown(
        render(
            "page.data.suppression_text",
            k=about.k,
            hidden=formats.count(about.hidden_cell_count),
            cells=formats.count(about.cell_count),
        )
    )
    st.header(render("page.data.method"), anchor=False)
    st.markdown(render("page.data.method_text"))
    st.markdown(render("page.data.look_text"))
    st.markdown(render("page.data.range"))
    st.header(render("page.data.evidence"), anchor=False)
    st.markdown(definitions.strengths_words())
    title = render("page.data.evidence")
    html_table.draw(definitions.evidence_rows(), title, "evidence")


def draw_tables(context: PageContext) -> None:
    """Draw what the verdicts mean, and the current thresholds."""
    parts = {
        "page.data.states": definitions.state_rows(),
        "page.data.thresholds": definitions.threshold_rows(
            context.about.k, Settings.load(Home.from_environment()).vars
        ),
    }
    for key, rows in parts.items():
        st.header(render(key), anchor=False)
        html_table.draw(rows, render(key), key.rpartition(".")[2])


def draw_access() -> None:
    """Draw how the pages can be read by everybody, and in which languages."""
    st.header(render("page.data.access"), anchor=False)
    st.markdown(render("page.data.access_text"))
    st.markdown(render("page.data.access_known"))
    st.header(render("page.data.languages"), anchor=False)
    title = render("page.data.languages")
    html_table.draw(definitions.language_rows(), title, "languages")


def draw_changes() -> None:
    """Draw what changed in Tandem; kept in English, as it is written."""
    path = project_root() / "CHANGELOG.md"
    if not path.exists():
        return
    st.header(render("page.data.changes"), anchor=False)
    with st.expander(render("page.data.changes_open"), key="changes"):
        listed = path.read_text(encoding="utf-8").partition("## Unreleased")[2]
        st.markdown(NESTED.sub("**\\1**", listed)[:CHANGES])


def page() -> None:
    context = current_context()
    days = Settings.load(Home.from_environment()).vars["late_after_days"]
    draw_sources(context, days)
    draw_dictionary(context)
    draw_tables(context)
    draw_method(context)
    draw_access()
    draw_changes()
    st.caption(
        render(
            "page.data.snapshot_text",
            snapshot=context.about.snapshot_id,
            as_of=formats.day(context.about.as_of),
            published=formats.day(context.about.published_at),
            code=context.about.code_version,
        )
    )
    footer.draw(context, with_link=False)


page()
