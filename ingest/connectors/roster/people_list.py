"""Land a people list of an HR system: CSV or a spreadsheet, headings in any language.

An e-mail or an id is required. Name, business unit, region, hire and leaving date,
language, time zone and segment are optional. With a cohort or programme column each row
is an enrolment too, and `start` and `end` are those of the enrolment. The manager is
not kept, because no measure uses it. `delivery = "bulk"` under [sources.<name>] in
tandem.toml declares that each file lists all people: a person who is missing from a
cohort has left it.
"""

from pathlib import Path

import polars as pl

from ingest.connectors.control_totals import compare_count
from ingest.connectors.roster.format.enrolments import day_of, identity_links
from ingest.connectors.roster.format.people_rows import (
    ENROLMENT_FIELDS,
    PEOPLE,
    InvalidField,
    PeopleList,
    add_row,
    home_page_of,
)
from ingest.connectors.roster.format.roles import is_column_of_roles
from ingest.identity import agents
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence, groups
from ingest.mapping.footers import printed_count
from ingest.mapping.people_headings import fields_of
from ingest.mapping.tables import SPREADSHEETS, csv_lines, sheet_lines, whole_lines
from ingest.parsing.days import day_clock
from ingest.parsing.text import decode, delimiter_of
from ingest.parsing.times import zone
from tandem.core.errors import DamagedFile

NAME = "hr"
HEADER_WITHIN = 12  # lines: reports print a title and filters above the header
HR_FIELDS = {"business_unit", "hired_on", "left_at", "manager", "region"}
DATE_FIELDS = ("hired_on", "left_at", "start", "end")
OWN_TABLE_COLUMNS = {
    "email",
    "segment",
    "business_unit",
    "region",
    "time_zone",
    "language",
}
OWN_TABLE_COLUMNS |= {
    "valid_from",
    "left_at",
    "hired_on",
    "tenure_band",
    "prior_completion_band",
}
Lines = list[tuple[int, list[str]]]


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a header with an e-mail or id, and fields that only HR systems have."""
    is_sheet = path.suffix.lower() in SPREADSHEETS
    if not head or not (is_sheet or path.suffix.lower() in (".csv", ".txt", ".tsv")):
        return None
    try:
        lines = sheet_lines(path) if is_sheet else csv_lines(whole_lines(head))
    except (UnicodeError, ValueError, DamagedFile):
        return None
    at, places = _header(lines)
    fields = set(places)
    is_class = {"role", "any_role"} & fields and ENROLMENT_FIELDS & fields
    is_list = bool({"email", "id"} & fields) and (
        len(HR_FIELDS & fields) >= 2
        or ("cohort" in fields and {"email", "name"} <= fields)
        or ("email" in fields and {"name", "family"} & fields and is_class)
        or (HR_FIELDS & fields and {"name", "family"} & fields)
    )
    if not is_list:
        return None
    is_own_table = {cell.casefold() for cell in lines[at][1]} <= OWN_TABLE_COLUMNS
    is_named = path.stem.lower() in ("people", "enrolments") and not is_own_table
    decoded = None if is_sheet else decode(whole_lines(head))
    return Recognition(
        connector=NAME,
        source=NAME,
        variant="people-sheet" if is_sheet else "people-csv",
        found=groups(
            {
                Evidence.COMMON_HEADINGS: True,
                Evidence.FURTHER_HEADINGS: True,
                Evidence.FILE_NAME: is_named,
            }
        ),
        reason=f"columns for {', '.join(sorted(fields))}",
        encoding=decoded.encoding if decoded else None,
        delimiter=delimiter_of(decoded.text) if decoded else None,
    )


def _header(lines: Lines) -> tuple[int, dict[str, int]]:
    """Return the index of the line that names most fields, and their columns."""
    best: tuple[int, dict[str, int]] = (0, {})
    for at, (_line, cells) in enumerate(lines[:HEADER_WITHIN]):
        places = fields_of(cells)
        if len(places) > len(best[1]):
            best = (at, places)
    return best


def _is_header(cells: list[str], places: dict[str, int]) -> bool:
    """Return whether a row below the header repeats it."""
    repeated = fields_of(cells)
    is_header = len(repeated) > 2
    return is_header and len(repeated.items() & places.items()) * 2 > len(places)


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land people, their ids, and their enrolments if the list has any.

    Raises:
        UndecidedFile: the order of day and month is not known.
    """
    path = delivery.path
    is_sheet = path.suffix.lower() in SPREADSHEETS
    lines = sheet_lines(path) if is_sheet else csv_lines(path.read_bytes())
    at, places = _header(lines)
    # SuccessFactors prints its header twice, once for programs and once for people.
    rows = [line for line in lines[at + 1 :] if not _is_header(line[1], places)]
    counts = [printed_count(cells) for _line, cells in rows]
    rows = [row for row, count in zip(rows, counts, strict=True) if count is None]
    if not rows:
        writer.note("there are no people on this list")
        return
    printed = [
        cells[places[name]]
        for _line, cells in rows
        for name in DATE_FIELDS
        if name in places and places[name] < len(cells)
    ]
    options = delivery.options
    tz = zone(options.tz or "UTC")
    clock = day_clock(path.name, tz, options.date_order, printed, options.locale)
    people_list = PeopleList(path.name, places, clock, delivery)
    headings = lines[at][1]
    _decide_roles(people_list, headings, [cells for _line, cells in rows], writer)
    for line, cells in rows:
        try:
            add_row(people_list, cells)
        except InvalidField as error:
            place = places.get(error.field_name)
            column = headings[place] if place is not None else error.field_name
            message = f"{path.name} line {line}, column {column}: {error}"
            payload = dict(zip(headings, cells, strict=False))
            writer.reject(line, error.code, "$", message, payload)
            people_list.membership.incomplete.add(people_list.cell(cells, "cohort"))
    _write(people_list, writer)
    for count in counts:
        compare_count(writer, "the list", "records", count, len(rows))


def _decide_roles(
    people_list: PeopleList,
    headings: list[str],
    rows: list[list[str]],
    writer: LoadWriter,
) -> None:
    """Read a column headed `Role` where it says who learns and who teaches."""
    place = people_list.places.get("any_role")
    if place is None or not ENROLMENT_FIELDS & set(people_list.places):
        return
    printed = [cells[place] for cells in rows if place < len(cells)]
    if "role" in people_list.places or not any(printed):
        return
    if is_column_of_roles(printed, people_list.roles):
        people_list.places["role"] = place
    else:
        writer.note(
            f"column {headings[place]} names no role of a learner and was not read, so "
            "all are learners: if it says who teaches, call it Role in cohort"
        )


def _write(people_list: PeopleList, writer: LoadWriter) -> None:
    day = day_of(people_list.delivery)
    rows = [
        (agents.text_of(person), *values, day)
        for person, values in people_list.people.values()
    ]
    if rows:
        writer.rows("people", pl.DataFrame(rows, schema=PEOPLE, orient="row"))
    if people_list.linked:
        homes = {"sourcedId": home_page_of(people_list.delivery)}
        writer.links(
            identity_links(people_list.linked, homes).unique(maintain_order=True)
        )
    if ENROLMENT_FIELDS & set(people_list.places):
        people_list.membership.write(people_list.delivery, writer)
        _say_what_leaving_needs(people_list, writer)
    for note in people_list.roles.notes():
        writer.note(note)


def _say_what_leaving_needs(people_list: PeopleList, writer: LoadWriter) -> None:
    """Say how a list ends the enrolments that it leaves out."""
    cohorts = {e.cohort_id for e in people_list.membership.enrolments if e.cohort_id}
    if cohorts and people_list.delivery.settings.get("delivery") != "bulk":
        writer.note(
            "whom this list leaves out stays enrolled: if each list names all members "
            'of its cohorts, write delivery = "bulk" below '
            f"[sources.{people_list.delivery.source}] in tandem.toml"
        )
