"""Read the facts of a row of a completion report from its status and its dates.

Every fact stands alone: an enrolment lands although the status is not known, and a
completion although the date of the enrolment cannot be read.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ingest.connectors.mapped.rows.times import moment, time_of
from ingest.mapping.cells import Cells, InvalidCell
from ingest.mapping.completion_statuses import STATES, TABLE, State, state_of
from ingest.mapping.mapping_fields import SKIP, Person, Time, Verb
from ingest.mapping.mapping_file import Mapping
from ingest.mapping.phrase_tables import Phrases, may_be_shown, rows_of
from ingest.parsing.source_phrases import plain
from ingest.xapi.profiles.virtual_classroom import OWN
from ingest.xapi.terms import verbs

WAIVER_KIND, DUE_AT = f"{OWN}/waiver-kind", f"{OWN}/due-at"
ENROLLED_AT = f"{OWN}/interval-start"  # the enrolment that a fact ends or excuses
UNKNOWN = (
    "no known completion status: a line of extensions/completion_statuses.csv can say "
    "what it means"
)
MAX_UNKNOWN = 20  # different unknown words: more of them are no list of statuses
NO_FACT = {
    "waitlisted": "on a waiting list, so not enrolled",
    "requested": "asked for and not granted, so not enrolled",
    "in_progress": "in progress without a date of use",
    "started": "started without a date",
    "enrolled": "enrolled",
    "open": "not finished",
    "deadline": "late",
    "expired": "expired",
    "": "without a status",
}
ENROLMENT_ALONE = ": only the enrolment lands"
NOTHING = ": nothing lands, because no date of enrolment is printed"


@dataclass(frozen=True)
class Fact:
    """One fact of a row: verb, time (naive UTC, None where the row gives none)."""

    verb: str
    at: datetime | None
    has_result: bool = False
    result: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)


@dataclass
class Statuses:
    """The statuses of one table: what they mean, and what they came to."""

    mapping: Mapping
    column: Verb
    vendor: str
    phrases: Phrases = field(default_factory=TABLE.phrases)
    unknown: Counter[str] = field(default_factory=Counter)
    hidden_count: int = 0  # rows whose unknown word may name a person
    # State, and whether the row prints a date of enrolment.
    without_fact: Counter[tuple[str, bool]] = field(default_factory=Counter)
    expired_count: int = 0  # expired, with a date of completion
    seen: set[tuple[str, ...]] = field(default_factory=set)
    repeated_count: int = 0

    def is_repeated(self, cells: Cells) -> bool:
        """Return whether an earlier row is equal in every cell; count it if so."""
        row = tuple(cells.row.values())
        is_known = row in self.seen
        self.seen.add(row)
        self.repeated_count += is_known
        return is_known

    def facts(self, cells: Cells) -> Iterator[Fact | InvalidCell]:
        """Yield the facts of a row, and why one of them cannot be read."""
        state: State | None = None
        try:
            name = self._name_of(cells)
        except InvalidCell as error:
            yield error
        else:
            state = STATES.get(name) or State(name, needs_date=True, has_result=True)
            yield from self._fact(cells, name, state)
        if state is None or state.is_enrolled:
            yield from self._enrolment(cells, state)

    def _name_of(self, cells: Cells) -> str:
        """Return the state or verb of a row, "open" where its status is empty."""
        cell, where = cells.first_filled(self.column.column)
        if not cell:
            self._count_without_fact(cells, "")
            return "open"
        own = {plain(value): name for value, name in self.column.values.items()}
        name = own.get(plain(cell)) or state_of(self.phrases, cell, self.vendor)
        if name is None:
            raise InvalidCell("mapped.verb", where, self._unknown(cell, cells))
        return "open" if name == SKIP else name

    def _unknown(self, cell: str, cells: Cells) -> str:
        """Count an unknown word and return what is wrong with it."""
        if not may_be_shown(cell, set(cells_of(cells, self.mapping.person))):
            self.hidden_count += 1
            return f"it may name a person and is {UNKNOWN}"
        self.unknown[cell] += 1
        return f"{cell!r} is {UNKNOWN}"

    def _fact(
        self, cells: Cells, name: str, state: State
    ) -> Iterator[Fact | InvalidCell]:
        if state.verb is None:
            if cells.first_filled(self.column.column)[0]:
                self._count_without_fact(cells, name)
            self.expired_count += name == "expired" and self._is_finished(cells)
            return
        iri = verbs().get(state.verb, state.verb)
        try:
            at = self._time_of(cells, state, iri)
        except InvalidCell as error:
            yield error
            return
        if at is None and state.is_of_use:
            self._count_without_fact(cells, name)
            return
        about = {WAIVER_KIND: state.waiver_kind} if state.waiver_kind else {}
        if state.verb in UNDATED and (enrolled_at := self._enrolled_at(cells)):
            about[ENROLLED_AT] = f"{enrolled_at.isoformat()}Z"
        context: dict[str, Any] = {}
        due = self.mapping.deferred_to
        if name == "deferred" and due and _is_filled(cells, due):
            try:
                context["extensions"] = {DUE_AT: f"{moment(due, cells).isoformat()}Z"}
            except InvalidCell as error:
                yield error
        result = {"extensions": about} if about else {}
        yield Fact(iri, at, state.has_result, result, context)

    def _count_without_fact(self, cells: Cells, name: str) -> None:
        own = self.mapping.times.get("registered")
        self.without_fact[name, own is not None and _is_filled(cells, own)] += 1

    def _enrolled_at(self, cells: Cells) -> datetime | None:
        """Return when the person enrolled, None where the row does not say."""
        own = self.mapping.times.get("registered")
        try:
            return moment(own, cells) if own and _is_filled(cells, own) else None
        except InvalidCell:
            return None  # the enrolment itself says what is wrong with it

    def _time_of(self, cells: Cells, state: State, iri: str) -> datetime | None:
        """Return when a fact happened, None where the row does not say.

        Raises:
            InvalidCell: the date is needed and empty, or cannot be read.
        """
        if state.needs_date:
            return time_of(iri, cells, self.mapping)
        usual = None if state.verb in UNDATED else self.mapping.time
        own = self.mapping.times.get(str(state.verb), usual)
        return moment(own, cells) if own and _is_filled(cells, own) else None

    def _enrolment(
        self, cells: Cells, state: State | None
    ) -> Iterator[Fact | InvalidCell]:
        """Yield the enrolment where the row dates it, or where it is its status."""
        iri = verbs()["registered"]
        own = self.mapping.times.get("registered")
        try:
            if own is not None and _is_filled(cells, own):
                yield Fact(iri, moment(own, cells))
            elif state is STATES["enrolled"]:
                yield Fact(iri, time_of(iri, cells, self.mapping))
        except InvalidCell as error:
            yield error

    def _is_finished(self, cells: Cells) -> bool:
        own = self.mapping.times.get("completed")
        return own is not None and _is_filled(cells, own)

    def notes(self) -> Iterator[str]:
        """Yield what the user should know of the statuses, without people."""
        if len(self.unknown) > MAX_UNKNOWN:
            yield (
                f"{len(self.unknown):,} different words are no known completion "
                "status: a mapping may name another column as the status"
            )
        else:
            yield from TABLE.line_to_add(self.unknown, "completion status")
        if self.hidden_count:
            yield (
                f"{rows_of(self.hidden_count)} with an unknown status, which is not "
                "shown because it may name a person: see the lines refused"
            )
        for (name, is_dated), count in sorted(self.without_fact.items()):
            state = STATES.get(name)
            rest = ENROLMENT_ALONE if is_dated else NOTHING
            if state and not state.is_enrolled:
                rest = ""
            if name != "enrolled":
                yield f"{rows_of(count)} {NO_FACT[name]}{rest}"
        if self.expired_count:
            yield (
                f"{rows_of(self.expired_count)} expired with a date of completion, "
                "which has not landed: if expired means completed here, add the line "
                f"Expired,completed below the heading phrase,state of "
                f"{TABLE.own_file()}, then land the file again"
            )
        if self.repeated_count:
            yield (
                f"{rows_of(self.repeated_count)} equal to an earlier row in every "
                "cell, counted once"
            )


UNDATED = ("waived", "unregistered", "deferred")  # no other date of a row dates them


def cells_of(cells: Cells, person: Person | None) -> Iterator[str]:
    """Yield the filled cells of a row that name its person."""
    fields = type(person).model_fields if person else ()
    columns = [getattr(person, name) for name in fields if name != "home_page"]
    yield from filter(None, (cells.first_filled(column)[0] for column in columns))


def _is_filled(cells: Cells, time: Time) -> bool:
    return bool(cells.first_filled(time.column or time.date)[0])
