"""Which extensions are kept, and which of them have a column: seeds/extensions.csv."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ingest.xapi.formats import is_timestamp, parse_timestamp
from tandem.core.files import project_root

PLACES = ("result", "context", "definition")
IDENTIFIER_COLUMNS = ("technical_session_id", "video_session_id")
INTEGER_LIMIT = 2**63  # 64-bit whole numbers are below it


@dataclass(frozen=True)
class Extension:
    """One row of the seed; no column_name: kept in the statement only."""

    iri: str
    column_name: str | None
    place: str
    value_type: str


@lru_cache(maxsize=1)
def extensions() -> dict[tuple[str, str], Extension]:
    """Return the extensions that may land, by place and IRI."""
    path = project_root() / "seeds" / "extensions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Extension(
                row["extension_iri"],
                row["column_name"] or None,
                row["place"],
                row["value_type"],
            )
            for row in csv.DictReader(file)
        ]
    return {(row.place, row.iri): row for row in rows}


@lru_cache(maxsize=1)
def identifier_extensions() -> frozenset[str]:
    """Return the extensions whose values are ids that other rows refer to."""
    return frozenset(
        row.iri
        for row in extensions().values()
        if row.column_name in IDENTIFIER_COLUMNS
    )


def column_value(extension: Extension, value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return an extension's value as its column holds it, None where it does not fit.

    `percent` is a number from 0 to 100 and becomes one from 0 to 1; `field x` is the
    member x of an object. An unexpected type is missing, never a reason to refuse.
    """
    kind = extension.value_type
    if kind.startswith("field "):
        value = value.get(kind[6:]) if isinstance(value, dict) else None
        kind = "text"
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if kind == "timestamp":
        is_moment = isinstance(value, str) and is_timestamp(value)
        return parse_timestamp(value) if is_moment else None
    if kind == "text":
        return value if isinstance(value, str) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if kind == "integer":
        fits = value == int(value) and -INTEGER_LIMIT <= value < INTEGER_LIMIT
        return int(value) if fits else None
    return value / 100 if kind == "percent" else float(value)
