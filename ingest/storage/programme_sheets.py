"""The sheets of the workbook about programmes; programme_sheets.toml declares them."""

import tomllib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from tandem.core.seeds import seed_rows

START, LISTS = "Start here", "Allowed values"
ID_HEADING = "Tandem id (do not change)"
REASON = "Why: {heading}"
YES_NO = (("yes", "Yes"), ("no", "No"))
UNCLASSIFIED = "unclassified"  # what Tandem says where nothing is filled in
# The sheet whose names a cell of each of these kinds holds.
REFERENCES = {"programme": "programmes", "group": "groups"}
FILE_NAME, CSV_PREFIX = "tandem-programmes.xlsx", "tandem-"


@dataclass(frozen=True)
class Field:
    """A column of a sheet; its attributes are those of the declaration."""

    name: str
    heading: str
    kind: str
    note: str
    width: int
    choices: str | tuple[tuple[str, str], ...] = ()
    is_needed: bool = False
    is_required: bool = False
    has_reason: bool = False

    @property
    def reason_heading(self) -> str:
        """The heading of the column that says why its value is suggested."""
        return REASON.format(heading=self.heading)

    @cached_property
    def labels(self) -> dict[str, str]:
        """The words for each allowed value, in order; empty where any is allowed."""
        if self.kind == "yes_no":
            return dict(YES_NO)
        if isinstance(self.choices, str):
            rows = seed_rows(self.choices)
            first = next(iter(rows[0]))
            return {r[first]: r["label"] for r in rows if r[first] != UNCLASSIFIED}
        return dict(self.choices)


@dataclass(frozen=True)
class SheetOf:
    """A sheet: its name in the workbook, what a row is, and its columns."""

    name: str
    title: str
    what: str
    fields: tuple[Field, ...]

    @property
    def headings(self) -> list[str]:
        """All headings in order: reasons beside their columns, the id last."""
        found = []
        for one in self.fields:
            found.append(one.heading)
            if one.has_reason:
                found.append(one.reason_heading)
        return [*found, ID_HEADING]

    def field(self, name: str) -> Field:
        """Return a column by its name."""
        return next(one for one in self.fields if one.name == name)

    @property
    def file_name(self) -> str:
        """Its name as a CSV file."""
        return f"{CSV_PREFIX}{self.name}.csv"


@dataclass
class Row:
    """A row of a sheet: Tandem's id, and words as people read them, by column."""

    identity: str
    cells: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def missing(self, sheet: SheetOf) -> list[Field]:
        """Return the columns that are needed and empty."""
        return [f for f in sheet.fields if f.is_needed and not self.cells.get(f.name)]


Rows = dict[str, list[Row]]  # by name of the sheet


@lru_cache(maxsize=1)
def programme_sheets() -> dict[str, SheetOf]:
    """Return the declared sheets by name, in order."""
    path = Path(__file__).with_suffix(".toml")
    declared = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        name: SheetOf(
            name,
            given["title"],
            given["what"],
            tuple(_field(key, rest) for key, rest in given["columns"].items()),
        )
        for name, given in declared.items()
    }


def _field(name: str, given: dict) -> Field:
    choices = given.get("choices", ())
    if not isinstance(choices, str):
        choices = tuple((value, label) for value, label in choices)
    return Field(name=name, **given | {"choices": choices})
