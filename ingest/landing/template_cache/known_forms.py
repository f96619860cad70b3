"""Forms as the compiled walk needs them: constant bytes, slots, programs, columns."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ingest.identity.pseudonyms import ERASED
from ingest.landing.template_cache.assembly import (
    CONSTANT,
    KEY,
    MOMENT_TEXT,
    RAW,
    RENDERED,
)
from ingest.landing.template_cache.forms import Form, Gap, Person, Template
from ingest.landing.template_cache.kinds import (
    Kind,
    compared_duration,
    moment,
    normal_timestamp,
    number_text,
    same,
)
from ingest.landing.template_cache.outlines import Outline, Values
from ingest.landing.template_cache.walk import (
    INTERNED,
    MOMENT,
    SKIPPED,
    UUID,
    UUID_OR_INTERNED,
)
from ingest.storage.shortened import MARKED

LETTERS = "IWF"
RENDERS: tuple[Callable[[str], str], ...] = (compared_duration, number_text)
READS = {"uuid": UUID, "timestamp": MOMENT, "text": UUID_OR_INTERNED}
DIRECT = frozenset(READS.values())  # may be taken from the line as they are
MOST_PLACES = 5  # of a group: more than a score or a person has
MOST_GROUPS = 8  # of a form
Step = tuple[int, bytes | int, int]


class NotCompiled(Exception):
    """A form holds something that the compiled walk has no step for."""


@dataclass(frozen=True)
class KnownForm:
    """One form, with the outline that it was learned from and an example's values."""

    outline: Outline
    kinds: dict[int, Kind]
    scores: dict[str, int]
    values: Values
    form: Form

    @cached_property
    def pieces(self) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
        """The constant bytes around the slots, and the value of each slot."""
        outline, texts, slots = self.outline, [""], []
        strings = iter(range(len(outline.string_places)))
        numbers = iter(range(len(outline.string_places), len(self.values)))
        keys = dict(zip(outline.key_places, outline.keys, strict=True))

        def add(value: int) -> None:
            if value in self.kinds:
                slots.append(value)
                texts.append("")
            else:
                texts[-1] += self.values[value]

        for place, bare in enumerate(outline.punctuation.split('"')):
            if place:  # the string before this punctuation
                texts[-1] += '"'
                part = 2 * place - 1
                if part in keys:
                    texts[-1] += keys[part]
                else:
                    add(next(strings))
                texts[-1] += '"'
            first, *rest = re.split("([FWI])", bare)
            texts[-1] += first
            for piece in rest[1::2]:
                add(next(numbers))
                texts[-1] += piece
        texts[-1] += "\n"
        return tuple(text.encode() for text in texts), tuple(slots)

    @cached_property
    def slot_of(self) -> dict[int, int]:
        """The slot of each value that has one."""
        return {value: slot for slot, value in enumerate(self.pieces[1])}

    def reads(self, slot: int) -> int:
        """Return how the walk reads a slot."""
        value = self.pieces[1][slot]
        name = self.kinds[value].name
        if name == "any" and not self._is_of_a_group(value):
            return SKIPPED
        return READS.get(name, INTERNED)

    def letter(self, slot: int) -> int:
        """Return the number of a slot's letter in LETTERS, -1 for a string."""
        name = self.kinds[self.pieces[1][slot]].name
        return LETTERS.index(name) if name in LETTERS else -1

    @cached_property
    def groups(self) -> tuple[tuple[Any, tuple[int, ...]], ...]:
        """What is judged together: the score's names, or a Person, with their slots.

        The score stands first, or nothing in its place.
        """
        score = (tuple(self.scores), self._slots(self.scores.values()))
        people = [(person, self._slots(person.places)) for person in self.form.people]
        return (score, *people)

    def _slots(self, values: Any) -> tuple[int, ...]:  # noqa: ANN401
        return tuple(self.slot_of[value] for value in values)

    def _is_of_a_group(self, value: int) -> bool:
        return any(value in person.places for person in self.form.people)

    def check(self) -> None:
        """Check that this form can be compiled.

        Raises:
            NotCompiled: it cannot.
        """
        form = self.form
        is_erased = ERASED in (
            form.constants.get("actor_key"),
            form.constants.get("object_id"),
        )
        many = len(self.groups) > MOST_GROUPS
        large = any(len(slots) >= MOST_PLACES + 1 for _, slots in self.groups)
        if is_erased or many or large:
            raise NotCompiled
        for _group, slots in self.groups:
            if any(self.reads(slot) != INTERNED for slot in slots):
                raise NotCompiled
        for items in form.lists.values():
            for item in items:
                if not isinstance(item, str):
                    self._check_item(item)
        for gap in form.columns.values():
            if not isinstance(gap, Person):
                self._check_column(gap)
        self.program(form.content)
        self.program(form.text)

    def _check_item(self, item: Gap) -> None:
        if isinstance(item, Person) or item[1] is not same:
            raise NotCompiled
        if self.reads(self.slot_of[item[0]]) != INTERNED:
            raise NotCompiled

    def _check_column(self, gap: tuple[int, Callable[[str], Any]]) -> None:
        value, convert = gap
        reads = self.reads(self.slot_of[value])
        if reads == SKIPPED or (convert is moment) != (
            reads == MOMENT and convert is not same
        ):
            raise NotCompiled
        if reads in DIRECT and convert is not same and convert is not moment:
            raise NotCompiled

    def program(self, template: Template, *, is_short: bool = False) -> list[Step]:
        """Return the steps that write a template's text.

        Args:
            template: of this form.
            is_short: write marks for ids that have a column.

        Raises:
            NotCompiled: a gap has no step.
        """
        columns = self.form.columns
        marks = {
            columns[name]: bytes([number])
            for number, name in reversed(list(enumerate(MARKED, start=1)))
            if is_short and name in columns
        }
        steps: list[Step] = []
        text = template.pieces[0].encode()
        for gap, piece in zip(template.gaps, template.pieces[1:], strict=True):
            if gap in marks:
                text += marks[gap]
            else:
                if text:
                    steps.append((CONSTANT, text, 0))
                text = b""
                steps.append(self._step(gap))
            text += piece.encode()
        if text:
            steps.append((CONSTANT, text, 0))
        return steps

    def _step(self, gap: Gap) -> Step:
        if isinstance(gap, Person):
            return KEY, 1 + self.form.people.index(gap), 0
        value, render = gap
        slot = self.slot_of[value]
        if render is same:
            return RAW, slot, 0
        if render is normal_timestamp and self.reads(slot) == MOMENT:
            return MOMENT_TEXT, slot, 0
        if render in RENDERS and self.reads(slot) == INTERNED:
            return RENDERED, slot, RENDERS.index(render)
        raise NotCompiled
