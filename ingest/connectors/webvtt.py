"""Cue times of WebVTT transcripts and captions, as Zoom and Teams write them."""

import re

_TIME = r"(-?)(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)"
_TIMING_LINE = re.compile(rf"^\s*{_TIME}\s+-->\s+{_TIME}")


def cue_times(line: str) -> tuple[float, float] | None:
    """Return start and end of a cue in seconds, None where a line has no cue times.

    Times before the start of the recording are negative in the file; they become zero.
    """
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
