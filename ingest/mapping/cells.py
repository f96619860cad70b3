"""Read the cells of one row by a mapping: person, activity, verb, score, duration."""

import re
from collections.abc import Mapping as Table
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ingest.identity import agents
from ingest.identity.agents import Agent
from ingest.mapping.column_formats import EMPTY_CELLS, ColumnFormats
from ingest.mapping.mapping_fields import (
    SKIP,
    Activity,
    Column,
    Duration,
    Flag,
    Person,
    Score,
    Verb,
)
from ingest.mapping.tables import Row
from ingest.parsing.days import DayClock
from ingest.parsing.join_keys import title_key
from ingest.parsing.numbers import Sign, number_of
from ingest.parsing.source_phrases import plain, source_phrases
from ingest.xapi.formats import is_iri
from ingest.xapi.terms import activity_types, verbs

MAX_STATES_IN_MESSAGE = 8
NO_FORMATS = ColumnFormats()
PEOPLE = source_phrases("any", "people")
_COUNT = re.compile(r"\s*\(\d+(?:-\d+)?\)$")
_OF = re.compile(r"^(-?[\d.,]+)\s*(?:/|of|von|sur|de)\s*([\d.,]+)$", re.IGNORECASE)


class InvalidCell(ValueError):
    """A cell that a mapping cannot read: rejection code, column and reason."""

    def __init__(self, code: str, column: str, reason: str) -> None:
        self.code, self.column = code, column
        super().__init__(reason)


@dataclass(frozen=True)
class Cells:
    """One row with its cells by name; names are compared by their plain form."""

    row: Row
    column_names: Table[str, str]  # plain form -> name in the header
    clock: DayClock
    source: str
    file: str
    formats: ColumnFormats = NO_FORMATS

    def first_filled(self, column: Column | None) -> tuple[str, str]:
        """Return the first filled cell of a column's names, and its name."""
        names = column.names if column else ()
        present = [
            self.column_names[plain(n)] for n in names if plain(n) in self.column_names
        ]
        for name in present:
            if self.row[name].casefold() not in EMPTY_CELLS:
                return self.row[name], name
        return "", present[0] if present else (names[0] if names else "")

    def agent(self, person: Person) -> Agent | None:
        """Return the person of a row, None for an anonymous row.

        Raises:
            InvalidCell: the row names no person, or its e-mail address is invalid.
        """
        names = (person.name, person.given_name, person.family_name)
        whole, given, family = (self.first_filled(column)[0] for column in names)
        name = whole or " ".join(part for part in (given, family) if part)
        email, in_column = self.first_filled(person.email)
        if agent := agents.mail_agent(email, name):
            return agent
        identity, _name = self.first_filled(person.account)
        if identity:
            home = person.home_page or f"https://tandem.example/accounts/{self.source}"
            return agents.account_agent(home, identity, name)
        if PEOPLE.matches(email or name, "anonymous"):
            return None
        if email:
            raise InvalidCell("mapped.person", in_column, "this is no e-mail address")
        missing = person.email or person.account or person.name
        where = self.first_filled(missing)[1]
        raise InvalidCell(
            "mapped.person", where, "it is empty: every row needs a person"
        )

    def activity(self, activity: Activity) -> dict[str, Any]:
        """Return the xAPI activity of a row.

        Raises:
            InvalidCell: the row has neither an id nor a name.
        """
        name, name_column = self.first_filled(activity.name)
        identity, id_column = self.first_filled(activity.id)
        fixed = (activity.fixed or "").replace("{file}", title_of(self.file))
        identity = fixed or identity or name
        if not identity:
            where = id_column or name_column
            raise InvalidCell(
                "mapped.activity", where, "it is empty: every row needs an activity"
            )
        if activity.hidden:
            identity, name = title_key(identity), ""
        iri = identity
        if activity.iri and not activity.fixed:
            iri = activity.iri.replace("{}", quote(identity, safe=""))
        elif not ("://" in identity and is_iri(identity)):
            slug = quote(" ".join(identity.split()), safe="")
            iri = f"https://tandem.example/activities/{self.source}/{slug}"
        name_of_type = activity.type
        if activity.whole_type and not self.first_filled(activity.within)[0]:
            name_of_type = activity.whole_type
        kind = activity_types().get(name_of_type, name_of_type)
        definition: dict[str, Any] = {"type": kind}
        if name:
            definition["name"] = {"und": name}
        return {"objectType": "Activity", "id": iri, "definition": definition}

    def course_of(self, activity: Activity | None) -> dict[str, Any] | None:
        """Return the course that the activity of a row is part of, if it names one."""
        name, column = self.first_filled(activity.within if activity else None)
        return self.activity(Activity(name=Column(names=(column,)))) if name else None

    def verb(self, verb: Verb) -> str | None:
        """Return the IRI of a row's verb, None for a value that the mapping skips.

        Raises:
            InvalidCell: the mapping does not list the value of the cell.
        """
        if verb.fixed:
            return verbs().get(verb.fixed, verb.fixed)
        cell, where = self.first_filled(verb.column)
        by_state = {state_of(value): name for value, name in verb.values.items()}
        name = by_state.get(state_of(cell), SKIP if not cell else verb.otherwise)
        if name is None:
            listed = ", ".join(list(verb.values)[:MAX_STATES_IN_MESSAGE])
            if len(verb.values) > MAX_STATES_IN_MESSAGE:
                listed += ", ...; `tandem map` proposes a mapping that knows it"
            raise InvalidCell("mapped.verb", where, f"{cell!r} is not one of {listed}")
        return None if name == SKIP else verbs().get(name, name)

    def has(self, column: Column | None) -> bool:
        """Return whether the table has one of a column's names, filled or empty."""
        return any(
            plain(name) in self.column_names
            for name in (column.names if column else ())
        )

    def score(self, score: Score | None) -> dict[str, float]:
        """Return the xAPI score of a row, {} if it has none.

        Raises:
            InvalidCell: the cell is no number, or outside its bounds.
        """
        if score is None:
            return {}
        for column, divisor in ((score.scaled, 1.0), (score.percent, 100.0)):
            cell, where = self.first_filled(column)
            if cell:
                by = 100.0 if cell.endswith("%") else divisor
                return {"scaled": _within(self.number(cell, where) / by, -1, 1, where)}
        return self._raw(score)

    def _raw(self, score: Score) -> dict[str, float]:
        cell, where = self.first_filled(score.raw)
        if not cell:
            return {}
        if cell.endswith("%"):
            return {"scaled": _within(self.number(cell, where) / 100, -1, 1, where)}
        highest, lowest = self._bound(score.max), self._bound(score.min)
        if match := _OF.match(cell):
            cell, highest = match[1], self.number(match[2], where)
        score_of_row = {"raw": self.number(cell, where)}
        if lowest is not None:
            score_of_row["min"] = lowest
        if highest is not None:
            low = lowest or 0.0
            if highest <= low:
                raise InvalidCell(
                    "mapped.score",
                    where,
                    f"its maximum is {highest:g}, no more than {low:g}",
                )
            raw = _within(score_of_row["raw"], low, highest, where)
            score_of_row |= {"max": highest, "scaled": (raw - low) / (highest - low)}
        return score_of_row

    def _bound(self, bound: Column | float | None) -> float | None:
        if not isinstance(bound, Column):
            return bound
        cell, where = self.first_filled(bound)
        return self.number(cell, where) if cell else None

    def number(self, cell: str, where: str) -> float:
        """Return the number of a cell, by the decimal sign that its column proves.

        Raises:
            InvalidCell: the cell is no number, or ambiguous.
        """
        return number_in(cell, where, self.formats.signs.get(where))

    def flag(self, flag: Flag | None) -> bool | None:
        """Return the yes or no of a cell, None if it is empty.

        Raises:
            InvalidCell: the mapping does not list the value of the cell.
        """
        cell, where = self.first_filled(flag.column) if flag else ("", "")
        if not flag or not cell:
            return None
        if state_of(cell) in {state_of(value) for value in flag.true}:
            return True
        if state_of(cell) in {state_of(value) for value in flag.false}:
            return False
        allowed = ", ".join((*flag.true, *flag.false))
        raise InvalidCell("mapped.flag", where, f"{cell!r} is not one of {allowed}")

    def seconds(self, duration: Duration | None) -> float | None:
        """Return the duration of a row in seconds, None if its cell is empty.

        Raises:
            InvalidCell: the cell is no duration.
        """
        cell, where = self.first_filled(duration.column) if duration else ("", "")
        if not cell:
            return None
        try:
            return self.formats.durations[where].seconds(cell)
        except ValueError as error:
            what = f"{cell!r} is no duration ({error})"
            raise InvalidCell("mapped.duration", where, what) from error


def state_of(cell: str) -> str:
    """Return the form of a cell that is compared with the values of a mapping.

    `100`, `100.0` and `100%` are equal numbers; words are compared without case, spaces
    and punctuation.
    """
    try:
        return f"{number_of(cell.removesuffix('%')):g}"
    except ValueError:
        return plain(cell)


def title_of(file: str) -> str:
    """Return a file's name without its suffix and a download's counter: `(1-23)`."""
    return _COUNT.sub("", Path(file).stem).strip()


def number_in(cell: str, where: str, sign: Sign | None = None) -> float:
    """Return the number of a cell.

    Raises:
        InvalidCell: the cell is no number, or ambiguous.
    """
    try:
        return number_of(cell.rstrip("% "), sign)
    except ValueError as error:
        what = str(error) if "could be" in str(error) else f"{cell!r} is no number"
        raise InvalidCell("mapped.number", where, what) from error


def _within(value: float, low: float, high: float, where: str) -> float:
    if not low <= value <= high:
        what = f"{value:g} is not between {low:g} and {high:g}"
        raise InvalidCell("mapped.score", where, what)
    return value
