"""JSON of an interface, as somebody saved it: one object, a page, a list, lines."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard

from ingest.parsing.text import decode
from tandem.core.errors import DamagedFile

Object = dict[str, Any]


def looks_like_json(head: bytes) -> bool:
    """Return whether a head may be JSON; its encoding does not matter here."""
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] in (b"{", b"[")


def objects_of(path: Path) -> list[Object]:
    """Return the objects of a file: one, a list of them, or one a line.

    Raises:
        DamagedFile: it is not JSON, or is cut off.
    """
    text = decode(path.read_bytes()).text.lstrip("\ufeff")
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        found = _lines(text, path, error)
    return [one for one in _flat(found) if isinstance(one, dict)]


def _flat(found: object) -> Iterator[object]:
    if isinstance(found, list):
        for one in found:
            yield from _flat(one)
    else:
        yield found


def _lines(text: str, path: Path, error: json.JSONDecodeError) -> list[object]:
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        if len(lines) < 2:
            raise error
        return [json.loads(line) for line in lines]
    except json.JSONDecodeError as damage:
        raise DamagedFile(
            f"its JSON breaks off or is malformed (line {error.lineno})",
            path.name,
            "save the answer again, whole",
        ) from damage


def camel(value: object) -> object:
    """Return a value whose names begin in lower case, as the interface writes them.

    PowerShell writes what it fetched with capitals (`AttendanceRecords`).
    """
    if isinstance(value, list):
        return [camel(one) for one in value]
    if isinstance(value, dict):
        return {f"{n[:1].lower()}{n[1:]}": camel(one) for n, one in value.items()}
    return value


def text_of(value: object) -> str:
    """Return a value as stripped text; what is null is empty."""
    return "" if value is None else str(value).strip()


def objects_in(value: object) -> list[Object]:
    """Return the objects of a list; what is no list holds none."""
    return [one for one in value if isinstance(one, dict)] if _is_list(value) else []


def object_in(value: object) -> Object:
    """Return an object; what is none is empty."""
    return value if isinstance(value, dict) else {}


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
