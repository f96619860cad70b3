"""Land BigBlueButton's getRecordings (XML): start, end and length of recordings.

A room has one recording for each of its sessions. An answer without recordings is valid
and lands nothing.
"""

from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import Element

import polars as pl

from ingest.connectors.bigbluebutton.format.meetings import (
    SOURCE,
    moment,
    session_of,
    xml_root,
)
from ingest.connectors.control_totals import compare_count
from ingest.connectors.session_claims import Claim, land_claims
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from tandem.core.errors import DamagedFile

NAME = "bigbluebutton_recordings"


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the elements of the answer."""
    plain = head.replace(b"\x00", b"")
    if path.is_dir() or b"<returncode>" not in plain:
        return None
    if b"<recordings" not in plain and b"<returncode>FAILED" not in plain:
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="recordings",
        found=(Evidence.VENDOR_NAMES,),
        reason="returncode and recordings of getRecordings",
        encoding="utf-8",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land each recording: the session, and its lengths as claims.

    Raises:
        DamagedFile: the file is no XML, or the answer is that the call failed.
    """
    answer = xml_root(delivery.path)
    if _text(answer, "returncode") != "SUCCESS":
        raise DamagedFile(
            f"the server answered {_text(answer, 'messageKey') or 'FAILED'}",
            delivery.path.name,
            "ask it again with the right checksum",
        )
    _compare_total(answer, writer)
    for number, recording in enumerate(answer.iter("recording"), start=1):
        internal = _text(recording, "internalMeetingID") or _text(recording, "recordID")
        starts_at = moment(_text(recording, "startTime"))
        if not internal or starts_at is None:
            message = "a recording without an id or a start"
            payload = {"recording": number}
            writer.reject(number, "recording.time", "$", message, payload)
            continue
        ends_at = moment(_text(recording, "endTime"))
        session = session_of(
            internal, _text(recording, "meetingID"), starts_at, ends_at
        )
        writer.rows("technical_sessions", pl.DataFrame([session.row()]))
        land_claims(writer, session, _claims(recording, starts_at, ends_at))
        writer.report_window(session.starts_at, session.ends_at)


def _compare_total(answer: Element, writer: LoadWriter) -> None:
    """Compare the total of all pages, if this answer can hold them all."""
    total, size = (_number(_find(answer, name)) for name in ("totalElements", "limit"))
    if total is None or (size is not None and total > size):
        return
    count = sum(1 for _recording in answer.iter("recording"))
    compare_count(writer, "getRecordings", "recordings", total, count)


def _find(answer: Element, name: str) -> str:
    found = next(answer.iter(name), None)
    return (found.text or "").strip() if found is not None else ""


def _claims(
    recording: Element, starts_at: datetime, ends_at: datetime | None
) -> list[Claim]:
    lengths = [_number(length.text) for length in recording.iter("length")]
    minutes = max((n for n in lengths if n is not None), default=None)
    claims: dict[str, float | None] = {
        "participant_count": _number(_text(recording, "participants")),
        "recording_count": 1.0 if _text(recording, "published") == "true" else None,
        "recorded_room_seconds": (ends_at - starts_at).total_seconds()
        if ends_at
        else None,
        "recording_seconds": 60 * minutes if minutes else None,
    }
    return [(None, name, value) for name, value in claims.items() if value is not None]


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _number(text: str | None) -> float | None:
    try:
        return float((text or "").strip())
    except ValueError:
        return None
