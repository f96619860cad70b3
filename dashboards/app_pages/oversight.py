"""Who saw and decided what, and are people protected? For data protection officers."""

import sqlite3
from datetime import UTC, datetime

import streamlit as st

from dashboards import recording
from dashboards.components import footer, html_table
from dashboards.components.page_context import PageContext, current_context
from dashboards.presenters import definitions, oversight
from dashboards.queries import kpis, privacy
from dashboards.queries import snapshot as snapshot_queries
from tandem.core import access_log, journal
from tandem.core.files import Home
from tandem.core.settings import Settings
from tandem.core.wording import render

NEWEST = 50  # single accesses and entries that the page lists


def draw_agreement(settings: Settings) -> None:
    """Draw whether an agreement with a works council is in force."""
    st.header(render("oversight.agreement"), anchor=False)
    state = "on" if settings.has_works_council else "off"
    st.markdown(render(f"oversight.agreement.{state}", k=settings.minimum_people))


def draw_accesses(home: Home) -> None:
    """Draw who opened or exported what, by role."""
    st.header(render("oversight.access"), anchor=False)
    st.markdown(render("oversight.access_note"))
    try:
        counted = access_log.count_accesses(home.access_log)
        single = access_log.read_accesses(home.access_log, NEWEST)
    except sqlite3.Error:
        st.error(render("oversight.access_damaged"))
        return
    if not counted:
        st.markdown(render("oversight.access_none"))
        return
    title = render("oversight.access_counts")
    html_table.draw(oversight.access_counts(counted), title, "access_counts")
    newest = render("oversight.access_newest", count=len(single))
    with st.expander(newest, key="access_newest"):
        html_table.draw(oversight.access_rows(single), newest, "access_rows")


def draw_audit(context: PageContext) -> None:
    """Draw how the published cells were attacked before they were published."""
    st.header(render("oversight.audit"), anchor=False)
    audit = privacy.audit(context.snapshot)
    st.markdown(oversight.audit_line(audit))
    if audit.is_empty():
        return
    registry = kpis.registry(context.snapshot).select("kpi_id", "kpi_name")
    rows = oversight.audit_rows(audit, dict(registry.iter_rows()))
    title = render("oversight.audit_table")
    with st.expander(title, key="audit"):
        html_table.draw(rows, title, "audit_rows")


def draw_retention(settings: Settings) -> None:
    """Draw what is deleted after how long, and whether that is due."""
    st.header(render("oversight.retention"), anchor=False)
    try:
        runs = recording.entries("retention")
    except recording.NotRecorded:
        st.error(render("oversight.journal_damaged"))
        return
    rules = settings.section("retention")
    for line in oversight.retention_lines(rules, runs, datetime.now(UTC)):
        st.markdown(line)


def draw_journal(home: Home) -> None:
    """Draw the newest entries of the journal."""
    st.header(render("oversight.journal"), anchor=False)
    try:
        entries = journal.newest(home.journal, NEWEST)
    except sqlite3.Error:
        st.error(render("oversight.journal_damaged"))
        return
    if not entries:
        st.markdown(render("oversight.journal_none"))
        return
    title = render("oversight.journal_newest", count=len(entries))
    html_table.draw(oversight.journal_rows(entries), title, "journal_rows")


def draw_warnings(context: PageContext) -> None:
    """Draw the warnings that a person accepted."""
    st.header(render("page.data.accepted"), anchor=False)
    accepted = snapshot_queries.accepted_warnings(context.snapshot)
    st.markdown(definitions.accepted_list(accepted))


def page() -> None:
    context, home = current_context(), Home.from_environment()
    settings = Settings.load(home)
    draw_agreement(settings)
    draw_accesses(home)
    draw_audit(context)
    draw_retention(settings)
    draw_journal(home)
    draw_warnings(context)
    footer.draw(context)


page()
