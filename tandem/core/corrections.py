"""Labels of programmes and cohorts that people corrected in the journal.

The next build reads them (`tandem.cli.corrections`). Of each label and subject the
newest entry counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tandem.core import journal
from tandem.core.seeds import seed_rows

PROGRAMME_CATEGORY = "programme_category"
COMPLETION_RULE = "completion_rule"
COHORT_MODE = "cohort_mode"
# The detail of an entry that holds the label.
DETAILS = {
    PROGRAMME_CATEGORY: "outcome_category",
    COMPLETION_RULE: "completion_class",
    COHORT_MODE: "delivery_mode",
}
MODES = ("sync", "async", "hybrid")
RULES = ("attendance", "content", "assessment", "certificate")
NO_CATEGORY = "unclassified"  # what a programme has where nobody gave one


@dataclass(frozen=True)
class Correction:
    """One corrected label.

    Attributes:
        kind: of the entry, one of DETAILS.
        subject_id: of the programme or cohort.
        label: what it is to be.
        label_words: what finishing means, in words; None unless it is a rule.
        holds_from: UTC without a zone: the given day, else when it was recorded.
        recorded_at: UTC without a zone.
        role: who entered it.
        reason: why; may be empty.
    """

    kind: str
    subject_id: str
    label: str
    label_words: str | None
    holds_from: datetime
    recorded_at: datetime
    role: str
    reason: str

    @property
    def row(self) -> tuple[str, str, str, str | None, datetime]:
        """What a build reads of it."""
        return (
            *(self.kind, self.subject_id, self.label),
            *(self.label_words, self.holds_from),
        )


def labels(kind: str) -> tuple[str, ...]:
    """Return the labels that a kind of correction may give."""
    if kind == PROGRAMME_CATEGORY:
        found = (row["outcome_category"] for row in seed_rows("outcome_categories"))
        return tuple(slug for slug in found if slug != NO_CATEGORY)
    return RULES if kind == COMPLETION_RULE else MODES


def corrections(path: Path) -> list[Correction]:
    """Return the corrections that count, one for each label and subject.

    Args:
        path: the journal; it need not exist.

    Raises:
        sqlite3.Error: the file is damaged.
    """
    if not path.exists():
        return []
    newest = {(each.kind, each.subject_id): each for each in _entered(path)}
    return [newest[key] for key in sorted(newest)]


def _entered(path: Path) -> Iterator[Correction]:
    """Yield every correction, oldest first; a label that no build knows is left out."""
    for kind, detail in DETAILS.items():
        known = labels(kind)
        for entry in journal.read(path, kind):
            if entry["payload"].get(detail) in known:
                yield _correction(entry, entry["payload"][detail])


def _correction(entry: dict[str, Any], label: str) -> Correction:
    payload = entry["payload"]
    recorded = _utc(entry["recorded_at"])
    given = payload.get("holds_from")
    return Correction(
        entry["kind"],
        entry["subject"],
        label,
        payload.get("completion_rule") or None,
        _utc(given) if given else recorded,
        recorded,
        entry["role"],
        entry["reason"],
    )


def _utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
