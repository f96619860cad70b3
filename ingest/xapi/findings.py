"""Findings: which rule a statement breaks, where, and what the sender should fix."""

import re
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]

# The place of a value: None for the whole statement, else (place of its parent, key or
# position). The path is written out only for a finding.
Place = tuple[Any, str | int] | None

_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True)
class Rule:
    """A rule with a stable code, its source, and words for the sender."""

    code: str
    reference: str
    words: str
    severity: Severity = "error"


@dataclass(frozen=True)
class Finding:
    """One broken rule at one place of one statement.

    `path` is a JSON path such as `$.context.contextActivities.parent[0].id`; a key that
    is no plain word stands in brackets and quotes.
    """

    rule: Rule
    path: str
    detail: str = ""

    @property
    def code(self) -> str:
        """The rule's stable code."""
        return self.rule.code

    @property
    def reference(self) -> str:
        """The section of the specification that the rule comes from."""
        return self.rule.reference

    @property
    def severity(self) -> Severity:
        """Whether the statement is refused or only counted."""
        return self.rule.severity

    @property
    def message(self) -> str:
        """What the sender should fix."""
        return f"{self.rule.words} ({self.detail})" if self.detail else self.rule.words

    @property
    def is_error(self) -> bool:
        """Whether the statement is refused; a warning is only counted."""
        return self.rule.severity == "error"


Found = list[Finding]


def add(found: Found, rule: Rule, place: Place, detail: str = "") -> None:
    """Record that a rule is broken at a place."""
    found.append(Finding(rule, json_path(place), detail))


def json_path(place: Place) -> str:
    """Return the JSON path of a place."""
    steps: list[str] = []
    while place is not None:
        place, key = place
        steps.append(_step(key))
    return "$" + "".join(reversed(steps))


def _step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    if _PLAIN_KEY.fullmatch(key):
        return f".{key}"
    quoted = shown(key).replace("\\", "\\\\").replace('"', '\\"')
    return f'["{quoted}"]'


def shown(value: str) -> str:
    """Return a value for a message: on one line, shortened."""
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in value)
    return line if len(line) <= 80 else line[:77] + "..."
