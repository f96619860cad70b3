"""An attendance record as CSV, and as a workbook that prints as one page wide."""

import csv
from pathlib import Path

import xlsxwriter

from ingest.exports.attendance_record import HEADINGS, PRESENCE, AttendanceRecord
from tandem.core.query_files import without_formula
from tandem.core.whole_folder import sha256_of, whole_folder, write_manifest

NAME = "attendance-record"
WIDTHS = (22, 22, 14, 11, 7, 7, 16, 16, 10, 22, 8, 22, 26, 20, 8, 10, 10)


def write_record(
    record: AttendanceRecord, folder: Path, notes: list[str], *, may_replace: bool
) -> list[str]:
    """Write the record as CSV and XLSX, readable by the owner only; return the names.

    Args:
        record: what to write.
        folder: new or empty, unless it may be replaced.
        notes: what stands on the second sheet: what was asked, by which role, why.
        may_replace: replace an earlier record.

    Raises:
        WrongUse: the folder holds something.
    """
    with whole_folder(folder, may_replace=may_replace, is_private=True) as written:
        _write_csv(record, written / f"{NAME}.csv")
        _write_workbook(record, written / f"{NAME}.xlsx", notes)
        files = sorted(path.name for path in written.iterdir())
        manifest = {
            "kind": "attendance record",
            "notes": notes,
            "rows": len(record.rows),
            "files": [
                {"file": name, "sha256": sha256_of(written / name)} for name in files
            ],
        }
        write_manifest(written, manifest)
    return files


def _write_csv(record: AttendanceRecord, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(HEADINGS)
        for row in record.rows:
            writer.writerow(
                without_formula(cell) if isinstance(cell, str) else cell for cell in row
            )


def _write_workbook(record: AttendanceRecord, path: Path, notes: list[str]) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    sheet = book.add_worksheet("Attendance")
    shrunk = book.add_format({"shrink": True})
    sheet.write_row(0, 0, HEADINGS, bold)
    sheet.set_row(0, 32)
    for number, row in enumerate(record.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell, shrunk)
            elif cell is not None:
                sheet.write_number(number, column, cell)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(record.rows), len(HEADINGS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{record.programme.replace('&', '&&')}&RPage &P of &N")
    about = book.add_worksheet("About")
    about.set_column(0, 0, 100)
    words = [*notes, "", "Presence is one of:", *PRESENCE.values()]
    for number, line in enumerate(words):
        about.write_string(number, 0, line)
    book.close()
