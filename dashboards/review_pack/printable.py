"""Words without the characters that no file of a pack can hold.

Text pasted from slides or delivered by a source may hold control characters. XML
forbids them, so that a PPTX or XLSX with them is damaged.
"""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from dashboards.review_pack.blocks import Figure

Part = TypeVar("Part")

# All that XML 1.0 forbids, next to each other; half of a surrogate pair among them.
FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")


def printable_text(words: str) -> str:
    """Return words with a space for all forbidden characters that stand together."""
    return FORBIDDEN.sub(" ", words)


def printable(part: Part) -> Part:
    """Return a pack, or a part of one, all of whose words can be written.

    The place of a figure is kept as published, because it is looked up.
    """
    made: Any = part
    if isinstance(part, str):
        made = printable_text(part)
    elif isinstance(part, tuple):
        made = tuple(printable(one) for one in part)
    elif isinstance(part, Figure):
        made = replace(part, printed=printable_text(part.printed))
    elif is_dataclass(part) and not isinstance(part, type):
        values = {one.name: printable(getattr(part, one.name)) for one in fields(part)}
        made = replace(part, **values)
    return made
