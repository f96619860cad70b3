"""Read the CSV files of a Canvas SIS export as tables, recognised by their headings."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ingest.mapping.tables import Table, csv_lines, files_in, table_of

FILES = ("users.csv", "enrollments.csv", "courses.csv", "sections.csv")
# Headings that the file of each kind has, most specific first.
KINDS = (
    ("enrollments", ({"user_id"}, {"role", "role_id"}, {"status"})),
    ("users", ({"user_id"}, {"login_id"}, {"status"})),
    ("sections", ({"section_id"}, {"course_id"}, {"name"}, {"status"})),
    ("courses", ({"course_id"}, {"short_name"}, {"long_name"})),
    ("terms", ({"term_id"}, {"name"}, {"status"})),
)
SECRET = ("password", "ssha_password", "canvas_password_notification")


def kind_of(header: Iterable[str]) -> str | None:
    """Return which file of a SIS export has a header, None for another file."""
    names = {name.strip().lower() for name in header}
    for kind, needed in KINDS:
        if all(choice & names for choice in needed):
            is_of_course = kind != "enrollments" or {"course_id", "section_id"} & names
            return kind if is_of_course else None
    return None


def tables_in(path: Path) -> dict[str, Table]:
    """Return the tables of a folder or zip by kind, without passwords.

    Several files of one kind are one table; a row is found by its line in its file.
    """
    tables: dict[str, Table] = {}
    for name, content in sorted(files_in(path).items()):
        lines = csv_lines(content)
        kind = kind_of(lines[0][1]) if lines else None
        if kind is None:
            continue
        lines[0] = (lines[0][0], [_open_name(cell) for cell in lines[0][1]])
        table = table_of(name, lines)
        if kind in tables:
            table = replace(tables[kind], rows=(*tables[kind].rows, *table.rows))
        tables[kind] = table
    return tables


def _open_name(heading: str) -> str:
    """Return a heading in lower case, "" for a column that must not be read."""
    name = heading.strip().lower()
    return "" if name in SECRET or "password" in name else name
