"""What the screen knows of statements of one punctuation and one set of keys."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ingest.landing.template_cache.forms import Form
from ingest.landing.template_cache.kinds import Kind
from ingest.landing.template_cache.outlines import Outline, Values

Getter = Callable[[Any], Values]


@dataclass
class Plan:
    """An outline in use: which values stand alone, and the forms met so far.

    `together` and `alone` take values out of a split text with its numbers appended;
    `alone` in the order of `kinds`.
    """

    outline: Outline
    kinds: dict[int, Kind]
    scores: dict[str, int]  # which value each part of the score is
    together: Getter
    alone: Getter
    forms: dict[Values, Form | None] = field(default_factory=dict)
    seen: set[Values] = field(default_factory=set)
    waiting: dict[Values, "Waiting"] = field(default_factory=dict)


@dataclass
class Waiting:
    """Statements of one form in the batch at hand."""

    plan: Plan
    form: Form
    lines: list[int | None] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)


@dataclass
class Layout:
    """Statements of one punctuation: where their keys are, and the plans by keys."""

    key_places: tuple[int, ...]
    string_places: tuple[int, ...]
    keys: Getter
    plans: dict[Values, Plan | None] = field(default_factory=dict)

    def place(self, value: int) -> int:
        """Return where a value stands in a split text with its numbers appended."""
        strings = len(self.string_places)
        if value < strings:
            return self.string_places[value]
        parts = 2 * (len(self.key_places) + strings) + 1
        return parts + value - strings
