"""Find the parts of a statement, also of one that breaks rules.

Nothing here expects a valid statement: repairs look for places before anything is.
"""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

ROLES = ("actor", "authority", "instructor", "team", "agent", "group")


def bodies(statement: object) -> Iterator[Json]:
    """Yield the statement, and the SubStatement that is its object."""
    if not isinstance(statement, dict):
        return
    yield statement
    target = statement.get("object")
    if isinstance(target, dict) and target.get("objectType") == "SubStatement":
        yield target


def activities(statement: object) -> Iterator[Json]:
    """Yield what is in the place of an Activity: object or contextActivities."""
    for body in bodies(statement):
        target = body.get("object")
        if isinstance(target, dict):
            yield target
        for given in property_of(body, "context", "contextActivities").values():
            yield from objects(given if isinstance(given, list) else [given])


def people(statement: object) -> Iterator[Json]:
    """Yield every Agent and Group, members included."""
    for body in bodies(statement):
        context = property_of(body, "context")
        related = [context.get("contextAgents"), context.get("contextGroups")]
        places = [
            body,
            context,
            *(agent for part in related for agent in objects(part)),
        ]
        found = [place.get(role) for place in places for role in ROLES]
        target = property_of(body, "object")
        if target.get("objectType") in ("Agent", "Group"):
            found.append(target)
        for person in objects(found):
            yield person
            yield from objects(person.get("member"))


def objects(value: object) -> list[Json]:
    """Return the objects among the items of an array, [] where it is none."""
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)]


def property_of(value: object, *path: str) -> Json:
    """Return the object at a path of properties, {} where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
