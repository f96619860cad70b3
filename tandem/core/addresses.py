"""E-mail addresses and phone numbers in a text, by their pattern."""

import re
import unicodedata

# The last part of a host has no digits: `19:meeting_x@thread.v2` is no address.
EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]+(?:['\u2019][\w.+-]+)*(?:@|%40)"
    r"(?:[^\W_]+(?:-+[^\W_]+)*\.)+(?:xn--[a-z0-9-]+|[^\W\d_]{2,})(?![^\W_])",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?<!\w)\+\d[\d ()./-]{6,}\d")
# Without a plus: 10 to 15 digits (E.164 allows 15) that a person groups by signs. Sums
# of money are grouped by commas, and dates are taken out before.
LOCAL_PHONE = re.compile(r"(?<![\w,])\(?\d(?:[ ()./-]{0,2}\d){9,14}(?![\w,])")
DATE = re.compile(r"\b(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4})\b")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def names_somebody(text: str) -> bool:
    """Return whether a typed text holds an e-mail address or phone number.

    Other forms of the same characters (full width, with invisible ones between) count.
    """
    shown = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    without_dates = DATE.sub(" ; ", shown)
    return any(
        (
            EMAIL.search(shown),
            PHONE.search(without_dates),
            LOCAL_PHONE.search(without_dates),
        )
    )
