"""Plain spaces for those of other scripts and of printed times."""

import re

_OTHER_SPACE = re.compile(r"[^\S\n ]")
_DIRECTION_MARKS = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)


def plain_spaces(text: str) -> str:
    """Return a text with a plain space for every Unicode space.

    U+202F before PM is common. Direction marks, which some locales put into dates, are
    removed.
    """
    if not text.isascii():
        text = text.translate(_DIRECTION_MARKS)
    return _OTHER_SPACE.sub(" ", text)
