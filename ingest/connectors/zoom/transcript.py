"""Zoom's transcripts and captions (.vtt): speaking time per person, no text.

Speaking time per person is a claim that the collection policy leaves out unless a legal
entity allows `talk_time`. A label before `: ` is a speaker only where it occurs more
than once, since a sentence may hold a colon. Captions (`.cc.vtt`) have no speakers:
only their number lands.
"""

import re
from collections import Counter
from pathlib import Path

import polars as pl

from ingest.connectors.session_claims import (
    claims_about_session,
    claims_per_person,
    land_claims,
)
from ingest.connectors.webvtt import Cue, cues_of
from ingest.connectors.zoom.format.meetings import SOURCE, session_of_meeting
from ingest.connectors.zoom.format.people import participant_agent
from ingest.connectors.zoom.format.recording import recording_of, with_start
from ingest.connectors.zoom.format.table_text import decoded_head
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence, groups
from ingest.parsing.text import decode

NAME = "zoom_transcript"

_LABEL = re.compile(r"^([^:<>]{1,80}): \S")


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a WebVTT file with speakers as Zoom writes them, or without speakers.

    Voices in tags (`<v Name>`) are another vendor's format.
    """
    decoded = decoded_head(head)
    if decoded is None or not decoded.text.lstrip("\ufeff").startswith("WEBVTT"):
        return None
    if "<v" in decoded.text or re.search(r"^\s*\{", decoded.text, re.MULTILINE):
        return None
    has_speakers = any(map(_label, _cues(decoded.text)))
    is_captions = path.name.lower().endswith(".cc.vtt") or not has_speakers
    is_named = "recording" in path.name.lower() or path.name.startswith("GMT")
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="captions" if is_captions else "transcript",
        found=groups(
            {
                Evidence.FORMAT: True,
                Evidence.OWN_FORM: has_speakers,
                Evidence.FILE_NAME: is_named,
            }
        ),
        reason="WEBVTT, " + ("no speakers" if is_captions else "names before a colon"),
        encoding=decoded.encoding,
        needs=() if is_named else ("--date", "--tz"),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land speaking time per person and the number of cues as claims.

    Raises:
        UndecidedFile: name, folder and options do not give the day.
    """
    cues = _cues(decode(delivery.path.read_bytes()).text)
    recording = with_start(recording_of(delivery), delivery)
    session = session_of_meeting(recording.meeting, delivery.path.stem)
    speakers = set() if delivery.recognition.variant == "captions" else _speakers(cues)
    talk_times = [
        (participant_agent(session, label, ""), cue.seconds)
        for cue in cues
        if (label := _label(cue)) and label in speakers
    ]
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(
        writer,
        session,
        claims_per_person("talk_seconds", talk_times)
        + claims_about_session({"caption_count": float(len(cues))}),
    )
    writer.report_window(session.starts_at, session.ends_at)


def _cues(text: str) -> list[Cue]:
    return list(cues_of(text.split("\n")))


def _label(cue: Cue) -> str | None:
    """Return the label at the beginning of a cue's text, None where it has none."""
    label = _LABEL.match(cue.lines[0]) if cue.lines else None
    return label.group(1).strip() if label else None


def _speakers(cues: list[Cue]) -> set[str]:
    """Return the labels that are people: those that occur more than once."""
    counts = Counter(label for cue in cues if (label := _label(cue)))
    return {label for label, count in counts.items() if count > 1}
