"""Land iCalendar files of Google, Outlook and others: planned sessions and answers.

A cancelled or excluded occurrence lands as cancelled. A reply or a counter-proposal
holds one person's answer; the time in it is not that of the session. Times without a
zone need --tz; an all-day event is no session.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from icalendar import Event

from ingest.connectors.calendar.format.absence_reasons import absence_category
from ingest.connectors.calendar.format.ics_components import uid_of
from ingest.connectors.calendar.format.ics_cut_off import CutOff
from ingest.connectors.calendar.format.ics_events import (
    calendars,
    sequence_of,
    stamped_at,
    utc,
    values_of,
)
from ingest.connectors.calendar.format.ics_series import Expanded, Gap
from ingest.connectors.calendar.format.planned_sessions import (
    Planned,
    Row,
    cancellation,
    distinct,
    note_shared,
    planned_session_id,
    status_of,
    write_calendar,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.join_keys import key_in_links, optional_title_key
from tandem.core.errors import UndecidedFile

NAME = "calendar"
LINK_PROPERTIES = (
    "CONFERENCE",
    "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-MICROSOFT-ONLINEMEETINGCONFLINK",
    "URL",
    "LOCATION",
    "DESCRIPTION",
    "X-ALT-DESC",
)
RESPONSES = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
    "DELEGATED": "delegated",
}
NO_LEARNERS = {"ROOM", "RESOURCE", "GROUP"}
ANSWERS = {"REPLY", "COUNTER"}  # methods that hold an invitee's answer
IGNORED = {"REFRESH", "DECLINECOUNTER"}  # methods without a session or an answer


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a calendar by its first line."""
    plain = head.replace(b"\x00", b"")
    if b"BEGIN:VCALENDAR" not in plain[:400].upper():
        return None
    producer = "google" if b"google" in plain.lower() else "other"
    producer = "outlook" if b"microsoft" in plain.lower() else producer
    return Recognition(
        connector=NAME,
        source=NAME,
        variant=f"ics-{producer}",
        found=(Evidence.FORMAT,),
        reason="BEGIN:VCALENDAR",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the planned sessions of a calendar and the answers to its invitations.

    Raises:
        DamagedFile: the file is no iCalendar, or no event in it is complete.
        UndecidedFile: no time in the file has a zone, and --tz was not given.
    """
    parsed, cut_off = calendars(delivery.path)
    expanded = [Expanded(c, delivery.options.tz) for c in parsed]
    has_floating = any(calendar.components.floating for calendar in expanded)
    if has_floating and not any(calendar.components.has_zoned for calendar in expanded):
        raise UndecidedFile(
            "its times carry no time zone",
            delivery.path.name,
            "pass --tz, e.g. --tz Europe/London, or set it for the source in "
            "tandem.toml",
        )
    readings: list[Planned] = []
    answers: list[Row] = []
    cancellations: list[Row] = []
    for number, calendar in enumerate(expanded):
        for event in calendar.occurrences():
            original_start = calendar.original_start(event)
            session_id = planned_session_id(uid_of(event), original_start)
            given = list(_answers(event, session_id, calendar.method))
            has_session = calendar.method not in ANSWERS | IGNORED
            if has_session and not _is_past(calendar, event):
                session = _session(calendar, event, session_id)
                is_single = original_start is None
                readings.append(Planned(session, given, is_single, number))
            else:
                answers += given
        readings += [Planned(row, answer_no=number) for row in _gaps(calendar)]
        cancellations += [
            cancellation(str(event["UID"]), stamped_at(event))
            for event in calendar.components.cancelled
        ]
        _reject(calendar, writer)
    _note_assumptions(expanded, delivery.options.tz, writer)
    if cut_off:
        _report_cut_off(cut_off, writer)
    chosen, shared = distinct(readings)
    recurring = sum(calendar.components.shared_uid_count for calendar in expanded)
    note_shared(writer, max(shared, recurring))
    sessions = [reading.session for reading in chosen] + cancellations
    answers += [answer for reading in chosen for answer in reading.answers]
    all_day = sum(calendar.components.all_day_count for calendar in expanded)
    has_rejected = any(c.components.floating or c.faults for c in expanded)
    write_calendar(writer, sessions, answers, all_day, has_rejected=has_rejected)


def _reject(calendar: Expanded, writer: LoadWriter) -> None:
    """Reject what cannot be read; the other events land."""
    for number in calendar.components.floating:
        message = "its time has no zone, or one that the file does not explain"
        payload = {"event": number}
        writer.reject(number, "calendar.floating", "$.DTSTART", message, payload)
    for fault in calendar.faults:
        path, message = f"$.{fault.name}", fault.message
        writer.reject(fault.number, "calendar.event", path, message, fault.payload)


def _note_assumptions(
    expanded: list[Expanded], tz: str | None, writer: LoadWriter
) -> None:
    """Note zones that are not known, and changed occurrences that are excluded too."""
    names = sorted({name for calendar in expanded for name in calendar.zones.assumed})
    if names:
        writer.note(f"zones that are not known, read as {tz}: {', '.join(names)}")
    if count := sum(calendar.excluded_change_count() for calendar in expanded):
        writer.note(f"occurrences both changed and excluded, kept cancelled: {count}")


def _report_cut_off(cut_off: CutOff, writer: LoadWriter) -> None:
    """Reject the event in which a file ends, and say that the file is cut off."""
    if cut_off.cut_event is not None:
        number, payload = cut_off.cut_event, {"event": cut_off.cut_event}
        message = "the file is cut off in this event"
        writer.reject(number, "calendar.cut_off", "$", message, payload)
    message = (
        "the file is cut off (END:VCALENDAR is missing), so that events can be "
        "missing: export the calendar again"
    )
    writer.finding("calendar.cut_off", message, {"events": cut_off.event_count})


def _is_past(calendar: Expanded, event: Event) -> bool:
    """Return whether a session had begun when its whole series was cancelled."""
    starts_at, cancelled_at = utc(event.start), stamped_at(event)
    own = calendar.event_in_file(event)
    is_cancelled = any(own is event for event in calendar.components.cancelled)
    return bool(
        is_cancelled and starts_at and cancelled_at and starts_at < cancelled_at
    )


def _session(calendar: Expanded, event: Event, session_id: str) -> Row:
    starts_at = utc(event.start)
    status = status_of(str(event.get("STATUS", "")))
    return {
        "planned_session_id": session_id,
        "series_id": uid_of(event),
        "join_key": _join_key(event),
        "title_key": optional_title_key(str(event.get("SUMMARY", ""))),
        "original_start_at": calendar.original_start(event) or starts_at,
        "starts_at": starts_at,
        "ends_at": calendar.ends_at(event),
        "time_zone": calendar.zones.name_of(event),
        "status": "cancelled" if calendar.method == "CANCEL" else status,
        "sequence": calendar.sequence(event),
        "reported_at": stamped_at(event),
    }


def _gaps(calendar: Expanded) -> Iterator[Row]:
    """Yield the occurrences that do not take place, as cancelled."""
    if calendar.method in ANSWERS | IGNORED:
        return
    for gap in calendar.gaps():
        yield _gap(calendar, gap)


def _gap(calendar: Expanded, gap: Gap) -> Row:
    """Return the row of an occurrence that does not take place.

    One whose replacement cannot be read is marked: that counts once it can be read.
    """
    session_id = planned_session_id(uid_of(gap.event), gap.at)
    in_series = gap.replacement is None or gap.event is not gap.replacement.event
    ends_at = None
    if in_series:
        planned = _session(calendar, gap.event, session_id)
        if planned["ends_at"]:
            ends_at = gap.at + (planned["ends_at"] - planned["starts_at"])
    else:
        planned = _without_series(calendar, gap.event, session_id)
    row = planned | {
        "original_start_at": gap.at,
        "starts_at": gap.at,
        "ends_at": ends_at,
        "status": "cancelled",
    }
    if gap.replacement is not None:
        own = sequence_of(gap.replacement.event)
        row["sequence"] = max(own, calendar.sequence(gap.event))
        if not gap.replacement.is_readable:
            row["has_unreadable_replacement"] = True
        row["reported_at"] = stamped_at(gap.replacement.event)
    return row


def _without_series(calendar: Expanded, event: Event, session_id: str) -> Row:
    """Return what an exception without its series states of the replaced occurrence."""
    return {
        "planned_session_id": session_id,
        "series_id": uid_of(event),
        "join_key": _join_key(event),
        "title_key": optional_title_key(str(event.get("SUMMARY", ""))),
        "time_zone": None,
    }


def _join_key(event: Event) -> str | None:
    links = (str(v) for name in LINK_PROPERTIES for v in values_of(event, name))
    return key_in_links(links)


def _answers(event: Event, session_id: str, method: str) -> Iterator[dict[str, Any]]:
    if method in IGNORED:
        return
    for attendee in values_of(event, "ATTENDEE"):
        parameters = getattr(attendee, "params", {})
        if str(parameters.get("CUTYPE", "INDIVIDUAL")).upper() in NO_LEARNERS:
            continue
        if str(parameters.get("ROLE", "")).upper() == "NON-PARTICIPANT":
            continue
        address = _address(attendee)
        if "@" not in address:
            continue
        actor = {"objectType": "Agent", "mbox": f"mailto:{address}"}
        status = str(parameters.get("PARTSTAT", "")).upper()
        response = RESPONSES.get(status, "none")
        # A reply's comment is the invitee's (RFC 5546, 3.2.3), any other the host's.
        comments = values_of(event, "COMMENT") if method in ANSWERS else []
        comments = [*comments, parameters.get("X-RESPONSE-COMMENT")]
        yield {
            "planned_session_id": session_id,
            "actor": json.dumps(actor),
            "response": response,
            "role": _role(event, address),
            "absence_category": absence_category(response, *comments),
            "responded_at": stamped_at(event) if method in ANSWERS else None,
            "reported_at": stamped_at(event),
        }


def _address(person: object) -> str:
    """Return the e-mail address of a calendar user; Apple has it in a parameter."""
    scheme, _, rest = str(person).strip().rpartition(":")
    if scheme.lower() in ("mailto", "") and "@" in rest:
        return rest.strip()
    parameter = str(getattr(person, "params", {}).get("EMAIL", ""))
    return parameter.split(":", 1)[-1].strip()


def _role(event: Event, address: str) -> str:
    organiser = _address(event.get("ORGANIZER", "")).casefold()
    return "organiser" if organiser == address.casefold() else "invitee"
