"""Rows of a Teams report, and where in a file one report ends and the next begins."""

import re

from ingest.parsing.text import is_blank, rows

Rows = list[tuple[int, list[str]]]

_ONE_CELL = re.compile(r'^"((?:[^"\n\t]|"")*\t(?:[^"\n]|"")*)"[,;]*$', re.MULTILINE)


def table_of(text: str, mark: str) -> Rows:
    """Return the rows of a text with their lines.

    A spreadsheet that took each line for one cell has quoted those with a comma in
    them: such a cell is a line with tabs again.
    """
    plain = _ONE_CELL.sub(lambda line: line.group(1).replace('""', '"'), text)
    return list(enumerate(rows(plain, mark), start=1))


def reports_in(table: Rows) -> list[Rows]:
    """Return the reports of a table: each begins with the words that the first does."""
    filled = (row for _line, row in table if not is_blank(row))
    first = _folded(next(filled, []))
    if any(any(letter.isdigit() for letter in cell) for cell in first[1:]):
        return [table]  # not a heading: somebody's join
    found: list[Rows] = [[]]
    for line, row in table:
        if found[-1] and first and _folded(row) == first:
            found.append([])
        found[-1].append((line, row))
    return found


def _folded(row: list[str]) -> list[str]:
    """Return the cells that say anything, in whatever case."""
    return [cell.casefold() for cell in row if cell]
