"""Rules that hold at every place of a statement outside extensions."""

from typing import Any

import pytest

from ingest.xapi.validation import check
from tests.ingest.xapi.examples import Json, placed, shortest, statement

LANGUAGE_MAPS = {"display", "name", "description"}


def places(value: Any, path: str = "") -> list[str]:
    """Return the dotted paths of everything, what stands in extensions apart."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    found = [path] if path else []
    for key, inner in items:
        if key != "extensions":
            found += places(inner, f"{path}.{key}".lstrip("."))
    return found


def at(whole: Any, path: str) -> Any:
    for step in path.split("."):
        whole = whole[int(step)] if isinstance(whole, list) else whole[step]
    return whole


def errors(whole: Json) -> set[tuple[str, str]]:
    return {(f.code, f.path) for f in check(whole) if f.is_error}


ALL = places(statement())
KEYS = [path for path in ALL if not path.rpartition(".")[2].isdigit()]
NAMES = [
    path for path in KEYS if not LANGUAGE_MAPS.intersection(path.split(".")[-2:-1])
]


def test_every_place_is_tried():
    assert len(ALL) > 60
    assert "context.contextActivities.parent.0.id" in ALL


@pytest.mark.parametrize("path", ALL)
def test_null_is_refused(path):
    assert errors(placed(statement(), path, None))


@pytest.mark.parametrize("path", ALL)
def test_another_json_type_is_refused(path):
    is_number = type(at(statement(), path)) in {int, float}
    wrong = "text" if is_number else 0.5
    assert errors(placed(statement(), path, wrong))


@pytest.mark.parametrize("path", NAMES)
def test_a_property_in_the_wrong_case_is_refused(path):
    above, _dot, name = path.rpartition(".")
    other = name.upper() if name != name.upper() else name.lower()
    whole = placed(statement(), f"{above}.{other}".lstrip("."), at(statement(), path))
    assert ("property.unknown", f"$.{above}.{other}".replace("..", ".")) in {
        (code, where.replace("[", ".").replace("]", ""))
        for code, where in errors(whole)
    }


@pytest.mark.parametrize("path", ALL)
def test_what_is_refused_in_a_statement_is_refused_in_a_plan(path):
    if path in {"id", "stored", "version"} or path.startswith("authority"):
        return
    plan = {
        name: value
        for name, value in statement().items()
        if name not in {"id", "stored", "version", "authority"}
    }
    plan["objectType"] = "SubStatement"
    assert not errors(shortest(object=plan))
    assert errors(shortest(object=placed(plan, path, None)))
