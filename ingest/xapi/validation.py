"""Check one statement: JSON text in, findings out."""

from dataclasses import dataclass
from typing import Any

from ingest.xapi.equivalence import canonical, content_hash
from ingest.xapi.findings import Finding
from ingest.xapi.formats import parse_duration, parse_timestamp
from ingest.xapi.normalisation import decoded_keys, normalised, unwrapped
from ingest.xapi.parsing import parsed
from ingest.xapi.responses import parse_interaction_response
from ingest.xapi.statements import statement_of

__all__ = [
    "Findings",
    "canonical",
    "check",
    "check_text",
    "content_hash",
    "normalised",
    "parse_duration",
    "parse_interaction_response",
    "parse_timestamp",
]

Json = dict[str, Any]


@dataclass(frozen=True)
class Findings:
    """The statement in a text, and its findings.

    `parsed` is None if the text is no JSON object; `statement` is None if it is not
    valid.
    """

    parsed: Json | None
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether the statement may land."""
        return not self.errors

    @property
    def statement(self) -> Json | None:
        """The statement, if it is valid."""
        return None if self.errors else self.parsed

    @property
    def code(self) -> str:
        """The code of the first error, "" where there is none."""
        return self.errors[0].code if self.errors else ""

    @property
    def path(self) -> str:
        """Where the first error is, "" where there is none."""
        return self.errors[0].path if self.errors else ""

    @property
    def reason(self) -> str:
        """What the sender should fix first, "" where there is nothing."""
        return self.errors[0].message if self.errors else ""


def check_text(text: bytes | str, version: str | None = None) -> Findings:
    """Check the text of one statement.

    A record of Learning Locker's database is judged by the statement in it, keys in
    which MongoDB wrote `&46;` for a dot are decoded first.

    Args:
        text: one JSON object, as UTF-8 if bytes.
        version: of xAPI that the receiver speaks; None takes the statement's own,
            1.0.x where it has none.
    """
    value = parsed(text)
    if isinstance(value, Finding):
        return Findings(None, (value,))
    return judged(decoded_keys(unwrapped(value), text), version)


def judged(statement: Json, version: str | None = None) -> Findings:
    """Check a parsed statement, as check_text does with a text."""
    found = check(statement, version)
    if not found:
        return Findings(statement)
    errors = tuple(finding for finding in found if finding.is_error)
    warnings = tuple(finding for finding in found if not finding.is_error)
    return Findings(statement, errors, warnings)


def check(statement: Json, version: str | None = None) -> list[Finding]:
    """Return all findings of a parsed statement, errors and warnings."""
    found: list[Finding] = []
    _CHECKS[_speaks_2(statement, version)](statement, None, found)
    return found


_CHECKS = {is_2: statement_of(is_2=is_2) for is_2 in (False, True)}


def _speaks_2(statement: Json, version: str | None) -> bool:
    if version is not None:
        return version.startswith("2")
    own = statement.get("version") if isinstance(statement, dict) else None
    return isinstance(own, str) and own.startswith("2.")
