"""Decode a report that a spreadsheet saved, by the language of its headings.

`Núñez` in cp1252 and `Núńez` in cp1250 are the same bytes; only the language of the
report decides between them.
"""

from collections.abc import Callable
from pathlib import Path

from ingest.parsing.code_pages import text_by
from ingest.parsing.text import Decoded, decode
from tandem.core.errors import DamagedFile

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
MAX_LETTER_BYTES = 4


def report_text(
    content: bytes, locale_of: Callable[[str], str | None] | None = None
) -> Decoded:
    """Return the text of a report, with newlines as line ends.

    Args:
        content: the bytes of the file.
        locale_of: returns the language of a text that is such a report, else None;
            without it the code page is not chosen by language.

    Raises:
        UnicodeError: no encoding that vendors use fits.
    """
    decoded = _decoded(content)
    if decoded is not None and "code page" not in decoded.reason:
        return decoded
    if locale_of is not None:
        found = text_by(
            content, _PAGES, lambda text, page: locale_of(text) in _PAGES[page], 1
        )
        if found:
            page, text = found
            return Decoded(text, page, "code page of the language of its headings")
    return decoded or decode(content)


def file_text(path: Path, locale_of: Callable[[str], str | None]) -> str:
    """Return the text of a whole report.

    Raises:
        DamagedFile: the file ends within a letter, or is no text.
    """
    try:
        return report_text(path.read_bytes(), locale_of).text
    except UnicodeError as error:
        raise DamagedFile(
            "its text breaks off or is damaged", path.name, "download it again"
        ) from error


def head_text(
    head: bytes, locale_of: Callable[[str], str | None] | None = None
) -> Decoded | None:
    """Return the text of a file's first bytes, which may end within a letter."""
    for cut in range(MAX_LETTER_BYTES):
        try:
            return report_text(head[: len(head) - cut], locale_of)
        except UnicodeError:
            continue
    return None


def _decoded(content: bytes) -> Decoded | None:
    try:
        return decode(content)
    except UnicodeError:
        return None
