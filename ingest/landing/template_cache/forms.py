"""What landing makes of statements of one form, learned from an example.

A form is an outline and the values that the rules judge together. Its example went
through the rules and through conversion; then two copies with marked values go through
conversion, and where the marks come out is what conversion does to every statement of
the form: texts become templates, columns constants or converted values. A form whose
marks come out in a way that is not understood is not used.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ingest.landing.template_cache.kinds import Kind
from ingest.landing.template_cache.outlines import Values, getter
from ingest.storage.statement_texts import texts_in

Json = dict[str, Any]
Slot = tuple[int, Callable[[str], Any]]  # place among the values, what becomes of it
KeyOf = Callable[[Json], str | None]
FREE_KINDS = frozenset({"text", "iri", "platform", "language"})
MADE_LATER = frozenset({"statement", "content_hash", "text_hash"})


@dataclass(frozen=True)
class Trace:
    """One conversion: the values that went in, what came out, the agents met.

    `agents` are those with a key; `has_members_to_sort` says whether any group, also
    one without a key of its own, has several members.
    """

    values: Values
    content: str
    row: Json
    agents: tuple[tuple[Json, str], ...]
    has_members_to_sort: bool


@dataclass(frozen=True)
class Person:
    """An agent of a form: its value places, and the agent that they tell."""

    places: tuple[int, ...]
    steps: tuple[tuple[str, ...], ...]
    agent: Json = field(hash=False, compare=False)
    variant: str  # equal for agents written in the same way

    def agent_of(self, values: Values) -> Json:
        """Return the agent with these values at its places."""
        shown = {
            k: dict(v) if isinstance(v, dict) else v for k, v in self.agent.items()
        }
        for step, value in zip(self.steps, values, strict=True):
            holder = shown if len(step) == 1 else shown[step[0]]
            holder[step[-1]] = value
        return shown


Gap = Slot | Person


@dataclass(frozen=True)
class Template:
    """A text with gaps: the pieces around them, and what fills each gap."""

    pieces: tuple[str, ...]
    gaps: tuple[Gap, ...]

    @cached_property
    def pattern(self) -> str:
        """The text for the % operator."""
        return "%s".join(piece.replace("%", "%%") for piece in self.pieces)


@dataclass(frozen=True)
class Form:
    """What becomes of every statement of one form."""

    kinds: dict[int, Kind]
    people: tuple[Person, ...]
    content: Template
    text: Template
    constants: Json
    columns: dict[str, Gap]
    lists: dict[str, tuple[str | Gap, ...]]
    constant_texts: frozenset[str]  # of each statement, that could name people

    @cached_property
    def free_gaps(self) -> tuple[Slot, ...]:
        """The gaps of the text that any text may fill."""
        slots = (gap for gap in self.text.gaps if not isinstance(gap, Person))
        return tuple(
            slot for slot in set(slots) if self.kinds[slot[0]].name in FREE_KINDS
        )


def marked(example: Values, kinds: dict[int, Kind], first: int) -> Values:
    """Return the example with markers at its free places, the first one numbered."""
    copy = list(example)
    for number, (place, kind) in enumerate(kinds.items(), start=first):
        copy[place] = kind.marker(number)
    return tuple(copy)


def learn(kinds: dict[int, Kind], one: Trace, other: Trace) -> Form | None:
    """Return the form that two marked copies show, None if it is not understood."""
    if one.has_members_to_sort:
        return None  # members are compared in an order that their keys decide
    people = tuple(_people(kinds, one))
    if len(people) < len(one.agents):
        return None  # somebody would be a constant of the form, and not be reported
    gaps = _gaps(kinds, people, one)
    constants: Json = {}
    columns: dict[str, Gap] = {}
    lists: dict[str, tuple[str | Gap, ...]] = {}
    for name, value in one.row.items():
        if name in MADE_LATER:
            continue
        if value == other.row[name]:
            constants[name] = value
        elif isinstance(value, list):
            lists[name] = tuple(gaps.get(item, item) for item in value)
        elif gap := _column(name, kinds, people, one, other):
            columns[name] = gap
        else:
            return None
    content, text = _template(one.content, gaps), _template(one.row["statement"], gaps)
    both = _texts_of(one) & _texts_of(other)
    return Form(kinds, people, content, text, constants, columns, lists, both)


def _texts_of(trace: Trace) -> frozenset[str]:
    return frozenset(texts_in(json.loads(trace.row["statement"])))


def _people(kinds: dict[int, Kind], trace: Trace) -> Iterable[Person]:
    """Yield the agents that markers tell of."""
    place_of = {trace.values[place]: place for place in kinds}
    for agent, _key in trace.agents:
        shown = {name: value for name, value in agent.items() if name != "member"}
        found = [
            (place_of[value], step)
            for step, value in _strings(shown)
            if value in place_of
        ]
        if found:
            places, steps = zip(*found, strict=True)
            alike = Person(places, steps, shown, "").agent_of(("",) * len(places))
            yield Person(places, steps, shown, repr(alike))


def _strings(agent: Json) -> Iterable[tuple[tuple[str, ...], str]]:
    for name, value in agent.items():
        if isinstance(value, str):
            yield (name,), value
        elif isinstance(value, dict):
            for inner, text in value.items():
                yield (name, inner), text


def _gaps(
    kinds: dict[int, Kind], people: tuple[Person, ...], trace: Trace
) -> dict[str, Gap]:
    """Return every text that a marker may have become, and what made it."""
    gaps: dict[str, Gap] = {}
    for place, kind in kinds.items():
        for render in kind.renders:
            gaps.setdefault(render(trace.values[place]), (place, render))
    return gaps | {key: person for person, key in _keys(people, trace)}


def _keys(people: tuple[Person, ...], trace: Trace) -> Iterable[tuple[Person, str]]:
    for person in people:
        shown = person.agent_of(getter(person.places)(trace.values))
        for agent, key in trace.agents:
            if {n: v for n, v in agent.items() if n != "member"} == shown:
                yield person, key
                break


def _template(text: str, gaps: dict[str, Gap]) -> Template:
    longest_first = sorted(gaps, key=len, reverse=True)
    pieces = re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
    return Template(tuple(pieces[::2]), tuple(gaps[found] for found in pieces[1::2]))


def _column(
    name: str,
    kinds: dict[int, Kind],
    people: tuple[Person, ...],
    one: Trace,
    other: Trace,
) -> Gap | None:
    """Return what explains a column's value in both copies."""
    wanted = (one.row[name], other.row[name])
    for place, kind in kinds.items():
        for convert in kind.converts:
            got = (convert(one.values[place]), convert(other.values[place]))
            if got == wanted and type(got[0]) is type(wanted[0]):
                return place, convert
    first, second = dict(_pairs(people, one)), dict(_pairs(people, other))
    for person in people:
        if (first.get(person.places), second.get(person.places)) == wanted:
            return person
    return None


def _pairs(
    people: tuple[Person, ...], trace: Trace
) -> Iterable[tuple[tuple[int, ...], str]]:
    return ((person.places, key) for person, key in _keys(people, trace))
