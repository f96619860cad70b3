"""What a text says once decoded: percent-encoding, HTML entities, Unicode forms.

The dot of an address may be written `%2E` or `&#46;`, and its sign as a full-width one.
"""

import html
import re
import unicodedata
from urllib.parse import unquote

ROUNDS = 3  # an address in a link in a link is encoded that often
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}|&#?\w+;")


def decoded_views(text: str) -> tuple[str, ...]:
    """Return the text itself, then each different text that decoding it gives."""
    if text.isascii() and "%" not in text and "&" not in text:
        return (text,)
    views = [text]
    for _round in range(ROUNDS):
        last = views[-1]
        shown = unquote(html.unescape(last)) if _ENCODED.search(last) else last
        shown = unicodedata.normalize("NFKC", shown)
        if shown == last:
            break
        views.append(shown)
    return tuple(views)
