"""Rules about results, scores and attachments (2.4.5, 2.4.11)."""

from ingest.xapi import formats, rules
from ingest.xapi.findings import Found, Place, add, shown
from ingest.xapi.shapes import (
    Json,
    boolean,
    check_properties,
    duration,
    extensions,
    integer,
    iri,
    language_map,
    list_of,
    media_type,
    number,
    object_of,
    string,
)

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
_SCORE = dict.fromkeys(("scaled", "raw", "min", "max"), number)


def score(value: object, place: Place, found: Found) -> None:
    """Check a score: scaled within -1 and 1, min < max, raw within what is given."""
    if type(value) is not dict:
        add(found, rules.TYPE, place, "wanted an object")
        return
    before = len(found)
    check_properties(value, place, found, _SCORE)
    if len(found) > before:
        return
    if not -1 <= value.get("scaled", 0) <= 1:
        add(found, rules.SCORE_SCALED, (place, "scaled"))
    if not _is_ordered(value):
        add(found, rules.SCORE_RANGE, place)


def _is_ordered(value: Json) -> bool:
    low, high, raw = (value.get(name) for name in ("min", "max", "raw"))
    if low is not None and high is not None and low >= high:
        return False
    if raw is None:
        return True
    return (low is None or low <= raw) and (high is None or raw <= high)


result = object_of(
    {
        "score": score,
        "success": boolean,
        "completion": boolean,
        "response": string,
        "duration": duration,
        "extensions": extensions,
    }
)


def _sha2(value: object, place: Place, found: Found) -> None:
    if type(value) is not str:
        add(found, rules.TYPE, place, "wanted a string")
    elif not formats.is_sha2(value):
        add(found, rules.SHA2, place, shown(value))


_attachment = object_of(
    {
        "usageType": iri,
        "display": language_map,
        "description": language_map,
        "contentType": media_type,
        "length": integer,
        "sha2": _sha2,
        "fileUrl": iri,
    },
    ("usageType", "display", "contentType", "length", "sha2"),
)


def _attached(value: object, place: Place, found: Found) -> None:
    """Check one attachment, and that a signature is octets."""
    _attachment(value, place, found)
    if type(value) is not dict or value.get("usageType") != SIGNATURE:
        return
    kind = value.get("contentType")
    if type(kind) is str and kind.lower() != "application/octet-stream":
        add(found, rules.SIGNATURE, (place, "contentType"), shown(kind))


attachments = list_of(_attached)
