"""Data Docs without external resources: no page loads anything from another host.

The pages of Great Expectations load fonts, scripts and a picture with the time in its
URL from other hosts. Those tags are removed; the text and the tables remain.
"""

import re
import shutil
from pathlib import Path

_REMOTE = re.compile(
    r"<script[^>]*\ssrc\s*=\s*[\"']?(?:https?:)?//[^>]*>\s*</script>"
    r"|<(?:link|img|iframe)[^>]*\s(?:href|src)\s*=\s*[\"']?(?:https?:)?//[^>]*>",
    re.IGNORECASE | re.DOTALL,
)


def clear(folder: Path) -> None:
    """Remove the pages of the last judgement."""
    shutil.rmtree(folder, ignore_errors=True)


def remove_external_resources(folder: Path) -> None:
    """Remove every tag from the pages that would load something from another host."""
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(_REMOTE.sub("", text), encoding="utf-8")
