"""The quick way through conversion, for statements whose form is known.

The rules in Python alone decide what is valid. The screen remembers what they decided:
a statement passes if another one of its form passed the rules and every value that
stands alone is one that its kind vouches for. All else is handed back.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from ingest.identity.pseudonyms import Pseudonyms
from ingest.landing.template_cache.compiled_forms import Compiled
from ingest.landing.template_cache.filling import (
    APART,
    Columns,
    Filled,
    Gaps,
    agent_of,
    agrees,
    fill,
    fill_columns,
)
from ingest.landing.template_cache.forms import (
    Form,
    KeyOf,
    Person,
    Trace,
    learn,
    marked,
)
from ingest.landing.template_cache.kinds import Kind, is_score, kinds
from ingest.landing.template_cache.outlines import (
    Outline,
    Values,
    getter,
    layout_of,
    letters_in,
    without_numbers,
)
from ingest.landing.template_cache.places import SCORE, kind_at
from ingest.landing.template_cache.plans import Layout, Plan, Waiting
from ingest.landing.template_cache.segments import Segments
from ingest.landing.template_cache.sheets import Sheets
from ingest.storage.canonical import keyed_hashes, text_hashes
from ingest.storage.statement_texts import may_name
from ingest.xapi.normalisation import MONGO_DOT, WRAPPER

Json = dict[str, Any]
Convert = Callable[[Json, KeyOf], tuple[str, Json]]  # -> content text, row
Returned = tuple[int | None, str]

FORMS_KEPT = 20_000
TOGETHER_KEPT = 2_000  # forms of one outline: beyond it some value hardly repeats
PEOPLE_KEPT = 500_000
MARKERS = 30  # of one copy: kinds number their markers up to 60


class Screen:
    """Remembered forms, and what they make of statements."""

    def __init__(
        self,
        pseudonyms: Pseudonyms,
        key: bytes,
        convert: Convert,
        *,
        reads_devices: bool = False,
    ) -> None:
        self.pseudonyms, self.key, self.convert = pseudonyms, key, convert
        self.reads_devices = reads_devices
        self.kinds = kinds()
        self._layouts: dict[str, Layout] = {}
        self._plain: dict[str, Layout] = {}  # those without numbers
        self._people: dict[str, dict[str, str | None]] = {}
        self._waiting: list[Waiting] = []
        self._seen: set[tuple[str, Values]] = set()
        self._form_count = 0
        self.texts: set[str] = set()  # of statements added, that could name people
        self.compiled = Compiled(tuple(self.kinds))
        self.sheets = Sheets(lambda columns: Gaps(columns, self._keys_of))

    def takes(self, line: int | None, text: str) -> bool:
        """Take a statement in if its form is known; else it is the caller's."""
        parts = text.split('"')
        if "\\" in text or not len(parts) & 1:
            return False
        bare = '"'.join(parts[::2])
        layout, numbers = self._plain.get(bare), ()
        if layout is None:
            bare, numbers = without_numbers(bare)
            layout = self._layouts.get(bare)
            if layout is None:
                return False
        plan = layout.plans.get(layout.keys(parts))
        if plan is None:
            return False
        parts += numbers
        together = plan.together(parts)
        waiting = plan.waiting.get(together)
        if waiting is None:
            form = plan.forms.get(together)
            if form is None:
                return False
            waiting = plan.waiting[together] = Waiting(plan, form)
            self._waiting.append(waiting)
        waiting.lines.append(line)
        waiting.texts.append(text)
        waiting.values.append(plan.alone(parts))
        return True

    def drain(self, segments: Segments) -> list[Returned]:
        """Write down what was taken in; return what its kinds do not vouch for."""
        returned: list[Returned] = []
        for waiting in self._waiting:
            waiting.plan.waiting.clear()
            returned += self._settle(waiting, segments)
        self._waiting.clear()
        return returned

    def _settle(self, waiting: Waiting, segments: Segments) -> list[Returned]:
        plan, lines = waiting.plan, waiting.lines
        columns: Columns = dict(
            zip(plan.kinds, zip(*waiting.values, strict=True), strict=True)
        )
        doubtful = self._doubtful(plan, columns)
        if doubtful:
            sure = [n for n in range(len(lines)) if n not in doubtful]
            columns = {p: [column[n] for n in sure] for p, column in columns.items()}
            lines = [lines[n] for n in sure]
        if lines:
            filled = fill(waiting.form, columns, len(lines), self._keys_of)
            self._add(waiting.form, lines, filled, segments)
        return [(waiting.lines[n], waiting.texts[n]) for n in sorted(doubtful)]

    def _doubtful(self, plan: Plan, columns: Columns) -> set[int]:
        """Return the numbers of statements that the kinds do not vouch for."""
        doubtful: set[int] = set()
        for place, kind in plan.kinds.items():
            if bad := kind.refused(columns[place]):
                doubtful |= {n for n, v in enumerate(columns[place]) if v in bad}
        if plan.scores:
            names = tuple(plan.scores)
            scores = list(
                zip(*(columns[place] for place in plan.scores.values()), strict=True)
            )
            bad = {v for v in set(scores) if not is_score(names, v)}
            doubtful |= {n for n, v in enumerate(scores) if v in bad}
        return doubtful

    def take(self, lines: pl.Series, texts: pl.Series, segments: Segments) -> pl.Series:
        """Write down the statements of forms that columns tell; return which."""

        def write(form: Form, lines: pl.Series, gaps: Gaps) -> None:
            self._add(form, lines, fill_columns(form, gaps, len(lines)), segments)

        return self.sheets.take(lines, texts, write)

    def _add(
        self,
        form: Form,
        lines: list[int | None] | pl.Series,
        filled: Filled,
        segments: Segments,
    ) -> None:
        self.texts |= form.constant_texts
        self.texts.update(filter(may_name, filled.free_texts))
        segments.add("line", lines)
        segments.add("statement", filled.texts)
        contents, texts = _listed(filled.contents), _listed(filled.texts)
        segments.add("content_hash", keyed_hashes(contents, self.key))
        segments.add("text_hash", text_hashes(texts, self.key))
        for name, values in filled.columns.items():
            segments.add(name, values)
        for name, value in form.constants.items():
            segments.add_constant(name, value, len(lines))
        segments.end_batch(len(lines))

    def key_of(self, person: Person, values: Sequence[str]) -> str | None:
        """Return the key of a person with these values, None without one."""
        return self._keys_of(person, [APART.join(values)])[0]

    def _keys_of(self, person: Person, texts: list[str]) -> list[str | None]:
        known = self._people.setdefault(person.variant, {})
        if len(known) > PEOPLE_KEPT:
            known.clear()
        keys = list(map(known.get, texts))
        if None in keys:
            for values in {
                v for v, key in zip(texts, keys, strict=True) if key is None
            }:
                known[values] = self.pseudonyms.key_of(agent_of(person, values))
            keys = list(map(known.get, texts))
        return keys

    def forget_people(self) -> None:
        """Clear people: each load records its own people in the vault."""
        self._people.clear()

    def learn(self, text: str) -> None:
        """Remember the form of a statement that has just passed the rules."""
        parts = text.split('"')
        if "\\" in text or not len(parts) & 1 or self._form_count > FORMS_KEPT:
            return
        punctuation, numbers = without_numbers('"'.join(parts[::2]))
        plan = self._plan(punctuation, parts)
        if plan is None:
            return
        values = getter(plan.outline.string_places)(parts) + numbers
        together = plan.together([*parts, *numbers])
        if together in plan.forms or len(plan.seen) > TOGETHER_KEPT:
            return
        if together not in plan.seen:
            plan.seen.add(together)
            return
        form = plan.forms[together] = self._form(plan, values)
        self._form_count += 1
        if form is not None:
            found = (plan.outline, plan.kinds, plan.scores, values, form)
            self.sheets.add(*found)
            self.compiled.add(*found)

    def _plan(self, punctuation: str, parts: list[str]) -> Plan | None:
        """Return the plan of an outline, from the second time that it is met."""
        layout = self._layouts.get(punctuation)
        if layout is None:
            keys, strings = layout_of(punctuation)
            layout = Layout(keys, strings, getter(keys))
        names = layout.keys(parts)
        if names in layout.plans:
            return layout.plans[names]
        if (punctuation, names) not in self._seen:
            self._seen.add((punctuation, names))
            return None
        self._layouts[punctuation] = layout
        if not letters_in(punctuation):
            self._plain[punctuation] = layout
        outline = Outline(punctuation, names, layout.key_places, layout.string_places)
        layout.plans[names] = self._planned(outline, layout)
        return layout.plans[names]

    def _planned(self, outline: Outline, layout: Layout) -> Plan | None:
        if any(MONGO_DOT in key for key in outline.keys):
            return None
        if any(path[0] == WRAPPER for path in outline.paths):
            return None
        alone: dict[int, Kind] = {}
        scores: dict[str, int] = {}
        for value, path in enumerate(outline.paths):
            letter = outline.letters[value]
            kind = kind_at(path, letter, reads_devices=self.reads_devices)
            if kind is not None:
                alone[value] = self.kinds[kind]
                if path[:2] == SCORE:
                    scores[path[-1]] = value
        if len(alone) > MARKERS:
            return None
        together = [v for v in range(len(outline.paths)) if v not in alone]
        return Plan(
            outline,
            alone,
            scores,
            together=getter(tuple(map(layout.place, together))),
            alone=getter(tuple(map(layout.place, alone))),
        )

    def _form(self, plan: Plan, example: Values) -> Form | None:
        """Learn a form from two marked copies, and try it on all three."""
        for place, kind in plan.kinds.items():
            if kind.refused([example[place]]):
                return None
        one = self._trace(plan, marked(example, plan.kinds, 0))
        other = self._trace(plan, marked(example, plan.kinds, MARKERS))
        form = learn(plan.kinds, one, other)
        if form is None:
            return None
        real = self._trace(plan, example)
        return form if all(agrees(form, t) for t in (one, other, real)) else None

    def _trace(self, plan: Plan, values: Values) -> Trace:
        """Convert one copy with keys that leave no mark in the vault."""
        met: list[tuple[Json, str]] = []
        members = [0]
        scratch = Pseudonyms(self.pseudonyms.secret, self.pseudonyms.tombstones)

        def key_of(agent: Json) -> str | None:
            key = scratch.key_of(agent)
            members.append(len(agent.get("member", ())))
            if key is not None:
                met.append((agent, key))
            return key

        content, row = self.convert(json.loads(plan.outline.text(values)), key_of)
        return Trace(values, content, row, tuple(met), max(members) > 1)


def _listed(texts: list[str] | pl.Series) -> list[str]:
    return texts.to_list() if isinstance(texts, pl.Series) else texts
