"""What a text says once decoded: percent signs, HTML entities, Unicode, base64.

The dot of an address may be written `%2E` or `&#46;`, its sign as a full-width one, and
the whole of it in base64. Characters that nobody sees, such as soft hyphens, are left
out.
"""

import base64
import binascii
import html
import re
import unicodedata
from urllib.parse import unquote

ROUNDS = 3  # an address in a link in a link is encoded that often
# Unicode's category Cf (soft hyphen, zero-width space, byte order mark, marks of
# direction, tags), and the selectors of variants of a letter.
INVISIBLE = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef]"
)
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
            shown = INVISIBLE.sub("", unicodedata.normalize("NFKC", shown))
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
    shown = INVISIBLE.sub("", text)
    return unicodedata.normalize("NFKC", shown) if shown.isprintable() else None
