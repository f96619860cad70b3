"""What a situation is, and what the rows of every table agree on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

Row = dict[str, Any]

END = date(2026, 3, 31)
EARLIER = {1: date(2025, 12, 31), 4: date(2025, 3, 31), 8: date(2024, 3, 31)}
LABELS = {END: "2026-Q1", EARLIER[1]: "2025-Q4", EARLIER[4]: "2025-Q1"}
LABELS[EARLIER[8]] = "2024-Q1"

CATEGORIES = {
    "leadership": ("OS1", "Leadership and behaviour change", "sync"),
    "complex_skill": ("OS2", "Complex skill with coaching", "sync"),
    "compliance": ("OA1", "Compliance and regulation", "async"),
    "skill_drilling": ("OA2", "Skill drilling and practice", "async"),
}
MODES = ("sync", "async", "hybrid")
RATES = {"sync": 0.71, "async": 0.58, "hybrid": 0.78}
SIZES = {"sync": 2400, "async": 5200, "hybrid": 1300}
HIDDEN = "Hidden: this group, or one that it would reveal, has fewer than 10 people"


def utc(*parts: int) -> datetime:
    """A moment as the file holds it: UTC without a zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Situation:
    """What a published file holds."""

    name: str
    modes: tuple[str, ...] = MODES
    is_hidden: bool = False
    is_empty: bool = False
    is_sample: bool = True
