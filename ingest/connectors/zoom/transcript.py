"""Zoom's transcripts and captions (.vtt): who spoke for how long; no word lands.

Speaking time per person is a claim that the collection policy leaves out unless an
entity allows `talk_time`. A label before `: ` is a speaker only if it recurs, since a
sentence may hold a colon; captions (`.cc.vtt`) have no speakers and are counted.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ingest.connectors.zoom.format.recording import dated, recording_of
from ingest.connectors.zoom.format.report import (
    SOURCE,
    claim_rows,
    land_claims,
    session_claims,
    told_session,
    whom,
)
from ingest.connectors.zoom.format.text import decoded_head
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.text import decode
from ingest.xapi.profiles.aggregates import sum_by_person

NAME = "zoom_transcript"
_TIMING = re.compile(
    r"^\s*(-?)(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)\s+-->\s+"
    r"(-?)(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)"
)
_LABEL = re.compile(r"^([^:<>]{1,80}): \S")


@dataclass(frozen=True)
class Cue:
    """Seconds that a caption was shown, and the label that its text begins with."""

    seconds: float
    label: str | None


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a WebVTT file that names speakers as Zoom does, or not at all.

    Voices in tags (`<v Name>`) are how others write them.
    """
    decoded = decoded_head(head)
    if decoded is None or not decoded.text.lstrip("\ufeff").startswith("WEBVTT"):
        return None
    if "<v" in decoded.text or re.search(r"^\s*\{", decoded.text, re.MULTILINE):
        return None
    has_speakers = any(cue.label for cue in _cues(decoded.text))
    is_captions = path.name.lower().endswith(".cc.vtt") or not has_speakers
    is_named = "recording" in path.name.lower() or path.name.startswith("GMT")
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="captions" if is_captions else "transcript",
        confidence=0.8 if is_named or has_speakers else 0.4,
        reason="WEBVTT, " + ("no speakers" if is_captions else "names before a colon"),
        encoding=decoded.encoding,
        needs=() if is_named else ("--date", "--tz"),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land speaking time per person as a claim, and how many captions there were.

    Raises:
        UndecidedFile: neither name, folder nor options tell the day.
    """
    cues = _cues(decode(delivery.path.read_bytes()).text)
    recording = dated(recording_of(delivery), delivery)
    session = told_session(recording.meeting, delivery.path.stem)
    speakers = set() if delivery.recognition.variant == "captions" else _speakers(cues)
    spoken = [
        (whom(session, cue.label, ""), cue.seconds)
        for cue in cues
        if cue.label in speakers and cue.label
    ]
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    land_claims(
        writer,
        claim_rows(session, "talk_seconds", sum_by_person(spoken))
        + session_claims(session, {"caption_count": float(len(cues))}),
    )
    writer.report_window(session.starts_at, session.ends_at)


def _cues(text: str) -> list[Cue]:
    """Return all cues, those with a negative start cut off at zero."""
    lines = text.split("\n")
    found = []
    for number, line in enumerate(lines):
        timing = _TIMING.match(line)
        if timing is None:
            continue
        start, end = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
        below = lines[number + 1] if number + 1 < len(lines) else ""
        label = _LABEL.match(below)
        shown = max(0.0, end - max(0.0, start))
        found.append(Cue(shown, label.group(1).strip() if label else None))
    return found


def _seconds(parts: tuple[str | None, ...]) -> float:
    sign, hours, minutes, seconds = parts
    value = int(hours or 0) * 3600 + int(minutes or 0) * 60
    value += float((seconds or "0").replace(",", "."))
    return -value if sign else value


def _speakers(cues: list[Cue]) -> set[str]:
    """Return the labels that are people: those that recur."""
    counts = Counter(cue.label for cue in cues if cue.label)
    return {label for label, count in counts.items() if count > 1}
