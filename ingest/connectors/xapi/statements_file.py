"""Land a file of xAPI statements, as an LRS or its client writes them.

NDJSON, a JSON array, an LRS's answer {"statements": [...], "more": ...} or one object,
plain or in gzip, zstd or zip.
"""

import re
import zipfile
from pathlib import Path

from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.unpacking.blocks import blocks, shape_of
from ingest.unpacking.streams import DAMAGES, HEAD_BYTES, packing, plain_head, streams
from tandem.core.errors import DamagedFile

NAME = "xapi_file"
SOURCE = "xapi"
IS_READ_IN_BLOCKS = True  # a file of any size
TABLES = (".csv", ".tsv", ".xlsx", ".ics", ".vtt", ".docx")
_STATEMENT = re.compile(rb'"(?:actor|verb)"\s*:|"statements"\s*:\s*\[')


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise JSON with actors and verbs, plain or compressed."""
    if path.is_dir():
        return None
    packed = packing(head)
    if packed == "zip" and _holds_tables(path):
        return None  # an archive of several kinds of exports
    try:
        plain = plain_head(path, head, HEAD_BYTES)
    except DamagedFile as error:
        return Recognition(
            NAME, SOURCE, f"damaged-{packed}", (Evidence.PACKED,), error.what
        )
    shape = shape_of(plain) or ("lines" if _has_lines(plain) else None)
    if shape is None or not _STATEMENT.search(plain):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant=f"{shape}-{packed}" if packed else shape,
        found=(Evidence.STANDARD_KEYS,),
        reason=f"JSON {shape} of xAPI statements" + (f" in {packed}" if packed else ""),
        encoding="utf-8",
    )


def _holds_tables(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(n.lower().endswith(TABLES) for n in archive.namelist())
    except DAMAGES:
        return False


def _has_lines(head: bytes) -> bool:
    """Return whether a line looks like a statement, even if the first is damaged."""
    return any(
        line.lstrip().startswith(b"{") and _STATEMENT.search(line)
        for line in head.split(b"\n")
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land every statement of the file.

    Raises:
        DamagedFile: the compressed content or an array is cut off; nothing lands.
    """
    for stream in streams(delivery.path):
        writer.blocks(blocks(stream, delivery.path.name))
