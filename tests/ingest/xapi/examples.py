"""A whole valid statement, and ways to spoil it at one place."""

from copy import deepcopy
from typing import Any

Json = dict[str, Any]
GONE = object()


def statement() -> Json:
    """Return a valid 1.0.3 statement that uses nearly every property."""
    lecture = {"id": "https://lms.example/lectures/7"}
    person = {"account": {"homePage": "https://lms.example", "name": "u17"}}
    return {
        "id": "0f3b1d2c-89ab-4cde-8f01-23456789abcd",
        "actor": {"objectType": "Agent", "name": "Ada"} | person,
        "verb": {"id": "https://verbs.example/answered", "display": {"en-GB": "did"}},
        "object": {
            "objectType": "Activity",
            "id": "https://lms.example/questions/1",
            "definition": {
                "name": {"en": "Question 1"},
                "description": {"de": "Frage 1"},
                "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                "moreInfo": "https://lms.example/help",
                "interactionType": "choice",
                "correctResponsesPattern": ["a[,]b"],
                "choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b"}],
                "extensions": {"https://ext.example/level": None},
            },
        },
        "result": {
            "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
            "success": True,
            "completion": False,
            "response": "a[,]b",
            "duration": "PT1M30.25S",
            "extensions": {"https://ext.example/tries": [1, None, {"deep": None}]},
        },
        "context": {
            "registration": "5d0a1f00-89ab-4cde-8f01-23456789abcd",
            "instructor": {"mbox": "mailto:teacher@lms.example"},
            "team": {"objectType": "Group", "member": [person]},
            "contextActivities": {"parent": [lecture], "grouping": dict(lecture)},
            "revision": "3",
            "platform": "",
            "language": "en",
            "statement": {
                "objectType": "StatementRef",
                "id": "6e0a1f00-89ab-4cde-8f01-23456789abcd",
            },
            "extensions": {},
        },
        "timestamp": "2026-03-01T10:00:00.123Z",
        "stored": "2026-03-01T10:00:01Z",
        "authority": {"mbox": "mailto:lrs@lms.example"},
        "version": "1.0.3",
        "attachments": [
            {
                "usageType": "https://lms.example/essay",
                "display": {"en": "Essay"},
                "contentType": "text/plain; charset=utf-8",
                "length": 12,
                "sha2": "0" * 64,
                "fileUrl": "https://lms.example/files/1",
            }
        ],
    }


def placed(whole: Json, path: str, value: object) -> Json:
    """Return a copy with a value at a dotted path, or without what was there."""
    changed = deepcopy(whole)
    *above, last = path.split(".")
    inner: Any = changed
    for step in above:
        inner = inner[int(step)] if isinstance(inner, list) else inner[step]
    if value is GONE:
        del inner[last]
    elif isinstance(inner, list):
        inner[int(last)] = value
    else:
        inner[last] = value
    return changed


def spoilt(changes: dict[str, object], whole: Json | None = None) -> Json:
    """Return the valid statement, changed at dotted paths."""
    changed = statement() if whole is None else whole
    for path, value in changes.items():
        changed = placed(changed, path, value)
    return changed


def shortest(**changes: object) -> Json:
    """Return the shortest valid statement, with other properties."""
    return {
        "actor": {"mbox": "mailto:ada@lms.example"},
        "verb": {"id": "https://verbs.example/did"},
        "object": {"id": "https://lms.example/lectures/7"},
    } | changes


def sub_statement(**changes: object) -> Json:
    """Return a statement about a planned one, which has other properties."""
    return shortest(object=shortest(objectType="SubStatement") | changes)
