"""Transcripts of Teams meetings (.vtt, .docx): speaking time per person, no text.

There are three formats: cues with voices (`<v Name>`), cues whose text is JSON with
absolute times (Graph's metadataContent), and a Word document of speaker turns. A
transcript names no meeting, so its claims belong to a session of their own, whose key
is the title in the file's name.
"""

import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ingest.connectors.session_claims import Claim, land_claims
from ingest.connectors.teams.format.sessions import PLATFORM, SOURCE
from ingest.connectors.teams.format.speaker_turns import (
    SpeakerTurn,
    turns_of_cues,
    turns_of_document,
)
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.report_text import head_text
from ingest.parsing.text import decode
from ingest.xapi.profiles.aggregates import sum_by_person
from ingest.xapi.profiles.virtual_classroom import TechnicalSession, person
from tandem.core.errors import DamagedFile

NAME = "teams_transcript"
_VOICE = re.compile(r"<v[ .][^>]+>")
_JSON_CUE = re.compile(r'"speakerName"\s*:')
_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_RUN = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:(?:br|tab|cr)\b[^>]*/>")
_KIND = re.compile(r"[-_ ]*(?:meeting )?(?:recording|transcript)\w*$", re.IGNORECASE)
_COPY_NUMBER = re.compile(r"\s*\(\d+\)$")
# Errors of zipfile for damaged, encrypted or unusually compressed documents.
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, UnicodeDecodeError)
_ZIP_ERRORS += (NotImplementedError, RuntimeError, OSError)
_MAX_DOCUMENT_BYTES = 64 << 20


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise voice tags, JSON in cues, or a Word document of timed turns."""
    if path.suffix.lower() == ".docx" and head.startswith(b"PK"):
        return _recognise_document(path)
    if b"WEBVTT" not in head.replace(b"\x00", b"")[:16]:
        return None
    decoded = head_text(head)
    if decoded is None:
        return None
    has_json = _JSON_CUE.search(decoded.text) is not None
    if not has_json and not _VOICE.search(decoded.text):
        return None
    cue_content = "JSON with speakers" if has_json else "voices in tags"
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="transcript-metadata" if has_json else "transcript-vtt",
        found=(Evidence.FORMAT, Evidence.OWN_FORM),
        reason=f"WEBVTT whose cues hold {cue_content}, as Teams writes them",
        encoding=decoded.encoding,
    )


def _recognise_document(path: Path) -> Recognition | None:
    try:
        lines = list(_document_lines(path))
    except DamagedFile:
        return None
    if not list(turns_of_document(lines)):
        return None
    reason = "Word document of turns, each a name with a time"
    return Recognition(NAME, SOURCE, "transcript-docx", (Evidence.OWN_FORM,), reason)


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the length in seconds, the number of speakers, and speaking time per person.

    The collection policy leaves speaking time out unless it is allowed.

    Raises:
        DamagedFile: the document is cut off.
    """
    turns = list(_turns(delivery))
    session = TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=f"transcript|{_title(delivery.path)}|{_span(turns)}",
        join_key=None,
        starts_at=None,
        ends_at=None,
    )
    spoken = [
        (person(session, turn.speaker, None), turn.seconds)
        for turn in turns
        if turn.speaker
    ]
    claims: list[Claim] = [
        (actor, "talk_seconds", round(seconds, 6))
        for actor, seconds in sum_by_person(spoken)
    ]
    length = max((turn.ends for turn in turns), default=0.0)
    length -= min((turn.starts for turn in turns), default=0.0)
    claims.append((None, "transcript_seconds", round(length, 6)))
    claims.append((None, "speaker_count", float(len({turn.speaker for turn in turns}))))
    land_claims(writer, session, claims)


def _turns(delivery: Delivery) -> Iterator[SpeakerTurn]:
    if delivery.path.suffix.lower() == ".docx":
        yield from turns_of_document(list(_document_lines(delivery.path)))
    else:
        yield from turns_of_cues(decode(delivery.path.read_bytes()).text)


def _span(turns: list[SpeakerTurn]) -> str:
    """Return start and end in seconds; they distinguish transcripts of one title."""
    first = min((turn.starts for turn in turns), default=0.0)
    last = max((turn.ends for turn in turns), default=0.0)
    return f"{first:.3f}-{last:.3f}"


def _title(path: Path) -> str:
    return _KIND.sub("", _COPY_NUMBER.sub("", path.stem)).casefold()


def _document_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a Word document's text.

    Raises:
        DamagedFile: the file is no Word document, is cut off, or is too large.
    """
    try:
        with zipfile.ZipFile(path) as document:
            member = document.getinfo("word/document.xml")
            if member.file_size > _MAX_DOCUMENT_BYTES:
                raise DamagedFile("its text is too large for a transcript", path.name)
            body = document.read(member).decode("utf-8")
    except _ZIP_ERRORS as error:
        raise DamagedFile(
            "it is no Word document, or cut off", path.name, "download it again"
        ) from error
    for paragraph in _PARAGRAPH.finditer(body):
        runs = _RUN.finditer(paragraph.group(0))
        text = "".join(html.unescape(run.group(1) or "\n") for run in runs)
        yield from (line for line in text.split("\n") if line.strip())
