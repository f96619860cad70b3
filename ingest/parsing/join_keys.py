"""Join keys: one normalised form of the ids, links and titles that name a meeting.

They join a meeting to its planned session. A calendar holds the link, Zoom's report the
number with spaces, Teams' report only the title, the organisation's own table any of
them. A key has the type of the field that it was read from: `join_key` columns hold
identifiers of meetings, `title_key` columns titles. Its spelling never decides the
type, since a title may look like an identifier (`General`, `19:kickoff`, `2026`).
"""

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import unquote

from ingest.parsing.seen_titles import keep_title

# Domains of commercial, government and private accounts, and the newest domain.
_TEAMS = r"teams\.(?:(?:live|microsoft)\.com|microsoft\.us|cloud\.microsoft)"
_LINKS = (
    re.compile(
        r"zoom(?:\.us|gov\.com|\.com\.cn)/(?:j|w|s|wc/join|wc|my)/(\d{9,11})",
        re.IGNORECASE,
    ),
    re.compile(rf"{_TEAMS}/l/meetup-join/([^/?\s>\"]+)", re.IGNORECASE),
    re.compile(rf"{_TEAMS}/meet/(\d+)", re.IGNORECASE),
    re.compile(r"meet\.google\.com/([a-z]{3}-?[a-z]{4}-?[a-z]{3})", re.IGNORECASE),
    re.compile(r"/(?:rooms|b|gl)/([A-Za-z0-9]+(?:-[A-Za-z0-9]+)+)"),  # Greenlight
    re.compile(r"/rooms/([A-Za-z0-9-]+)"),
)
_MEETING_NUMBER = re.compile(r"^[\d\s-]{9,14}$")
_MEET_CODE = re.compile(r"^[a-z]{3}-?[a-z]{4}-?[a-z]{3}$", re.IGNORECASE)


def key_in_link(text: str) -> str | None:
    """Return the key of the first meeting link in a text, None if it holds no link."""
    once = unquote(text)
    for variant in dict.fromkeys((text, once, unquote(once))):  # links inside links
        for pattern in _LINKS:
            if match := pattern.search(variant):
                return _without_separators(unquote(match.group(1)))
    return None


def key_in_links(texts: Iterable[str]) -> str | None:
    """Return the key of the first meeting link in texts, None if they hold none."""
    keys = (key_in_link(text) for text in texts)
    return next((key for key in keys if key), None)


def title_key(title: str) -> str:
    """Return the key of a title: a hash, because titles can hold names of people."""
    key = _hashed("title", title)
    keep_title(key, title)
    return key


def optional_title_key(title: str | None) -> str | None:
    """Return the key of a title, None for one that is missing or blank."""
    return title_key(title) if title and title.strip() else None


def meeting_key(text: str) -> str:
    """Return the key of a meeting's link, number, code or other identifier.

    An identifier with spaces may be a name that somebody typed: its key is a hash.
    """
    text = text.strip()
    if in_link := key_in_link(text):
        return in_link
    code = _without_separators(text)
    return code if not re.search(r"\s", code) else _hashed("meeting", code)


def _without_separators(code: str) -> str:
    """Return a meeting code without spaces and dashes, which differ between systems."""
    if _MEETING_NUMBER.match(code) or _MEET_CODE.match(code):
        return re.sub(r"[\s-]", "", code).lower()
    return code


def _hashed(kind: str, text: str) -> str:
    words = " ".join(text.casefold().split())
    return f"{kind}-{hashlib.sha256(words.encode()).hexdigest()[:20]}"
