"""Check the words of a filled workbook, and turn them into the values of the tables."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from ingest.connectors.programmes.format.filled_sheets import FilledRow, plain
from ingest.storage.programme_ids import activity_of, group_of, keys_of_meeting
from ingest.storage.programme_sheets import REFERENCES, Field, programme_sheets
from tandem.core.errors import Problem

MOST_SHOWN = 12  # names in a message; the list in the cell shows all
Value = str | int | bool | date | None


@dataclass
class Checked:
    """Values of all rows by sheet, every problem, and how many cells are open."""

    values: dict[str, list[tuple[FilledRow, dict[str, Value]]]] = field(
        default_factory=dict
    )
    problems: list[Problem] = field(default_factory=list)
    open_count: int = 0  # cells that are needed and empty
    moved: list[str] = field(default_factory=list)  # groups that a roster has elsewhere


class Check:
    """Checks rows; names of programmes and groups are those of the same workbook."""

    def __init__(self, rows: list[FilledRow], day: Callable[[str], date]) -> None:
        """Read the names first, since rows of any sheet refer to them.

        Args:
            rows: all rows of the workbook.
            day: reads a cell as a day, or raises ValueError.
        """
        self._rows, self._day = rows, day
        self._found = Checked()
        self._ids = {"programmes": self._named("programmes", "programme_name")}
        self._ids["groups"] = self._named("groups", "cohort_name")

    def all(self) -> Checked:
        """Return the values of all rows, and the problems."""
        for one in self._rows:
            values: dict[str, Value] = {
                f.name: self._value(one, f) for f in one.sheet.fields
            }
            for needed in one.row.missing(one.sheet):
                if needed.is_required:
                    self._problem(one, needed, "", "a value is needed here")
                else:
                    self._found.open_count += 1
            self._check_id(one)
            self._found.values.setdefault(one.sheet.name, []).append((one, values))
        self._check_order()
        return self._found

    def identity(self, sheet: str, name: str) -> str:
        """Return the id of a programme or group by its name."""
        return self._ids[sheet].get(plain(name), "")

    def _named(self, sheet: str, column: str) -> dict[str, str]:
        found: dict[str, str] = {}
        taken: set[str] = set()
        for one in self._rows:
            if one.sheet.name != sheet or not one.row.cells[column]:
                continue
            name = one.row.cells[column]
            named = one.sheet.field(column)
            identity = self._identity(one, named) or _slug(name)
            if plain(name) in found:
                self._problem(one, named, name, "a name may be used once only")
            elif identity in taken:
                what = "two rows have the same hidden id: clear that of the copied one"
                self._problem(one, named, name, what)
            taken.add(identity)
            found.setdefault(plain(name), identity)
        return found

    def _identity(self, one: FilledRow, named: Field) -> str:
        """Return the hidden id of a programme or group, and compare its roster's."""
        if one.sheet.name != "groups":
            return one.row.identity
        try:
            cohort, programme = group_of(one.row.identity)
        except ValueError:
            what = "a row that Tandem wrote: its hidden id was changed"
            self._problem(one, named, one.row.cells[named.name], what)
            return ""
        chosen = self._ids["programmes"].get(plain(one.row.cells["programme_id"]))
        if programme and chosen and chosen != programme:
            self._found.moved.append(one.row.cells[named.name])
        return cohort

    def _value(self, one: FilledRow, column: Field) -> Value:
        text = one.row.cells[column.name]
        if not text or column.kind == "shown":
            return None
        match column.kind:
            case "choice" | "yes_no":
                return self._choice(one, column, text)
            case "programme" | "group":
                return self._reference(one, column, text)
            case "whole":
                return self._whole(one, column, text)
            case "day":
                return self._day_of(one, column, text)
        return text

    def _choice(self, one: FilledRow, column: Field, text: str) -> Value:
        known = {plain(label): value for value, label in column.labels.items()}
        known |= {plain(value): value for value in column.labels}
        value = known.get(plain(text))
        if value is None:
            self._problem(one, column, text, " or ".join(column.labels.values()))
            return None
        return value == "yes" if column.kind == "yes_no" else value

    def _reference(self, one: FilledRow, column: Field, text: str) -> Value:
        sheet = REFERENCES[column.kind]
        identity = self.identity(sheet, text)
        if not identity:
            names = [
                next(iter(o.row.cells.values()))
                for o in self._rows
                if o.sheet.name == sheet
            ]
            near = get_close_matches(text, names, n=3) or sorted(names)[:MOST_SHOWN]
            title = programme_sheets()[sheet].title
            allowed = f"a name of sheet {title}, such as {', '.join(near)}"
            self._problem(one, column, text, allowed)
        return identity or None

    def _whole(self, one: FilledRow, column: Field, text: str) -> Value:
        number = int(text) if re.fullmatch(r"\d{1,9}", text) else 0
        if number < 1:
            self._problem(one, column, text, "a whole number from 1")
            return None
        return number

    def _day_of(self, one: FilledRow, column: Field, text: str) -> Value:
        try:
            return self._day(text)
        except ValueError:
            self._problem(one, column, text, "a day such as 2026-04-30")
            return None

    def _check_id(self, one: FilledRow) -> None:
        reads = {"meetings": keys_of_meeting, "content": activity_of}
        read = reads.get(one.sheet.name)
        first = one.sheet.fields[0]
        if read is None:
            return
        try:
            found = read(one.row.identity)
        except ValueError:
            found = None
        if not found or found == ("", {}):
            what = "a row that Tandem wrote: its hidden id is missing or was changed"
            self._problem(one, first, one.row.cells[first.name], what)

    def _check_order(self) -> None:
        for one, values in self._found.values.get("groups", []):
            begins, ends = values["starts_at"], values["ends_at"]
            if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
                column, text = one.sheet.field("ends_at"), one.row.cells["ends_at"]
                self._problem(one, column, text, "a day not before that in Begins on")

    def _problem(self, one: FilledRow, column: Field, value: str, allowed: str) -> None:
        self._found.problems.append(
            Problem(one.place, one.line, column.heading, value, allowed)
        )


def _slug(name: str) -> str:
    words = re.sub(r"[^\w]+", "-", name.casefold()).strip("-")
    return words[:60] or "unnamed"
