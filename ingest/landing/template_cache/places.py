"""Which places of a statement are judged by themselves, and as what kind.

Validity of a statement is: its structure and the values at all other places, taken
together, and each value at one of these places by itself. Scores are proved by score.
"""

from ingest.landing.collection_filter import DEVICE_KIND
from ingest.landing.template_cache.outlines import Path
from ingest.parsing.devices import names_device
from ingest.storage.extensions import extensions

PEOPLE = (
    ("actor",),
    ("authority",),
    ("context", "instructor"),
    ("context", "team"),
    ("object",),
    ("actor", "member", "[]"),
    ("context", "team", "member", "[]"),
    ("context", "contextAgents", "[]", "agent"),
)
OF_A_PERSON = {
    ("name",): "any",
    ("mbox",): "mbox",
    ("mbox_sha1sum",): "sha1",
    ("account", "homePage"): "iri",
    ("account", "name"): "any",
}
ALONE = {
    ("id",): "uuid",
    ("timestamp",): "timestamp",
    ("stored",): "timestamp",
    ("context", "registration"): "uuid",
    ("context", "statement", "id"): "uuid",
    ("context", "platform"): "platform",
    ("context", "language"): "language",
    ("context", "revision"): "text",
    ("object", "id"): "iri",
    ("result", "duration"): "duration",
    ("result", "response"): "text",
}
HOLDERS = {
    ("result", "extensions"): "result",
    ("context", "extensions"): "context",
    ("object", "definition", "extensions"): "definition",
}
SCORE = ("result", "score")


def kind_at(path: Path, letter: str, *, reads_devices: bool = False) -> str | None:
    """Return the kind of value at a place, None where the rules judge it together.

    Args:
        path: the way to the value.
        letter: S for a string, else the letter of a number.
        reads_devices: whether what names a device decides what is written.
    """
    for holder, place in HOLDERS.items():
        if path[: len(holder)] == holder:
            rest = path[len(holder) :]
            if reads_devices and place == "context" and _is_of_device(rest):
                return None
            return _in_extension(rest, place, letter)
    if path[:2] == SCORE:
        return letter if letter != "S" else None
    if letter != "S":
        return None
    return ALONE.get(path) or _of_a_person(path) or _of_an_activity(path)


def _is_of_device(rest: Path) -> bool:
    return bool(rest) and (rest[0] == DEVICE_KIND or names_device(rest[0]))


def _in_extension(path: Path, place: str, letter: str) -> str | None:
    if letter != "S":
        return letter
    kept = extensions().get((place, path[0]))
    if kept is None:
        return "any"
    return "timestamp" if kept.value_type == "timestamp" else "text"


def _of_a_person(path: Path) -> str | None:
    for person in PEOPLE:
        kind = OF_A_PERSON.get(path[len(person) :])
        if kind and path[: len(person)] == person:
            return kind
    return None


def _of_an_activity(path: Path) -> str | None:
    """An activity's id, and its names and descriptions in any language."""
    if path[:1] == ("verb",):
        return "text" if path[1:2] == ("display",) and len(path) == 3 else None
    is_context = path[:2] == ("context", "contextActivities")
    rest = path[3:] if is_context else path[1:]
    rest = rest[1:] if rest[:1] == ("[]",) else rest
    if is_context and rest == ("id",):
        return "iri"
    if rest[:1] == ("definition",) and rest[1:2] in {("name",), ("description",)}:
        return "text" if len(rest) == 3 else None
    return None
