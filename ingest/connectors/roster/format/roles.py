"""What the roles of rosters mean: learning, teaching, assisting, or no part in a class.

The words are rows of seeds/roster_roles.csv; those of the standards are listed whole.
An organisation adds its own in extensions/roster_roles.csv under TANDEM_HOME.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.mapping.phrase_tables import Phrases, PhraseTable, may_be_shown

TABLE = PhraseTable(
    "roster_roles", "role", ("learning", "teaching", "assisting", "none")
)
# As raw.enrolments names them; a role without a part in a class is no membership.
NAMES = {"learning": "learner", "teaching": "facilitator", "assisting": "assistant"}
UNKNOWN = "a line of extensions/roster_roles.csv can say what it means"
_PREFIX = re.compile(
    r"^.*[/#]"
)  # LTI: http://purl.imsglobal.org/.../membership#Learner
_SEVERAL = re.compile(r"[,;|+&]| and | und | et | y ")


@dataclass
class Roles:
    """The roles of one delivery, and those that no row lists."""

    phrases: Phrases = field(default_factory=TABLE.phrases)
    unknown: Counter[str] = field(default_factory=Counter)

    def of(self, text: str) -> str | None:
        """Return learner, facilitator or assistant, None for no part in a class.

        Raises:
            ValueError: no row lists the role.
        """
        meaning = self.meaning(text)
        if meaning is None:
            if not may_be_shown(text, set()):
                raise ValueError(f"it is no known role; {UNKNOWN}")
            self.unknown[text.strip()] += 1
            raise ValueError(f"{text.strip()!r} is no known role; {UNKNOWN}")
        return NAMES.get(meaning)

    def all_of(self, text: str) -> list[str]:
        """Return every part in a class that a cell names: `Student, Teacher`.

        Raises:
            ValueError: no row lists one of the roles.
        """
        parts = [text] if self.meaning(text) else _SEVERAL.split(text)
        named = [self.of(part) for part in parts if part.strip()]
        return [role for role in dict.fromkeys(named) if role]

    def meaning(self, text: str) -> str | None:
        """Return what a role means by the table, None if no row lists it."""
        return self.phrases.meaning(text) or self.phrases.meaning(_PREFIX.sub("", text))

    def notes(self) -> Iterator[str]:
        """Yield the unknown roles with the line that decides each."""
        yield from TABLE.line_to_add(self.unknown, "role of a roster")


def is_column_of_roles(cells: list[str], roles: Roles) -> bool:
    """Return whether a column headed `Role` holds roles in a class, not job titles.

    It does where half of its cells or more are known roles, one of them a learner's: a
    list of nurses and coaches names their jobs.
    """
    meanings = [
        roles.meaning(cell) or roles.meaning(_SEVERAL.split(cell)[0])
        for cell in cells
        if cell
    ]
    known = [meaning for meaning in meanings if meaning]
    return 2 * len(known) >= len(meanings) > 0 and "learning" in known
