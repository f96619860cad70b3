"""The columns that a mapping names, wherever in it they stand."""

from ingest.mapping.mapping_fields import Column, Time
from ingest.mapping.mapping_file import Mapping


def columns_in(mapping: Mapping) -> list[tuple[str, Column]]:
    """Return every column that a mapping names, with the key that names it."""
    found: list[tuple[str, Column]] = []

    def walk(key: str, value: object) -> None:
        if isinstance(value, Column):
            found.append((key, value))
        elif hasattr(type(value), "model_fields"):
            for name in type(value).model_fields:
                walk(f"{key}.{name}".lstrip("."), getattr(value, name))
        elif isinstance(value, tuple):
            for one in value:
                walk(key, one)
        elif isinstance(value, dict):
            for name, one in value.items():
                walk(f"{key}.{name}", one)

    walk("", mapping)
    return [(key, column) for key, column in found if key != "recognised_by"]


def times_in(mapping: Mapping) -> list[Time]:
    """Return every time that a mapping names: of statements, or of meetings."""
    found = [mapping.time, *mapping.times.values()]
    if mapping.meetings:
        found += [mapping.meetings.starts, mapping.meetings.ends]
    return [time for time in found if time is not None]
