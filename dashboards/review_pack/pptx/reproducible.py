"""The same presentation as the same bytes, whenever and wherever it is written."""

import io
import re
import zipfile
from pathlib import Path

_TIME = (2000, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write_reproducibly(content: bytes, path: Path) -> None:
    """Write a presentation with fixed times of its parts and of its workbooks.

    Args:
        content: as python-pptx saved it.
        path: of the file; it is put in place only when it is complete.
    """
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(_rewritten(content))
    partial.replace(path)


def _rewritten(content: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            if name.endswith(".xlsx"):
                part = _rewritten(part)
            elif name == "docProps/core.xml":
                part = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z", part)
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, part)
    return out.getvalue()
