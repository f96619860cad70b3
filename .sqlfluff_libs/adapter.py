"""What sqlfluff puts in the place of dbt's adapter: a macro becomes a call."""

from collections.abc import Callable


def dispatch(name: str, _namespace: str) -> Callable[..., str]:
    """Return a function that renders the macro as an SQL call of the same name."""
    if name == "list_elements":
        return lambda column, alias: f"cross join unnest({column}) as {alias} (element)"
    if name == "current_bodies":
        return lambda rows: f"select * from {rows}"
    if name == "measures":
        return lambda relation, *_what: f"measures({relation})"
    return lambda *arguments: f"{name}({', '.join(map(str, arguments))})"
