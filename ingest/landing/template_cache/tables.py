"""What the compiled pass knows of all forms, as arrays by form and slot."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from ingest.landing.template_cache.assembly import Programs
from ingest.landing.template_cache.forms import FREE_KINDS, Person
from ingest.landing.template_cache.kinds import moment, same
from ingest.landing.template_cache.known_forms import (
    DIRECT,
    MOST_GROUPS,
    MOST_PLACES,
    KnownForm,
    NotCompiled,
)
from ingest.landing.template_cache.trie import Nodes
from ingest.landing.template_cache.walk import SKIPPED

MADE = frozenset({"line", "statement", "content_hash", "text_hash"})


@dataclass
class Column:
    """Where a column's values come from, by form; -1 where not from there.

    `items` are those of lists, one by one: constants as text, or slots.
    """

    field: pa.Field
    constants: list[Any] = field(default_factory=list)
    slots: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    groups: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    converts: list[Callable[[str], Any] | None] = field(default_factory=list)
    items: list[tuple[str | int, ...] | None] = field(default_factory=list)
    is_direct: np.ndarray = field(default_factory=lambda: np.empty(0, np.bool_))
    is_filled: np.ndarray = field(default_factory=lambda: np.empty(0, np.bool_))


@dataclass(frozen=True)
class Tables:
    """All forms that are compiled; `variants` number what groups are judged as."""

    forms: tuple[KnownForm, ...]
    kind_names: tuple[str, ...]
    variants: tuple[Any, ...]  # the names of a score's parts, or a Person

    def __post_init__(self) -> None:
        """Lay out the arrays."""
        forms = self.forms
        most = max((len(f.pieces[1]) for f in forms), default=0) or 1
        count = max(len(forms), 1)
        numbers = {variant_of(what): n for n, what in enumerate(self.variants)}
        self._set("_by_schema", {})
        self._set("trie", Nodes(forms).trie())
        self._set("most_slots", most)
        kinds = np.zeros((count, most), np.int64)
        free = np.zeros((count, most), np.bool_)
        counts = np.zeros(count, np.int64)
        groups = np.zeros((count, MOST_GROUPS, MOST_PLACES + 2), np.int64)
        for number, form in enumerate(forms):
            slots = form.pieces[1]
            counts[number] = len(slots)
            for slot, value in enumerate(slots):
                kinds[number, slot] = self.kind_names.index(form.kinds[value].name)
            for value, _render in form.form.free_gaps:
                slot = form.slot_of[value]
                free[number, slot] = form.kinds[value].name in FREE_KINDS
            for group, (what, places) in enumerate(form.groups):
                if places:
                    these = (numbers[variant_of(what)], len(places), *places)
                    groups[number, group, : len(these)] = these
        self._set("kinds", kinds)
        self._set("free", free)
        self._set("counts", counts)
        self._set("groups", groups)
        self._set("programs", _programs(forms))

    def _set(self, name: str, value: Any) -> None:  # noqa: ANN401
        object.__setattr__(self, name, value)

    def columns(self, schema: pa.Schema) -> list[Column]:
        """Return the sources of each column that is not made by assembly."""
        if schema not in self._by_schema:
            made = [_column(f, self.forms) for f in schema if f.name not in MADE]
            self._by_schema[schema] = made
        return self._by_schema[schema]


def variant_of(what: Any) -> Hashable:  # noqa: ANN401
    """Return what groups of slots are judged alike by."""
    return what.variant if isinstance(what, Person) else what


def tables_of(forms: Sequence[KnownForm], kind_names: Sequence[str]) -> Tables:
    """Return the tables of the forms that can be compiled."""
    kept: list[KnownForm] = []
    variants: dict[Hashable, Any] = {}
    for form in forms:
        try:
            form.check()
        except NotCompiled:
            continue
        kept.append(form)
        variants.update((variant_of(what), what) for what, _slots in form.groups)
    return Tables(tuple(kept), tuple(kind_names), tuple(variants.values()))


def _programs(forms: Sequence[KnownForm]) -> Programs:
    text, steps = bytearray(), [(0, 0, 0)]
    known: dict[bytes, int] = {}
    span = np.zeros((max(len(forms), 1), 3, 2), np.int64)
    for number, form in enumerate(forms):
        programs = (
            form.program(form.form.content),
            form.program(form.form.text),
            form.program(form.form.text, is_short=True),
        )
        for place, program in enumerate(programs):
            span[number, place, 0] = len(steps)
            for step, first, second in program:
                if isinstance(first, bytes):
                    if first not in known:
                        known[first] = len(text)
                        text += first
                    steps.append((step, known[first], len(first)))
                else:
                    steps.append((step, first, second))
            span[number, place, 1] = len(steps)
    return Programs(
        np.frombuffer(bytes(text or b"\0"), np.uint8), np.array(steps, np.int64), span
    )


def _column(wanted: pa.Field, forms: Sequence[KnownForm]) -> Column:
    name = wanted.name
    column = Column(wanted)
    count = max(len(forms), 1)
    column.slots, column.groups = np.full(count, -1), np.full(count, -1)
    column.is_direct = np.zeros(count, np.bool_)
    column.is_filled = np.zeros(count, np.bool_)
    for number, known in enumerate(forms):
        form = known.form
        constant, items, convert = form.constants.get(name), None, None
        if isinstance(constant, list):
            constant, items = None, tuple(constant)
        gap = form.columns.get(name)
        if name in form.lists:
            items = tuple(
                item if isinstance(item, str) else known.slot_of[item[0]]
                for item in form.lists[name]
            )
        elif isinstance(gap, Person):
            column.groups[number] = 1 + form.people.index(gap)
        elif gap is not None:
            value, convert = gap
            slot = known.slot_of[value]
            column.slots[number] = slot
            column.is_direct[number] = convert is same and known.reads(slot) in DIRECT
            if known.reads(slot) == SKIPPED:
                raise NotCompiled
        column.constants.append(constant)
        column.converts.append(None if convert in (same, moment) else convert)
        column.items.append(items)
        column.is_filled[number] = not (
            constant is None and gap is None and items is None
        )
    return column
