"""Zoom's webinar attendee report and its registration reports (CSV, in sections).

Who registered and did not come is in the attendee report, `Attended` No and no times:
an answer to an invitation (raw.rsvps), no presence. Rejoins leave the registration's
columns empty. The counts above the sections do not agree with the rows even in real
files, so they land as claims.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.zoom.format.days import Span, report_clock
from ingest.connectors.zoom.format.foreign import in_english
from ingest.connectors.zoom.format.report import (
    SOURCE,
    agent_of,
    attended_session,
    claim_rows,
    land_claims,
    land_session,
    minutes_in,
    number_of,
    precision_of,
    response_of,
    session_claims,
    told_session,
    whom,
)
from ingest.connectors.zoom.format.sections import (
    Row,
    Section,
    Sections,
    meeting_of,
    numbered_rows,
    printed_above,
    printed_start,
    reports_of,
    sections_of,
)
from ingest.connectors.zoom.format.text import table_in, table_of
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.xapi.profiles.aggregates import sum_by_person
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    fingerprint,
)
from tandem.core.errors import UndecidedFile

NAME = "zoom_webinar"
HEADER_WORDS = frozenset(
    {"attended", "join time", "leave time", "registration time", "approval status"}
)
COUNTS = {
    "# registered": "registered_count",
    "# registrants": "registered_count",
    "# cancelled": "cancelled_count",
    "unique viewers": "unique_viewer_count",
    "total users": "participant_count",
    "max concurrent views": "max_concurrent_count",
}
Timed = tuple[Section, Row, datetime, datetime | None]


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a report by the headings of its sections."""
    found = table_in(path, head)
    if found is None:
        return None
    table, is_foreign = in_english(numbered_rows(found.text, found.mark), HEADER_WORDS)
    parts = sections_of(table, HEADER_WORDS).parts
    headings = {word for part in parts for word in part.headings}
    has_joins = {"attended", "join time"} <= headings
    is_registration = {"email", "registration time"} <= headings
    if not has_joins and not is_registration:
        return None
    kind = "attendee" if has_joins else "registration"
    known = "shape" if is_foreign else "headings"
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant=f"webinar-{kind}" if has_joins else kind,
        confidence=0.6 if is_foreign else 0.97,
        reason=f"sections and {known} of Zoom's {kind} report",
        encoding=found.encoding,
        delimiter=found.delimiter,
        locale=None if is_foreign else "en",
        needs=("--tz",),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land who registered, who came and from when to when, and the printed counts.

    Raises:
        UndecidedFile: zone, order of day and month, or the webinar's number is untold.
    """
    found = table_of(delivery.path)
    for table in reports_of(numbered_rows(found.text, found.mark)):
        _read_report(delivery, writer, table)


def _read_report(
    delivery: Delivery, writer: LoadWriter, table: list[tuple[int, list[str]]]
) -> None:
    table, _ = in_english(table, HEADER_WORDS)
    report = sections_of(table, HEADER_WORDS)
    clock = report_clock(
        delivery, _printed(report), _spans(report), printed_above(table)
    )
    exact = (part for part in report.parts if "other" not in part.title)
    joins = (row.get("join time") for part in exact for row in part.rows)
    clock = replace(clock, precision_seconds=precision_of(clock, joins))
    timed = list(_timed(report, clock, writer))
    meeting = meeting_of(report.meeting, clock, delivery.path)
    if delivery.recognition.variant == "registration":
        _land_registrations(delivery, writer, report, clock)
        return
    if (
        not timed
        and meeting.starts_at is None
        and not any(part.rows for part in report.parts)
    ):
        return  # headings alone
    told = [(joined, _name(row), left) for _part, row, joined, left in timed]
    session = (
        attended_session(meeting, told)
        if told
        else told_session(meeting, delivery.sha256)
    )
    hosts = [row for part in report.of("host") for row in part.rows]
    first_host = next((agent_of(row.get("email")) for row in hosts), None)
    session = replace(session, host=first_host)
    _land_presence(writer, session, timed)
    _land_answers(writer, _answers(report, session, session.session_id, clock))
    counts = _counts(report.meeting)
    claims = [(_who(session, row), _seconds(row)) for _part, row, _j, _l in timed]
    known = [(agent, value) for agent, value in claims if value is not None]
    land_claims(
        writer,
        claim_rows(session, "duration_seconds", sum_by_person(known))
        + session_claims(session, counts),
    )
    writer.report_window(session.starts_at, session.ends_at)


def _printed(report: Sections) -> list[str]:
    names = ("join time", "leave time", "registration time")
    rows = [row for part in report.parts for row in part.rows]
    return [row.get(name) for row in rows for name in names] + [
        printed_start(report.meeting)
    ]


def _spans(report: Sections) -> Iterator[Span]:
    for part in report.parts:
        for row in part.rows:
            yield Span(row.get("join time"), row.get("leave time"), _seconds(row))


def _timed(report: Sections, clock: LocalClock, writer: LoadWriter) -> Iterator[Timed]:
    """Yield who was connected; a row without a join is somebody who did not come."""
    for part in report.parts:
        for row in part.rows:
            if not row.get("join time"):
                continue
            try:
                joined = clock.utc(row.get("join time"))
                left = clock.utc_or_none(row.get("leave time"))
                if left is not None and left < joined:
                    raise ValueError("it leaves before it joins")
            except ValueError as error:
                words = f"no interval: {error}"
                writer.reject(row.line, "interval.time", "$", words, row.named())
                continue
            yield part, row, joined, left


def _land_presence(
    writer: LoadWriter, session: TechnicalSession, timed: list[Timed]
) -> None:
    """Write connections; who presents is the instructor of their own."""
    attending, presenting = [], []
    for part, row, joined, left in timed:
        interval = Interval(_who(session, row), joined, left)
        is_teacher = "host" in part.title or "panelist" in part.title
        (presenting if is_teacher else attending).append(interval)
    land_session(writer, session, attending)
    people = {fingerprint(one.actor): one.actor for one in presenting}
    for who, agent in people.items():
        own = [one for one in presenting if fingerprint(one.actor) == who]
        writer.documents(connection_statements(replace(session, host=agent), own))


def _answers(
    report: Sections, session: TechnicalSession, named: str, clock: LocalClock
) -> list[dict[str, Any]]:
    """Return who registered, each once: a rejoin's row does not tell it again."""
    found: dict[str, dict[str, Any]] = {}
    for part in report.parts:
        if "registration time" not in part.headings:
            continue
        for row in part.rows:
            agent = _who(session, row)
            status = row.get("approval status")
            is_rejoin = not (row.get("registration time") or status)
            if is_rejoin and row.get("join time"):
                continue
            found.setdefault(
                fingerprint(agent),
                {
                    "planned_session_id": named,
                    "actor": json.dumps(agent, sort_keys=True),
                    "response": response_of(status),
                    "role": "registrant",
                    "responded_at": _time(clock, row.get("registration time")),
                },
            )
    return list(found.values())


def _land_answers(writer: LoadWriter, answers: list[dict[str, Any]]) -> None:
    if answers:
        schema = {"responded_at": pl.Datetime("us")}
        frame = pl.DataFrame(answers, schema_overrides=schema)
        writer.rows("rsvps", frame)


def _land_registrations(
    delivery: Delivery, writer: LoadWriter, report: Sections, clock: LocalClock
) -> None:
    """Write who registered for a webinar whose number the file or its name tells.

    Raises:
        UndecidedFile: neither does.
    """
    meeting = meeting_of(report.meeting, clock, delivery.path)
    cells = report.meeting.cells if report.meeting else []
    number = meeting.number or next(filter(None, map(number_of, cells)), None)
    if number is None:
        raise UndecidedFile(
            "it does not say which webinar these people registered for",
            delivery.path.name,
            "put the webinar's number into the file's name, e.g. "
            "registration_91122233344.csv",
        )
    session = told_session(replace(meeting, number=number), number)
    _land_answers(writer, _answers(report, session, number, clock))


def _time(clock: LocalClock, printed: str) -> datetime | None:
    try:
        return clock.utc_or_none(printed)
    except ValueError:
        return None  # when somebody registered may stay unknown; that they did may not


def _counts(row: Row | None) -> dict[str, float]:
    """Return the numbers that the block above the sections claims."""
    printed = [(claim, row.get(name) if row else "") for name, claim in COUNTS.items()]
    return {claim: float(cell) for claim, cell in printed if cell.isdigit()}


def _seconds(row: Row) -> float | None:
    return minutes_in(row.get("time in session (minutes)"))


def _name(row: Row) -> str:
    shown = row.get("user name (original name)", "user name", "name")
    return shown or f"{row.get('first name')} {row.get('last name')}".strip()


def _who(session: TechnicalSession, row: Row) -> Agent:
    return whom(session, _name(row), row.get("email", "user email"))
