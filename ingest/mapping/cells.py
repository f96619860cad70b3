"""The cells of one row as a mapping reads them: who, what, when, how well, how long."""

import re
from collections.abc import Mapping as Table
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ingest.identity import agents
from ingest.identity.agents import Agent
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
from ingest.mapping.people_headings import plain
from ingest.mapping.tables import Row
from ingest.parsing.days import DayClock
from ingest.parsing.durations import seconds_of
from ingest.parsing.join_keys import title_key
from ingest.parsing.numbers import number_of
from ingest.xapi.formats import is_iri, parse_duration
from ingest.xapi.terms import activity_types, verbs

LISTED = 8  # states that a message names
NOTHING = {"", "-", "--", "–", "—", "n/a", "na", "null", "none", "unknown", "#n/a"}
NOBODY = {"anonymous", "anonym", "anonyme", "anónimo", "anonimo", "anoniem", "匿名"}
UNITS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "milliseconds": 0.001}
_COUNT = re.compile(r"\s*\(\d+(?:-\d+)?\)$")
_OF = re.compile(r"^(-?[\d.,]+)\s*(?:/|of|von|sur|de)\s*([\d.,]+)$", re.IGNORECASE)


class Misfit(ValueError):
    """A row that a mapping cannot read: its code, its column, what is wrong."""

    def __init__(self, code: str, column: str, what: str) -> None:
        self.code, self.column = code, column
        super().__init__(what)


@dataclass(frozen=True)
class Cells:
    """One row, its cells by name; names are compared without case and punctuation."""

    row: Row
    spelt: Table[str, str]  # plain name -> name in the header
    clock: DayClock
    source: str
    file: str

    def of(self, column: Column | None) -> tuple[str, str]:
        """Return the first filled cell of a column's names, and its name."""
        names = column.names if column else ()
        there = [self.spelt[plain(n)] for n in names if plain(n) in self.spelt]
        for name in there:
            if self.row[name].casefold() not in NOTHING:
                return self.row[name], name
        return "", there[0] if there else (names[0] if names else "")

    def agent(self, person: Person) -> Agent | None:
        """Return who a row is about, None for an anonymous one.

        Raises:
            Misfit: nobody is named, or the address is none.
        """
        names = (person.name, person.given_name, person.family_name)
        whole, given, family = (self.of(column)[0] for column in names)
        name = whole or " ".join(part for part in (given, family) if part)
        email, in_column = self.of(person.email)
        if agent := agents.mail_agent(email, name):
            return agent
        identity, _name = self.of(person.account)
        if identity:
            home = person.home_page or f"https://tandem.example/accounts/{self.source}"
            return agents.account_agent(home, identity, name)
        if email.casefold() in NOBODY or (not email and name.casefold() in NOBODY):
            return None
        if email:
            raise Misfit("mapped.person", in_column, "this is no e-mail address")
        asked = person.email or person.account or person.name
        where = self.of(asked)[1]
        raise Misfit("mapped.person", where, "it is empty: every row is somebody's")

    def activity(self, activity: Activity) -> dict[str, Any]:
        """Return what a row is about.

        Raises:
            Misfit: no id and no name is there.
        """
        name, name_column = self.of(activity.name)
        identity, id_column = self.of(activity.id)
        fixed = (activity.fixed or "").replace("{file}", _titled(self.file))
        identity = fixed or identity or name
        if not identity:
            where = id_column or name_column
            raise Misfit("mapped.activity", where, "it is empty: what is it about?")
        if activity.hidden:
            identity, name = title_key(identity), ""
        iri = identity
        if activity.iri and not activity.fixed:
            iri = activity.iri.replace("{}", quote(identity, safe=""))
        elif not ("://" in identity and is_iri(identity)):
            slug = quote(" ".join(identity.split()), safe="")
            iri = f"https://tandem.example/activities/{self.source}/{slug}"
        kind = activity_types().get(activity.type, activity.type)
        definition: dict[str, Any] = {"type": kind}
        if name:
            definition["name"] = {"und": name}
        return {"objectType": "Activity", "id": iri, "definition": definition}

    def verb(self, verb: Verb) -> str | None:
        """Return the IRI of what was done, None where the row says that nothing was.

        Raises:
            Misfit: the cell is none of the values that the mapping lists.
        """
        if verb.fixed:
            return verbs().get(verb.fixed, verb.fixed)
        cell, where = self.of(verb.column)
        meant = {state_of(value): name for value, name in verb.values.items()}
        name = meant.get(state_of(cell), SKIP if not cell else verb.otherwise)
        if name is None:
            listed = ", ".join(list(verb.values)[:LISTED])
            if len(verb.values) > LISTED:
                listed += ", ...; `tandem map` proposes a mapping that knows it"
            raise Misfit("mapped.verb", where, f"{cell!r} is not one of {listed}")
        return None if name == SKIP else verbs().get(name, name)

    def has(self, column: Column | None) -> bool:
        """Return whether the table has one of a column's names, filled or not."""
        return any(
            plain(name) in self.spelt for name in (column.names if column else ())
        )

    def score(self, score: Score | None) -> dict[str, float]:
        """Return the score as xAPI has it, {} where there is none.

        Raises:
            Misfit: it is no number, or outside its bounds.
        """
        if score is None:
            return {}
        for column, divisor in ((score.scaled, 1.0), (score.percent, 100.0)):
            cell, where = self.of(column)
            if cell:
                by = 100.0 if cell.endswith("%") else divisor
                return {"scaled": _within(number_in(cell, where) / by, -1, 1, where)}
        return self._raw(score)

    def _raw(self, score: Score) -> dict[str, float]:
        cell, where = self.of(score.raw)
        if not cell:
            return {}
        if cell.endswith("%"):
            return {"scaled": _within(number_in(cell, where) / 100, -1, 1, where)}
        most, least = self._bound(score.max), self._bound(score.min)
        if found := _OF.match(cell):
            cell, most = found[1], number_in(found[2], where)
        said = {"raw": number_in(cell, where)}
        if least is not None:
            said["min"] = least
        if most is not None:
            low = least or 0.0
            if most <= low:
                raise Misfit(
                    "mapped.score",
                    where,
                    f"its maximum is {most:g}, no more than {low:g}",
                )
            _within(said["raw"], low, most, where)
            said |= {"max": most, "scaled": (said["raw"] - low) / (most - low)}
        return said

    def _bound(self, bound: Column | float | None) -> float | None:
        if not isinstance(bound, Column):
            return bound
        cell, where = self.of(bound)
        return number_in(cell, where) if cell else None

    def flag(self, flag: Flag | None) -> bool | None:
        """Return what a column says, None where it is empty.

        Raises:
            Misfit: the cell is none of the values that the mapping lists.
        """
        cell, where = self.of(flag.column) if flag else ("", "")
        if not flag or not cell:
            return None
        if state_of(cell) in {state_of(value) for value in flag.true}:
            return True
        if state_of(cell) in {state_of(value) for value in flag.false}:
            return False
        allowed = ", ".join((*flag.true, *flag.false))
        raise Misfit("mapped.flag", where, f"{cell!r} is not one of {allowed}")

    def seconds(self, duration: Duration | None) -> float | None:
        """Return how long, None where nothing says it.

        Raises:
            Misfit: it is no duration, or a number without a unit.
        """
        cell, where = self.of(duration.column) if duration else ("", "")
        if not duration or not cell:
            return None
        try:
            if cell.startswith("P") and (seconds := parse_duration(cell)) is not None:
                return float(seconds)
            if re.fullmatch(r"-?[\d.,]+", cell):
                if duration.unit is None:
                    raise ValueError("a bare number: say duration.unit in the mapping")
                found = number_in(cell, where) * UNITS[duration.unit]
            else:
                found = seconds_of(cell)
        except ValueError as error:
            what = f"{cell!r} is no duration ({error})"
            raise Misfit("mapped.duration", where, what) from error
        if found < 0:
            raise Misfit("mapped.duration", where, f"{cell!r} is less than nothing")
        return found


def state_of(cell: str) -> str:
    """Return a cell for comparison with the values of a mapping.

    `100`, `100.0` and `100%` are one number, `10.0` is another; words are compared
    without case, spaces and punctuation.
    """
    try:
        return f"{number_of(cell.removesuffix('%')):g}"
    except ValueError:
        return plain(cell)


def _titled(file: str) -> str:
    """Return a file's name without its ending and the count of a download: `(1-23)`."""
    return _COUNT.sub("", Path(file).stem).strip()


def number_in(cell: str, where: str) -> float:
    """Return the number of a cell.

    Raises:
        Misfit: it is none, or could be two.
    """
    try:
        return number_of(cell.rstrip("%"))
    except ValueError as error:
        what = str(error) if "could be" in str(error) else f"{cell!r} is no number"
        raise Misfit("mapped.number", where, what) from error


def _within(value: float, low: float, high: float, where: str) -> float:
    if not low <= value <= high:
        what = f"{value:g} is not between {low:g} and {high:g}"
        raise Misfit("mapped.score", where, what)
    return value
