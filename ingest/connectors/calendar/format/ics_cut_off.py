"""Read what is complete in an iCalendar file that is cut off.

icalendar returns no calendar for a file in which END:VCALENDAR is missing.
"""

import re
from dataclasses import dataclass

_FOLD = re.compile(r"(?:\r?\n)+[ \t]")
_LINE_END = re.compile(r"\r?\n")


@dataclass(frozen=True)
class CutOff:
    """The complete part of a file that is cut off.

    `text` has its last calendar closed; `event_count` is how many events are complete.
    `cut_event` is the number, in the last calendar, of the event in which the file
    ends; None if it ends between two events.
    """

    text: str
    event_count: int
    cut_event: int | None


def complete_part(text: str) -> CutOff | None:
    """Return the complete part of a file, None if the file is not cut off."""
    lines = _LINE_END.split(_FOLD.sub("", text))
    opened: list[str] = []
    kept, kept_depth, complete, in_calendar, kept_in_calendar = 0, 0, 0, 0, 0
    for number, line in enumerate(lines, start=1):
        name, colon, value = line.strip().upper().partition(":")
        if name == "BEGIN":
            opened.append(value.strip())
            if value.strip() == "VCALENDAR":
                in_calendar = 0
        elif name == "END" and colon and opened:
            if opened.pop() == "VEVENT":
                in_calendar += 1
                complete += 1
            if len(opened) <= 1:
                kept, kept_depth, kept_in_calendar = number, len(opened), in_calendar
    if not opened:
        return None
    whole = [*lines[:kept], *(["END:VCALENDAR"] if kept_depth else []), ""]
    is_in_event = "VEVENT" in opened
    return CutOff(
        "\r\n".join(whole), complete, kept_in_calendar + 1 if is_in_event else None
    )
