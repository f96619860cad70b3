"""One notice, the kinds of notices, and which roles may have them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from babel.dates import format_date

from tandem.core.readers import EVERY_UNIT
from tandem.core.roles import (
    ANALYST,
    DATA_PROTECTION_OFFICER,
    LEADER,
    PROGRAMME_OWNER,
    ROLES,
)
from tandem.core.wording import ENGLISH, Words, render_words

URGENT, WARNING, INFORMATION = "urgent", "warning", "information"
SEVERITIES = (URGENT, WARNING, INFORMATION)  # in the order of a message

LATE = "late_source"
INCOMPLETE = "incomplete_source"
DELETION = "data_deletion"
MODE_CHANGE = "mode_change"
PROGRAMME_CHANGE = "programme_change"
PACK = "review_pack"

DELIVERS = (PROGRAMME_OWNER, ANALYST, DATA_PROTECTION_OFFICER)
DECIDES = (LEADER, PROGRAMME_OWNER, ANALYST)

# Kind -> roles that may have it. A pack goes only to the role that it was built for.
KINDS: dict[str, tuple[str, ...]] = {
    LATE: ROLES,
    INCOMPLETE: DELIVERS,
    DELETION: DELIVERS,
    MODE_CHANGE: DECIDES,
    PROGRAMME_CHANGE: DECIDES,
    PACK: ROLES,
}


@dataclass(frozen=True)
class Notice:
    """One thing to say.

    Attributes:
        kind: one of KINDS.
        subject: what it is about; unique within the kind.
        state: what of it was said; another one is said again.
        severity: one of SEVERITIES.
        title: in a few words; a parameter may be a day.
        text: the sentences that follow; likewise.
        business_unit: whose readers may have it; EVERY_UNIT for a notice about the
            whole organisation, which readers of a unit may have, too.
    """

    kind: str
    subject: str
    state: str
    severity: str
    title: Words
    text: tuple[Words, ...]
    business_unit: str = EVERY_UNIT

    @property
    def topic(self) -> str:
        """Kind and subject: the same while what it says changes."""
        return f"{self.kind}:{self.subject}"

    @property
    def key(self) -> str:
        """Identifies what is said; a recipient is told it once."""
        return f"{self.topic}:{self.state}"

    def said(self, language: str) -> "Said":
        """Return the notice in a language."""
        return Said(
            self.kind,
            self.key,
            self.severity,
            in_words(self.title, language),
            " ".join(in_words(part, language) for part in self.text),
        )


@dataclass(frozen=True)
class Said:
    """A notice in the language of a recipient."""

    kind: str
    key: str
    severity: str
    title: str
    text: str


def in_order(notices: Iterable[Notice]) -> list[Notice]:
    """Return the most severe notices first, then by key."""
    return sorted(notices, key=lambda n: (SEVERITIES.index(n.severity), n.key))


def in_words(words: Words, language: str) -> str:
    """Return words as text; parameters that are days are written out."""
    parameters = {
        name: day_words(part, language) if isinstance(part, date) else part
        for name, part in words.parameters.items()
    }
    return render_words(replace(words, parameters=parameters), language)


def day_words(day: date, language: str) -> str:
    """Return a day as pages write it, e.g. `3 Nov 2026`."""
    # Months are short where that is usual: CLDR's short Hindi ones are not in use.
    form = "d MMM y" if language == ENGLISH else "d MMMM y"
    return format_date(day, form, locale=language)
