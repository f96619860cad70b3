"""Turns of a Teams transcript: who spoke from when to when, not what was said."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_CLOCK = r"(-?)(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)"
_TIMING = re.compile(rf"^\s*{_CLOCK}\s+-->\s+{_CLOCK}")
_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>([^<]*)")
# `Asha Rao   0:03`: several spaces, which no spoken sentence has before a time
_HEAD = re.compile(r"^(\S.{0,120}?)\s{2,6}(\d{1,2}:\d{2}(?::\d{2})?)\s*$")


@dataclass(frozen=True)
class Turn:
    """Seconds from the transcript's start (or the epoch), and who spoke."""

    starts: float
    ends: float
    speaker: str

    @property
    def seconds(self) -> float:
        """How long it lasted; what lies before the transcript's start is cut off."""
        return max(0.0, self.ends - self.starts)


def cues_of(text: str) -> Iterator[Turn]:
    """Yield the turns of WEBVTT; voices of one cue share it by how much each says."""
    for block in re.split(r"\n\s*\n", text):
        lines = block.split("\n")
        at = next((n for n, line in enumerate(lines) if _TIMING.match(line)), None)
        if at is None:
            continue
        timing = _TIMING.match(lines[at])
        body = "\n".join(lines[at + 1 :])
        if timing is None:
            continue
        parts = timing.groups()
        starts, ends = max(0.0, _seconds(parts[:4])), max(0.0, _seconds(parts[4:]))
        if body.lstrip().startswith("{"):
            yield from _metadata(body)
        else:
            yield from _voices(body, starts, ends)


def _metadata(body: str) -> Iterator[Turn]:
    try:
        said = json.loads(body)
        starts, ends = _epoch(said["startDateTime"]), _epoch(said["endDateTime"])
    except (ValueError, KeyError, TypeError):
        return
    yield Turn(starts, ends, str(said.get("speakerName") or "").strip())


def _epoch(text: str) -> float:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _voices(body: str, starts: float, ends: float) -> Iterator[Turn]:
    voices = [(name.strip(), len(said.split())) for name, said in _VOICE.findall(body)]
    words = sum(count for _name, count in voices)
    if not voices:
        yield Turn(starts, ends, "")
    length, begin = ends - starts, starts
    for name, count in voices:
        until = begin + length * (count / words if words else 1 / len(voices))
        yield Turn(begin, until, name)
        begin = until


def _seconds(parts: tuple[str | None, ...]) -> float:
    sign, hours, minutes, seconds = parts
    value = int(hours or 0) * 3600 + int(minutes or 0) * 60
    value += float((seconds or "0").replace(",", "."))
    return -value if sign else value


def turns_of(lines: list[str]) -> Iterator[Turn]:
    """Yield the turns of a Word document: a turn lasts until the next one begins.

    Older documents print both times (`0:0:0.0 --> 0:0:5.0`) and the name below.
    """
    timed = [
        (n, timing) for n, line in enumerate(lines) if (timing := _TIMING.match(line))
    ]
    if timed:
        for n, timing in timed:
            starts, ends = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
            name = lines[n + 1].strip() if n + 1 < len(lines) else ""
            yield Turn(max(0.0, starts), max(0.0, ends), name)
        return
    heads = [head for line in lines if (head := _HEAD.match(line))]
    begins = [_seconds_of_clock(head.group(2)) for head in heads]
    if len(heads) < 2 or begins != sorted(begins):
        return
    for n, head in enumerate(heads):
        ends = begins[n + 1] if n + 1 < len(heads) else begins[n]
        yield Turn(begins[n], ends, head.group(1).strip())


def _seconds_of_clock(clock: str) -> float:
    value = 0
    for part in clock.split(":"):
        value = value * 60 + int(part)
    return float(value)
