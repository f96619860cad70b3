"""The columns that a mapping names, wherever in it they stand."""

from ingest.connectors._mapping import Column, Mapping


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

    walk("", mapping)
    return [(key, column) for key, column in found if key != "recognised_by"]
