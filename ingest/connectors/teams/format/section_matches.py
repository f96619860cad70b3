"""Which row of the second section and which rows of the third are one person.

The two sections spell a person differently: ` (External)` after the name, a missing
space, no address in one of them. A row of the second section is the person of the third
who has its address; else whose first join and last leave are the row's, and of several
such people the one whose name has the same letters; else who has its name. Two people
of one name that neither tells apart keep the name without an address: people are not
merged by name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

_SUFFIX = re.compile(r"\s*[(（][^()（）]*[)）]$")
Span = tuple[datetime, datetime | None]
Key = tuple[str, str]  # name, and address in lower case or ""


@dataclass(frozen=True)
class SectionRow:
    """A row of a section: its line, name, address, and its span in UTC if readable."""

    line: int
    name: str
    address: str | None
    span: Span | None = None


@dataclass
class Person:
    """Rows of the third section under one name and address, and the span of them all.

    `matched` are the rows of the second section that are this person. `is_shared` is
    true where several people have the name and their connections cannot be told apart.
    """

    name: str
    address: str | None
    rows: list[SectionRow] = field(default_factory=list)
    matched: list[SectionRow] = field(default_factory=list)
    is_shared: bool = False

    @property
    def is_connected(self) -> bool:
        """Whether the third section has the connections of this person."""
        return bool(self.rows) or self.is_shared

    @property
    def span(self) -> Span | None:
        """First join and last leave, None where one of them is not known."""
        spans = [row.span for row in self.rows]
        if not spans or any(span is None or span[1] is None for span in spans):
            return None
        known = [span for span in spans if span is not None]
        return min(span[0] for span in known), max(span[1] for span in known if span[1])


def people_of(
    people: Sequence[SectionRow], connections: Sequence[SectionRow]
) -> list[Person]:
    """Return the people of both sections; one known by a total only has no rows."""
    found = _by_name_and_address(people, connections)
    open_rows = list(people)
    for key_of in KEYS:
        open_rows = _match(open_rows, people, found, key_of)
    found = _with_other_spellings(found, people)
    matched = {row.line for person in found for row in person.matched}
    open_rows = [row for row in people if row.line not in matched]
    for person in found:
        person.address = person.address or next(
            (row.address for row in person.matched if row.address), None
        )
    names = {person.name for person in found}
    return found + [
        Person(row.name, row.address, matched=[row], is_shared=row.name in names)
        for row in open_rows
    ]


def _with_other_spellings(
    found: list[Person], people: Sequence[SectionRow]
) -> list[Person]:
    """Return people with the connections that the third section spells differently.

    A person without a row is another spelling of the one row of that name, if the
    connections lie within the row's span or the name is the same.
    """
    of_the_name: dict[str, list[SectionRow]] = defaultdict(list)
    for row in people:
        of_the_name[bare_name(row.name)].append(row)
    owners = {row.line: person for person in found for row in person.matched}
    kept = [person for person in found if person.matched]
    for person in (person for person in found if not person.matched):
        rows = of_the_name[bare_name(person.name)]
        if person.is_shared or len(rows) != 1 or not _is_spelling_of(rows[0], person):
            kept.append(person)
        elif owner := owners.get(rows[0].line):
            owner.rows += person.rows
        else:
            person.matched.append(rows[0])
            owners[rows[0].line] = person
            kept.append(person)
    return kept


def _is_spelling_of(row: SectionRow, person: Person) -> bool:
    """Return whether connections under another spelling may be those of a row."""
    inside = _rows_of_span(person.rows, row.span)
    is_inside = len(inside) == len(person.rows)
    return not _conflict(row, person) and (row.name == person.name or is_inside)


def _by_name_and_address(
    people: Sequence[SectionRow], connections: Sequence[SectionRow]
) -> list[Person]:
    groups: dict[Key, list[SectionRow]] = defaultdict(list)
    for row in connections:
        groups[row.name, (row.address or "").casefold()].append(row)
    # A person whose connections print the address is not one of those without.
    with_address = {address for _name, address in groups}
    of_the_name: dict[str, list[SectionRow]] = defaultdict(list)
    for row in people:
        if not row.address or row.address.casefold() not in with_address:
            of_the_name[row.name].append(row)
    found = []
    for (name, address), rows in groups.items():
        others = [] if address else of_the_name[name]
        parts = _parts(rows, others) if len(others) > 1 else [rows]
        is_shared = not parts
        found += [
            Person(name, rows[0].address, part, is_shared=is_shared)
            for part in parts or [rows]
        ]
    return found


def _parts(
    rows: list[SectionRow], of_the_name: list[SectionRow]
) -> list[list[SectionRow]]:
    """Return the rows of each of several people of one name, [] where it is not clear.

    It is clear if each has one row with exactly the person's span; also if the rows
    within each person's span begin and end with it, and no row is within two spans.
    """
    exact = [[row for row in rows if row.span == other.span] for other in of_the_name]
    inside = [_rows_of_span(rows, other.span) for other in of_the_name]
    for parts in (exact, inside):
        lines = [row.line for part in parts for row in part]
        is_clear = len(lines) == len(set(lines)) == len(rows) and all(
            other.span and part and Person("", None, part).span == other.span
            for part, other in zip(parts, of_the_name, strict=True)
        )
        if is_clear:
            return parts
    return []


def _rows_of_span(rows: Iterable[SectionRow], span: Span | None) -> list[SectionRow]:
    if span is None or span[1] is None:
        return []
    first, last = span
    return [
        row
        for row in rows
        if row.span and row.span[1] and first <= row.span[0] and row.span[1] <= last
    ]


def _match(
    open_rows: list[SectionRow],
    people: Sequence[SectionRow],
    found: list[Person],
    key_of: Callable[[SectionRow | Person], object],
) -> list[SectionRow]:
    """Match rows and people that have a key alone in common; return the other rows.

    A row and a person with different addresses are never the same. A person that has a
    row already takes no other.
    """
    free: dict[object, list[Person]] = defaultdict(list)
    for person in found:
        is_free = not person.matched and not person.is_shared
        if is_free and (key := key_of(person)):
            free[key].append(person)
    pairs = [
        (row, person)
        for row in open_rows
        for person in free.get(key_of(row), [])
        if not _conflict(row, person)
    ]
    row_counts = Counter(row.line for row, _person in pairs)
    person_counts = Counter(id(person) for _row, person in pairs)
    row_names = {row.name for row in people}
    names = {person.name for person in found}
    matched = set()
    for row, person in pairs:
        is_only_pair = row_counts[row.line] == person_counts[id(person)] == 1
        # Ana is not Bo because both came and went in the same second, or minute.
        is_named = row.name == person.name or key_of is _address_key
        is_elsewhere = row.name in names or person.name in row_names
        if is_only_pair and (is_named or not is_elsewhere):
            person.matched.append(row)
            matched.add(row.line)
    return [row for row in open_rows if row.line not in matched]


def _conflict(row: SectionRow, person: Person) -> bool:
    has_both = bool(row.address and person.address)
    return has_both and _address_key(row) != _address_key(person)


def _address_key(item: SectionRow | Person) -> str | None:
    return item.address.casefold() if item.address else None


def _span_key(item: SectionRow | Person) -> Span | None:
    return item.span if item.span and item.span[1] else None


def _span_and_name_key(item: SectionRow | Person) -> tuple[Span, str] | None:
    span = _span_key(item)
    return (span, item.name) if span else None


def _span_and_letters_key(item: SectionRow | Person) -> tuple[Span, str] | None:
    span, letters = _span_key(item), "".join(filter(str.isalnum, bare_name(item.name)))
    return (span, letters) if span and letters else None


def _name_key(item: SectionRow | Person) -> str:
    return item.name


def _bare_name_key(item: SectionRow | Person) -> str:
    return bare_name(item.name)


# From the surest to the least sure.
KEYS = (
    _address_key,
    _span_and_name_key,
    _span_and_letters_key,
    _span_key,
    _name_key,
    _bare_name_key,
)


@lru_cache(maxsize=20_000)
def bare_name(name: str) -> str:
    """Return a name without suffixes in brackets, in lower case."""
    bare = name
    while shorter := _SUFFIX.sub("", bare):
        if shorter == bare:
            break
        bare = shorter
    return " ".join(bare.casefold().split())
