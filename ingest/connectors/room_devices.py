"""Devices of physical rooms in a call, recognised by the names that they show.

People in the room are in no report then, so that nobody can be said to have stayed away
(int_session_room_devices). The words stand in seeds/source_phrases.csv: what names a
room by itself, and what does so before a number only, as it may be a surname.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from ingest.parsing.source_phrases import source_phrases

ROOMS = source_phrases("any", "rooms")
COUNT = "room_device_count"


def is_room_device(name: str) -> bool:
    """Return whether a display name is that of a room: Room 4.12, MTR-Berlin."""
    named, numbered = _patterns()
    text = " ".join(name.split())
    return bool(named.search(text) or numbered.match(text))


def room_count(names: Iterable[str]) -> int:
    """Return how many different rooms are among display names."""
    return len({name.casefold() for name in names if is_room_device(name)})


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    # Spaces may be missing, or be other marks: Boardroom, zoom-room.
    words = (map(re.escape, text.split()) for text in ROOMS.texts("named"))
    named = "|".join(r"[\s_-]*".join(parts) for parts in words)
    numbered = "|".join(map(re.escape, ROOMS.texts("numbered")))
    return (
        re.compile(rf"(?<!\w)(?:{named})(?!\w)", re.IGNORECASE),
        re.compile(
            rf"(?:{numbered})(?!\w)[\s.:#_-]*(?:[^\W\d_][\s._-]*)?\d", re.IGNORECASE
        ),
    )
