"""Recognise an xAPI profile: a vocabulary in JSON-LD, which holds no statements.

Its templates have verbs and its rules name actors, so that it looks like statements.
Format: xAPI Profiles, part two, document structure.
"""

import re
from pathlib import Path

from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.unpacking.streams import DAMAGES, HEAD_BYTES, packing, plain_head
from tandem.core.errors import DamagedFile

NAME = "xapi_profile"
SOURCE = "xapi"
WHAT = "this is an xAPI profile, a vocabulary: it holds no statements"
_CONTEXT = re.compile(
    rb'"(?:@context|conformsTo)"\s*:[^"]*"https?://w3id\.org/xapi/profiles'
)
_IN_SCHEME = re.compile(rb'"inScheme"\s*:')
_CONCEPT = re.compile(
    rb'"@?type"\s*:\s*"(?:Verb|ActivityType|AttachmentUsageType|StatementTemplate|'
    rb'Pattern|ContextExtension|ResultExtension|ActivityExtension)"'
)
_STATEMENT = re.compile(rb'"actor"\s*:\s*\{')


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the context of profiles, or keys that only profiles have."""
    if path.is_dir() or not is_profile(path, head):
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="profile",
        found=(Evidence.VENDOR_NAMES,),
        reason="JSON-LD context and keys of xAPI profiles",
        encoding="utf-8",
    )


def is_profile(path: Path, head: bytes) -> bool:
    """Return whether a file, plain or compressed, is an xAPI profile."""
    if packing(head) == "zip":
        return False  # an archive, whose members are recognised one by one
    try:
        plain = plain_head(path, head, HEAD_BYTES).replace(b"\x00", b"")
    except (DamagedFile, *DAMAGES):
        return False
    content = plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n[")
    return bool(
        content.startswith(b"{")
        and (
            _CONTEXT.search(content)
            or (_IN_SCHEME.search(content) and _CONCEPT.search(content))
        )
        and not _STATEMENT.search(content)
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Note that there is nothing to land."""
    writer.note(f"{WHAT}, and nothing of it lands")
