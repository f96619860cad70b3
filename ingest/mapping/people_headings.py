"""Headings of people lists in the languages of HR systems, by field.

They are compared without case, spaces, dots and dashes, so that `Hire Date`,
`hire_date` and `HireDate` are equal. If a table has two headings of a field, the first
one is used.
"""

import re

from ingest.parsing.source_phrases import source_phrases

HEADINGS = source_phrases("hr", "people")
# Qualifiers of the person's own facts: `Email - Primary Work` is the person's e-mail,
# `Emergency Contact - Email` is not.
QUALIFIERS = source_phrases("hr", "qualifiers")


def fields_of(header: list[str]) -> dict[str, int]:
    """Return the index of each field in a header, of the first column of that field."""
    places: dict[str, int] = {}
    for place, heading in enumerate(header):
        if field := _field_of(heading.replace("#", " number")):
            places.setdefault(field, place)
    return places


def _field_of(heading: str) -> str | None:
    whole = HEADINGS.field_of(heading) or HEADINGS.field_of(heading.split("(")[0])
    if whole:
        return whole
    parts = re.split(r"\s[-–:]\s", heading)
    named = [(part, HEADINGS.field_of(part)) for part in parts]
    fields = [field for _part, field in named if field]
    is_unknown = any(
        field is None and not QUALIFIERS.matches(part, "own") for part, field in named
    )
    is_about_manager = "manager" in fields
    return fields[-1] if fields and not is_unknown and not is_about_manager else None
