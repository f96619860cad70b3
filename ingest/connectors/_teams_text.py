"""Text of a Teams report: its headings tell the code page that a spreadsheet chose.

`Núñez` and `Núńez` are the same bytes; only the language of the report says which.
"""

from ingest.connectors._teams_shapes import sheet_of
from ingest.parsing.text import Decoded, decode

_PAGES = {
    "cp1252": ("fr", "de", "es", "it", "pt-BR", "sv", "da", "nb", "fi"),
    "cp1250": ("pl", "cs", "sk", "hu", "ro"),
    "cp1254": ("tr",),
    "cp1251": ("ru", "uk"),
    "cp1253": ("el",),
    "cp1255": ("he",),
    "cp1256": ("ar",),
    "cp932": ("ja",),
    "gb18030": ("zh",),
    "cp949": ("ko",),
}


def report_text(content: bytes) -> Decoded:
    """Return the text of a report.

    Raises:
        UnicodeError: no encoding that vendors use fits.
    """
    decoded = _decoded(content)
    if decoded is not None and "code page" not in decoded.reason:
        return decoded
    for page, languages in _PAGES.items():
        try:
            text = content.decode(page)
        except UnicodeDecodeError:
            continue
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        sheet = sheet_of(text)
        if sheet and sheet.locale in languages:
            return Decoded(text, page, "code page of the language of its headings")
    return decoded or decode(content)


def _decoded(content: bytes) -> Decoded | None:
    try:
        return decode(content)
    except UnicodeError:
        return None
