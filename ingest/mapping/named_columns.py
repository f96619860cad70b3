"""List the columns and times that a mapping names, at any depth."""

from ingest.mapping.mapping_fields import Column, Time
from ingest.mapping.mapping_file import Mapping


def columns_in(mapping: Mapping) -> list[tuple[str, Column]]:
    """Return every column that a mapping names, with the key that names it."""
    columns: list[tuple[str, Column]] = []

    def walk(key: str, value: object) -> None:
        if isinstance(value, Column):
            columns.append((key, value))
        elif hasattr(type(value), "model_fields"):
            for name in type(value).model_fields:
                walk(f"{key}.{name}".lstrip("."), getattr(value, name))
        elif isinstance(value, tuple):
            for item in value:
                walk(key, item)
        elif isinstance(value, dict):
            for name, item in value.items():
                walk(f"{key}.{name}", item)

    walk("", mapping)
    return [(key, column) for key, column in columns if key != "recognised_by"]


def times_in(mapping: Mapping) -> list[Time]:
    """Return every time that a mapping names, of statements or of meetings."""
    times = [mapping.time, *mapping.times.values(), mapping.deferred_to]
    if mapping.meetings:
        times += [mapping.meetings.starts, mapping.meetings.ends]
    if mapping.duration:
        times += [mapping.duration.starts, mapping.duration.ends]
    return [time for time in times if time is not None]
