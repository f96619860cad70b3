"""Speaker turns of a Teams transcript: who spoke from when to when, no text."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.connectors.webvtt import cues_of

_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>([^<]*)")
# `Asha Rao   0:03`: several spaces, which never precede a time in a spoken sentence
_TURN_HEADING = re.compile(r"^(\S.{0,120}?)\s{2,6}(\d{1,2}:\d{2}(?::\d{2})?)\s*$")


@dataclass(frozen=True)
class SpeakerTurn:
    """One turn in seconds since the transcript's start (or since 1970); its speaker."""

    starts: float
    ends: float
    speaker: str

    @property
    def seconds(self) -> float:
        """The length of the turn in seconds, never negative."""
        return max(0.0, self.ends - self.starts)


def turns_of_cues(text: str) -> Iterator[SpeakerTurn]:
    """Yield the turns of WEBVTT; time before the transcript's start is cut off.

    The voices of one cue share its time in proportion to their numbers of words.
    """
    for cue in cues_of(text.split("\n")):
        body = "\n".join(cue.lines)
        if body.lstrip().startswith("{"):
            yield from _metadata_turn(body)
        else:
            yield from _voice_turns(body, cue.starts, cue.ends)


def _metadata_turn(body: str) -> Iterator[SpeakerTurn]:
    """Yield the turn of a cue whose text is JSON, nothing where it cannot be read."""
    try:
        metadata = json.loads(body)
        starts = _epoch_seconds(metadata["startDateTime"])
        ends = _epoch_seconds(metadata["endDateTime"])
    except (ValueError, KeyError, TypeError):
        return
    yield SpeakerTurn(starts, ends, str(metadata.get("speakerName") or "").strip())


def _epoch_seconds(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _voice_turns(body: str, starts: float, ends: float) -> Iterator[SpeakerTurn]:
    voices = [(name.strip(), len(text.split())) for name, text in _VOICE.findall(body)]
    word_count = sum(count for _name, count in voices)
    if not voices:
        yield SpeakerTurn(starts, ends, "")
    length, begin = ends - starts, starts
    for name, count in voices:
        share = count / word_count if word_count else 1 / len(voices)
        until = begin + length * share
        yield SpeakerTurn(begin, until, name)
        begin = until


def turns_of_document(lines: list[str]) -> Iterator[SpeakerTurn]:
    """Yield the turns of a Word document: a turn lasts until the next one begins.

    Older documents print both times (`0:0:0.0 --> 0:0:5.0`) and the name below.
    """
    if cues := list(cues_of(lines)):
        for cue in cues:
            name = cue.lines[0].strip() if cue.lines else ""
            yield SpeakerTurn(cue.starts, cue.ends, name)
        return
    headings = [heading for line in lines if (heading := _TURN_HEADING.match(line))]
    begins = [_clock_seconds(heading.group(2)) for heading in headings]
    if len(headings) < 2 or begins != sorted(begins):
        return
    for n, heading in enumerate(headings):
        ends = begins[n + 1] if n + 1 < len(headings) else begins[n]
        yield SpeakerTurn(begins[n], ends, heading.group(1).strip())


def _clock_seconds(clock: str) -> float:
    value = 0
    for field in clock.split(":"):
        value = value * 60 + int(field)
    return float(value)
