"""Read saved JSON answers of an API: one object, a list, or one object a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard

from ingest.parsing.text import decode
from tandem.core.errors import DamagedFile

Object = dict[str, Any]


def looks_like_json(head: bytes) -> bool:
    """Return whether the first bytes may be JSON, in any Unicode encoding."""
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] in (b"{", b"[")


def json_head(path: Path, head: bytes) -> bytes | None:
    """Return the first bytes of a JSON file, None for any other delivery.

    The NULs of UTF-16 are removed, so that ASCII keys can be searched for.
    """
    if path.is_dir() or not looks_like_json(head):
        return None
    return head.replace(b"\x00", b"")


def objects_of(path: Path) -> list[Object]:
    """Return the objects of a file: a single one, a list, or one a line.

    Raises:
        DamagedFile: the file is not JSON, or is cut off.
    """
    text = decode(path.read_bytes()).text.lstrip("\ufeff")
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        content = _lines(text, path, error)
    return [value for value in _flat(content) if isinstance(value, dict)]


def _flat(value: object) -> Iterator[object]:
    """Yield the values of nested lists."""
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    else:
        yield value


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
    """Return a value whose keys begin in lower case, as the API writes them.

    PowerShell saves the API's answers with capitals (`AttendanceRecords`).
    """
    if isinstance(value, list):
        return [camel(item) for item in value]
    if isinstance(value, dict):
        return {f"{k[:1].lower()}{k[1:]}": camel(item) for k, item in value.items()}
    return value


def number_in(value: object) -> int | None:
    """Return a whole number, None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text_of(value: object) -> str:
    """Return a value as stripped text, null as an empty text."""
    return "" if value is None else str(value).strip()


def objects_in(value: object) -> list[Object]:
    """Return the objects of a list, [] for a value that is no list."""
    return [item for item in value if isinstance(item, dict)] if _is_list(value) else []


def object_in(value: object) -> Object:
    """Return an object, {} for a value that is no object."""
    return value if isinstance(value, dict) else {}


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
