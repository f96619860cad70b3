"""Write the sheets about programmes as CSV files in a folder."""

import csv
import io
from pathlib import Path

from ingest.storage.programme_sheets import Rows, programme_sheets
from tandem.core.files import replace_text


def write_tables(folder: Path, rows: Rows) -> None:
    """Write a CSV file for each sheet; existing ones are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, sheet in programme_sheets().items():
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(sheet.headings)
        for row in rows.get(name, []):
            cells = []
            for field in sheet.fields:
                cells.append(row.cells.get(field.name, ""))
                if field.has_reason:
                    cells.append(row.reasons.get(field.name, ""))
            writer.writerow([*cells, row.identity])
        replace_text(folder / sheet.file_name, "\ufeff" + text.getvalue())
