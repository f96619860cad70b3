"""Cues of WebVTT transcripts and captions, as Zoom and Teams write them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TIME = r"(-?)(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)"
_TIMING_LINE = re.compile(rf"^\s*{_TIME}\s+-->\s+{_TIME}")


@dataclass(frozen=True)
class Cue:
    """One cue: start and end in seconds from the recording's start, and its lines.

    Times before the start are negative in the file; they are zero here.
    """

    starts: float
    ends: float
    lines: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """Its length in seconds, never negative."""
        return max(0.0, self.ends - self.starts)


def cues_of(lines: Iterable[str]) -> Iterator[Cue]:
    """Yield the cues, each with its lines up to a blank line or the next cue.

    Cues are not sorted, and numbers or names before their times are left out.
    """
    times: tuple[float, float] | None = None
    body: list[str] = []
    for line in lines:
        begun = _cue_times(line)
        if times and (begun or not line.strip()):
            yield Cue(*times, tuple(body))
            times = None
        if begun:
            times, body = begun, []
        elif times:
            body.append(line)
    if times:
        yield Cue(*times, tuple(body))


def _cue_times(line: str) -> tuple[float, float] | None:
    timing = _TIMING_LINE.match(line)
    if timing is None:
        return None
    fields = timing.groups()
    return max(0.0, _seconds(fields[:4])), max(0.0, _seconds(fields[4:]))


def _seconds(fields: tuple[str | None, ...]) -> float:
    sign, hours, minutes, seconds = fields
    value = int(hours or 0) * 3600 + int(minutes or 0) * 60
    value += float((seconds or "0").replace(",", "."))
    return -value if sign else value
