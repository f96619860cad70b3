"""Zoom's webinar attendee report and its registration reports (CSV, in sections).

People who registered and did not come are in the attendee report with `Attended` No and
no times: this is a response to an invitation (raw.rsvps), no connection. Rows of
rejoins have empty registration columns. The counts above the sections differ from the
rows even in real files, so they land as claims.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.printed_durations import refuse_unread
from ingest.connectors.session_claims import (
    claims_about_session,
    claims_per_person,
    land_claims,
)
from ingest.connectors.zoom.format.localised_webinars import with_english_headings
from ingest.connectors.zoom.format.meetings import (
    SOURCE,
    Meeting,
    land_session,
    meeting_number,
    session_of_connections,
    session_of_meeting,
)
from ingest.connectors.zoom.format.people import email_agent, participant_agent
from ingest.connectors.zoom.format.phrases import COUNTS, WEBINAR
from ingest.connectors.zoom.format.report_times import (
    PrintedConnection,
    precision_of,
    report_clock,
    seconds_of_minutes,
)
from ingest.connectors.zoom.format.rsvps import land_rsvps, rsvp_row
from ingest.connectors.zoom.format.sections import (
    Numbered,
    Row,
    SectionedReport,
    cells_above_sections,
    meeting_of,
    numbered_rows,
    printed_start,
    sections_of,
    split_reports,
)
from ingest.connectors.zoom.format.table_text import table_in, table_of
from ingest.connectors.zoom.format.webinar_totals import compare_webinar
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence, groups
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    fingerprint,
)
from tandem.core.errors import UndecidedFile

NAME = "zoom_webinar"
FIELDS = ("attended", "join", "leave", "registered", "status")  # of headers


@dataclass(frozen=True)
class Connection:
    """One connection in naive UTC: the kind of its section, and its row."""

    kind: str
    row: Row
    joined_at: datetime
    left_at: datetime | None


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a report by the headings of its sections."""
    table = table_in(path, head)
    if table is None:
        return None
    numbered = numbered_rows(table.text, table.separator)
    rows, is_localised = with_english_headings(numbered, FIELDS)
    sections = sections_of(rows, WEBINAR, FIELDS).sections
    headings = {heading for section in sections for heading in section.headings}
    found = {name for name in WEBINAR.fields for s in sections if s.has(name)}
    has_joins = {"attended", "join"} <= found
    is_registration = {"email", "registered"} <= found
    if not has_joins and not is_registration:
        return None
    kind = "attendee" if has_joins else "registration"
    basis = "layout" if is_localised else "headings"
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant=f"webinar-{kind}" if has_joins else kind,
        found=groups(
            {
                Evidence.SECTION_TITLES: not is_localised,
                Evidence.HEADINGS: not is_localised or not has_joins,
                Evidence.HEADING_FORM: any("(" in heading for heading in headings),
                Evidence.LAYOUT: True,
            }
        ),
        reason=f"sections and {basis} of Zoom's {kind} report",
        encoding=table.encoding,
        delimiter=table.delimiter,
        locale=None if is_localised else "en",
        needs=("--tz",),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land registrations, connections, and the printed minutes and counts.

    Raises:
        UndecidedFile: zone, order of day and month, or the webinar's number is unknown.
    """
    table = table_of(delivery.path)
    for report_rows in split_reports(numbered_rows(table.text, table.separator)):
        _read_report(delivery, writer, report_rows)


def _read_report(
    delivery: Delivery, writer: LoadWriter, report_rows: list[Numbered]
) -> None:
    rows, _ = with_english_headings(report_rows, FIELDS)
    report = sections_of(rows, WEBINAR, FIELDS)
    above = cells_above_sections(rows)
    clock = report_clock(
        delivery, _printed_times(report), _printed_connections(report), above
    )
    # Sections of other attendees (by telephone) print times with less precision.
    exact = (section for section in report.sections if section.kind != "other")
    joins = (row.get("join") for section in exact for row in section.rows)
    clock = replace(clock, precision_seconds=precision_of(clock, joins))
    connections = list(_connections(report, clock, writer))
    meeting = meeting_of(report.meeting, clock, delivery.path)
    if delivery.recognition.variant == "registration":
        _land_registrations(delivery, writer, report, clock)
        return
    if not connections and meeting.starts_at is None and not report.rows:
        return  # headings only
    session = _session(delivery, report, meeting, connections)
    _land_connections(writer, session, connections)
    rsvps = _rsvps(report, session, session.session_id, clock)
    land_rsvps(writer, rsvps)
    who = [fingerprint(_actor(session, c.row)) for c in connections]
    listed = list(zip(who, map(_is_presenter, connections), strict=True))
    counts = _counts(report.meeting)
    compare_webinar(writer, session.session_id, counts, len(rsvps), listed)
    durations = [
        (_actor(session, connection.row), seconds)
        for connection in connections
        if (seconds := _seconds(connection.row)) is not None
    ]
    land_claims(
        writer,
        session,
        claims_per_person("duration_seconds", durations) + claims_about_session(counts),
    )
    writer.report_window(session.starts_at, session.ends_at)


def _printed_times(report: SectionedReport) -> list[str]:
    names = ("join", "leave", "registered")
    times = [row.get(name) for row in report.rows for name in names]
    return [*times, printed_start(report.meeting)]


def _printed_connections(report: SectionedReport) -> Iterator[PrintedConnection]:
    for row in report.rows:
        joined, left = row.get("join"), row.get("leave")
        yield PrintedConnection(joined, left, _seconds(row))


def _connections(
    report: SectionedReport, clock: LocalClock, writer: LoadWriter
) -> Iterator[Connection]:
    """Yield connections; a row without a join is a person who did not come."""
    for section in report.sections:
        for row in section.rows:
            if not row.get("join"):
                continue
            cells = (row.get("join"), row.get("leave"))
            try:
                joined, left = clock.join_and_leave(*cells)
            except ValueError as error:
                message = f"no interval: {error}"
                payload = row.by_heading()
                writer.reject(row.line, "interval.time", "$", message, payload)
                continue
            refuse_unread(writer, row.line, row.get("minutes"), _seconds(row))
            yield Connection(section.kind, row, joined, left)


def _session(
    delivery: Delivery,
    report: SectionedReport,
    meeting: Meeting,
    connections: list[Connection],
) -> TechnicalSession:
    """Return the session, with the first person of a host's section as its host."""
    if connections:
        listed = [(c.joined_at, _name(c.row), c.left_at) for c in connections]
        session = session_of_connections(meeting, listed)
    else:
        session = session_of_meeting(meeting, delivery.sha256)
    hosts = [row for section in report.of_kind("host") for row in section.rows]
    host = email_agent(hosts[0].get("email")) if hosts else None
    return replace(session, host=host)


def _land_connections(
    writer: LoadWriter, session: TechnicalSession, connections: list[Connection]
) -> None:
    """Write connections; hosts and panelists are the instructors of their own."""
    attending, presenting = [], []
    for connection in connections:
        actor = _actor(session, connection.row)
        interval = Interval(actor, connection.joined_at, connection.left_at)
        (presenting if _is_presenter(connection) else attending).append(interval)
    land_session(writer, session, attending)
    presenters = {fingerprint(i.actor): i.actor for i in presenting}
    for key, agent in presenters.items():
        own = [i for i in presenting if fingerprint(i.actor) == key]
        writer.documents(connection_statements(replace(session, host=agent), own))


def _is_presenter(connection: Connection) -> bool:
    return connection.kind in ("host", "panelist")


def _rsvps(
    report: SectionedReport,
    session: TechnicalSession,
    planned_session_id: str,
    clock: LocalClock,
) -> list[dict[str, Any]]:
    """Return registrations, one per person; rows of rejoins are left out."""
    by_person: dict[str, dict[str, Any]] = {}
    for section in report.sections:
        if not section.has("registered"):
            continue
        for row in section.rows:
            agent = _actor(session, row)
            status = row.get("status")
            is_rejoin = not (row.get("registered") or status)
            if is_rejoin and row.get("join"):
                continue
            # A registration lands without its time where the time cannot be read.
            responded_at = clock.utc_if_readable(row.get("registered"))
            rsvp = rsvp_row(planned_session_id, agent, status, responded_at)
            by_person.setdefault(fingerprint(agent), rsvp)
    return list(by_person.values())


def _land_registrations(
    delivery: Delivery, writer: LoadWriter, report: SectionedReport, clock: LocalClock
) -> None:
    """Write the registrations for a webinar.

    Raises:
        UndecidedFile: neither the file nor its name holds the webinar's number.
    """
    meeting = meeting_of(report.meeting, clock, delivery.path)
    cells = report.meeting.cells if report.meeting else []
    number = meeting.number or next(filter(None, map(meeting_number, cells)), None)
    if number is None and not report.rows:
        return  # headings only
    if number is None:
        raise UndecidedFile(
            "it does not say which webinar these people registered for",
            delivery.path.name,
            "put the webinar's number into the file's name, e.g. "
            "registration_91122233344.csv",
        )
    session = session_of_meeting(replace(meeting, number=number), number)
    land_rsvps(writer, _rsvps(report, session, number, clock))


def _counts(row: Row | None) -> dict[str, float]:
    """Return the counts of the block above the sections, by the claim's name."""
    columns = COUNTS.columns_of(row.headings) if row else {}
    printed = {claim: replace(row, columns=columns).get(claim) for claim in columns}
    return {claim: float(cell) for claim, cell in printed.items() if cell.isdigit()}


def _seconds(row: Row) -> float | None:
    return seconds_of_minutes(row.get("minutes"))


def _name(row: Row) -> str:
    full_name = f"{row.get('first_name')} {row.get('last_name')}".strip()
    return row.get("name") or full_name


def _actor(session: TechnicalSession, row: Row) -> Agent:
    return participant_agent(session, _name(row), row.get("email"))
