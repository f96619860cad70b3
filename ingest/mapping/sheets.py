"""Look at every sheet of a workbook, and take the one with the table of people."""

from dataclasses import dataclass
from pathlib import Path

from ingest.mapping.header_row import Header, Lines, header_of
from ingest.mapping.table_files import lines_of
from ingest.mapping.tables import SPREADSHEETS, sheet_names
from ingest.parsing.source_phrases import plain


@dataclass(frozen=True)
class Found:
    """The rows that a proposal is about, and what is said of the sheets.

    Attributes:
        lines: numbered rows of the sheet or file.
        header: where its headings are; None where there is no table.
        sheet: name of the sheet taken; None for a file without sheets, or with one.
        remarks: one line on each sheet, [] where there is no choice.
    """

    lines: Lines
    header: Header | None
    sheet: str | None = None
    remarks: tuple[str, ...] = ()


def table_rows(path: Path) -> Found:
    """Return the rows of the table in a file.

    Raises:
        DamagedFile: the file cannot be read.
        ValueError: it is no table.
    """
    if path.suffix.lower() not in SPREADSHEETS:
        lines = lines_of(path, None)
        return Found(lines, header_of(lines))
    names = sheet_names(path)
    read = {name: lines_of(path, name) for name in names}
    headers = {name: header_of(lines) for name, lines in read.items()}
    ranked = [
        (header.score, len(read[name]), -place, name)
        for place, name in enumerate(names)
        if (header := headers[name])
    ]
    taken = max(ranked)[-1] if ranked else names[0]
    if len(names) == 1:
        return Found(read[taken], headers[taken])
    remarks = [f"Sheet {taken!r} is taken."]
    remarks += [
        _remark(name, read[name], headers[name], read[taken], headers[taken])
        for name in names
        if name != taken
    ]
    return Found(read[taken], headers[taken], taken, tuple(remarks))


def _remark(
    name: str, lines: Lines, header: Header | None, taken: Lines, other: Header | None
) -> str:
    if header is None or other is None:
        return f"Sheet {name!r} is left out: it holds no table."
    if header.at is not None and other.at is not None:
        own, wanted = lines[header.at][1], taken[other.at][1]
        if {*map(plain, own)} == {*map(plain, wanted)}:
            return (
                f"Sheet {name!r} has the same headings: to land it too, copy this "
                "mapping and name it under `sheet`."
            )
    return f"Sheet {name!r} is left out: less of it is known."
