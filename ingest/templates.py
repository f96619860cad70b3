"""Empty tables for the organisation to fill, from the declaration that reads them."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from ingest.choice_lists import ChoiceLists, offer
from ingest.connectors.organisation.format.table_columns import layout
from ingest.storage.organisation_tables import Column, organisation_tables
from tandem.core.errors import TandemError
from tandem.core.seeds import seed_rows

GUIDE = "How to fill"
LISTS = "Allowed values"
ROWS_WITH_CHOICES = 2000
HEADINGS = ("table", "column", "required", "value", "meaning", "example")
YES_NO = ("yes", "no")
KINDS = {
    "person": "e-mail address",
    "text": "text",
    "whole": "whole number",
    "number": "number",
    "yes_no": "yes or no",
    "time": "day or time",
    "day": "day",
}


class UnknownTable(TandemError):
    """No table has the name that was asked for."""


@dataclass(frozen=True)
class Template:
    """The tables of a template, in the order in which they were asked for."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, names: list[str]) -> "Template":
        """Return a template of some tables, or of all of them for no name.

        Raises:
            UnknownTable: a name that is not declared.
        """
        known = organisation_tables()
        for name in names:
            if name not in known:
                raise UnknownTable(
                    f"there is no table {name}", "", f"choose from: {', '.join(known)}"
                )
        return cls(tuple(dict.fromkeys(names)) or tuple(known))

    def as_csv(self) -> str:
        """Return the header line of the template's only table.

        Raises:
            UnknownTable: the template has more than one table.
        """
        if len(self.names) != 1:
            raise UnknownTable(
                "a CSV holds one table", "", "name one table, or ask for a workbook"
            )
        text = io.StringIO()
        names = [column.name for column in layout()[self.names[0]]]
        csv.writer(text, lineterminator="\n").writerow(names)
        return text.getvalue()

    def write_workbook(self, path: Path) -> None:
        """Write a workbook: a guide, and one empty sheet per table.

        Cells offer the allowed values; a heading's note says what belongs below it.
        Sheets are read by the names of tables, so that the guide is not read.
        """
        with xlsxwriter.Workbook(str(path), {"in_memory": True}) as workbook:
            bold = workbook.add_format({"bold": True, "bottom": 1})
            required = workbook.add_format(
                {"bold": True, "bottom": 1, "bg_color": "#E9EDF1"}
            )
            wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
            guide = workbook.add_worksheet(GUIDE)
            sheets = {name: workbook.add_worksheet(name) for name in self.names}
            lists = ChoiceLists(workbook.add_worksheet(LISTS), bold)
            _write_guide(guide, self.names, bold, wrapped)
            for name, sheet in sheets.items():
                sheet.freeze_panes(1, 0)
                for position, column in enumerate(layout()[name]):
                    style = required if column.is_required else bold
                    sheet.write_string(0, position, column.name, style)
                    sheet.write_comment(0, position, note(column), {"x_scale": 2})
                    sheet.set_column(position, position, max(12, len(column.name) + 3))
                    choices = allowed_values(column)
                    if not choices:
                        continue
                    offer(
                        sheet,
                        position,
                        ROWS_WITH_CHOICES,
                        lists.add(f"{name}.{column.name}", choices),
                        "Not an allowed value",
                        note(column),
                    )


def allowed_values(column: Column) -> tuple[str, ...]:
    """Return the values that a column may have; empty where it may have any."""
    if column.kind == "yes_no":
        return YES_NO
    if column.allowed_in:
        rows = seed_rows(column.allowed_in)
        return tuple(next(iter(row.values())) for row in rows)
    return column.allowed


def value_words(column: Column) -> str:
    """Return what a column's values are, with their bounds."""
    choices = allowed_values(column)
    if choices and column.kind != "yes_no":
        return "one of: " + ", ".join(choices)
    bounds = [
        f"above {column.above:g}" if column.above is not None else "",
        f"from {column.minimum:g}" if column.minimum is not None else "",
        f"to {column.maximum:g}" if column.maximum is not None else "",
    ]
    return " ".join([KINDS[column.kind], *filter(None, bounds)])


def note(column: Column) -> str:
    """Return the note of a heading: meaning, values and an example."""
    needed = "Required. " if column.is_required else ""
    example = f" Example: {column.example}" if column.example else ""
    return f"{needed}{column.meaning} Value: {value_words(column)}.{example}"


def _write_guide(
    guide: Worksheet, names: tuple[str, ...], bold: object, wrapped: object
) -> None:
    guide.write_row(0, 0, HEADINGS, bold)
    guide.freeze_panes(1, 0)
    for position, width in enumerate((20, 26, 10, 34, 52, 30)):
        guide.set_column(position, position, width)
    line = 1
    for name in names:
        grain = organisation_tables()[name].grain
        guide.write_row(line, 0, (name, "", "", "", grain, ""), wrapped)
        for column in layout()[name]:
            line += 1
            needed = "yes" if column.is_required else ""
            words = value_words(column), column.meaning, column.example
            guide.write_row(line, 0, (name, column.name, needed, *words), wrapped)
        line += 1
