"""What a text says once decoded: percent signs, HTML entities, Unicode, base64.

The dot of an address may be written `%2E` or `&#46;`, its sign as a full-width one, and
the whole of it in base64.
"""

import base64
import binascii
import html
import re
import unicodedata
from urllib.parse import unquote

ROUNDS = 3  # an address in a link in a link is encoded that often
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}|&#?\w+;")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{10,4096}={0,2}(?![\w+/=])")
_BASE64_OF_URLS = re.compile(r"(?<![\w=-])[\w-]{10,4096}={0,2}(?![\w=-])")


def decoded_views(text: str) -> tuple[str, ...]:
    """Return the text itself, then each different text that decoding it gives."""
    views = [text]
    if not text.isascii() or "%" in text or "&" in text:
        for _round in range(ROUNDS):
            last = views[-1]
            shown = unquote(html.unescape(last)) if _ENCODED.search(last) else last
            shown = unicodedata.normalize("NFKC", shown)
            if shown == last:
                break
            views.append(shown)
    found = {*_BASE64.findall(views[-1]), *_BASE64_OF_URLS.findall(views[-1])}
    views += sorted(decoded for token in found if (decoded := _decoded(token)))
    return tuple(views)


def _decoded(token: str) -> str | None:
    """Return the text that base64 encodes, None where it is none."""
    bare = token.rstrip("=").replace("-", "+").replace("_", "/")
    if not bare.isascii() or len(bare) % 4 == 1:
        return None
    try:
        text = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unicodedata.normalize("NFKC", text) if text.isprintable() else None
