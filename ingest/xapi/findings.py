"""Findings: which rule a statement broke, where, and what the sender should mend."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Rule:
    """A rule with a stable code, its source, and words for the sender."""

    code: str
    reference: str
    words: str
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True)
class Finding:
    """One broken rule at one place of one statement."""

    rule: Rule
    path: str
    detail: str = ""

    @property
    def code(self) -> str:
        """The rule's stable code."""
        return self.rule.code

    @property
    def message(self) -> str:
        """What the sender should mend."""
        return f"{self.rule.words} ({self.detail})" if self.detail else self.rule.words

    @property
    def is_error(self) -> bool:
        """Whether the statement is refused; a warning is only counted."""
        return self.rule.severity == "error"


Found = list[Finding]
