"""Data Docs made to stay at home: no page asks another host for anything.

Great Expectations' pages load fonts, scripts and a picture with the time in its address
from other hosts. Those tags are taken out; the words and tables remain.
"""

import re
import shutil
from pathlib import Path

_REMOTE = re.compile(
    r"<script[^>]*\ssrc\s*=\s*[\"']?(?:https?:)?//[^>]*>\s*</script>"
    r"|<(?:link|img|iframe)[^>]*\s(?:href|src)\s*=\s*[\"']?(?:https?:)?//[^>]*>",
    re.IGNORECASE | re.DOTALL,
)


def empty(folder: Path) -> None:
    """Remove the pages of the judgement before."""
    shutil.rmtree(folder, ignore_errors=True)


def keep_at_home(folder: Path) -> None:
    """Take every tag out of the pages that would load something from elsewhere."""
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(_REMOTE.sub("", text), encoding="utf-8")
