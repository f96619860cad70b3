"""Land the filled workbook about programmes as the organisation's own tables.

A workbook with a wrong cell is refused as a whole, and every wrong cell is named. What
lands later counts: its rows are dated by the moment of landing.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from ingest.connectors.programmes.format.checked_rows import Check, Checked, Value
from ingest.connectors.programmes.format.filled_sheets import filled_rows, is_filled
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence, groups
from ingest.parsing.days import day_clock
from ingest.parsing.times import naive_utc, zone
from ingest.storage.organisation_tables import organisation_tables
from ingest.storage.programme_ids import activity_of, keys_of_meeting
from ingest.storage.programme_sheets import programme_sheets
from tandem.core.counted import counted
from tandem.core.errors import DamagedFile, UndecidedFile, WrongCells

NAME = "programmes"
SOURCE = "organisation"
VARIANT = "programme-workbook"
POLARS = {
    "VARCHAR": pl.String,
    "BIGINT": pl.Int64,
    "DOUBLE": pl.Float64,
    "BOOLEAN": pl.Boolean,
    "TIMESTAMP": pl.Datetime("us"),
}
NONE_OF_OURS = ""  # a programme or group that a person took out again
NO_STEP = 0  # stands for a programme without steps
# Stands for a group without a due date; staging knows both.
NO_DAY = datetime(1970, 1, 1)  # noqa: DTZ001 - as the warehouse's times
Records = dict[str, list[dict[str, Any]]]


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the workbook by its sheets, a folder of its tables by a file's name."""
    try:
        if not is_filled(path):
            return None
    except DamagedFile:
        return None
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant=VARIANT,
        found=groups({Evidence.OWN_FORM: True, Evidence.FILE_SET: True}),
        reason="the sheets that `tandem init` writes",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land programmes, groups, meetings, content and steps.

    Raises:
        DamagedFile: a sheet or column is missing.
        WrongCells: one or more cells hold what is not allowed.
    """
    rows = filled_rows(delivery.path)
    tz = zone(delivery.options.tz or "UTC")
    check = Check(rows, _day_reader(delivery, tz))
    checked = check.all()
    if checked.problems:
        raise WrongCells(delivery.path.name, checked.problems)
    if checked.open_count:
        cells = counted(checked.open_count, "yellow cell is", "yellow cells are")
        writer.note(f"{cells} still empty: figures that need one say so")
    if checked.moved:
        some = counted(len(checked.moved), "group is", "groups are")
        writer.note(
            f"{some} in another programme than a roster says: the members are enrolled "
            "in that of this workbook"
        )
    records = _records(check, checked, tz)
    now = datetime.now(UTC).replace(tzinfo=None)
    for table, found in records.items():
        if found:
            dated = [{"reported_at": now} | record for record in found]
            writer.rows(table, pl.DataFrame(dated, schema=_schema(table, dated)))


def _day_reader(delivery: Delivery, tz: ZoneInfo) -> Callable[[str], date]:
    def day(text: str) -> date:
        plain = text.split("T")[0]
        try:
            return date.fromisoformat(plain)
        except ValueError:
            order = delivery.options.date_order
            try:
                clock = day_clock(delivery.path.name, tz, order, [text], None)
                return clock.day(text)
            except UndecidedFile as error:
                raise ValueError(text) from error

    return day


def _schema(table: str, records: list[dict[str, Any]]) -> dict[str, Any]:
    columns = organisation_tables()[table].columns
    types: dict[str, Any] = {
        c.name: POLARS[c.type] for c in columns if c.type in POLARS
    }
    types |= {"reported_at": pl.Datetime("us"), "key_type": pl.String}
    return {name: types[name] for name in records[0]}


def _records(check: Check, checked: Checked, tz: ZoneInfo) -> Records:
    """Return the records of each table."""
    programmes = [
        {"programme_id": check.identity("programmes", str(v["programme_name"]))} | v
        for _one, v in checked.values.get("programmes", [])
    ]
    cohorts, due = [], []
    for _one, values in checked.values.get("groups", []):
        identity = check.identity("groups", str(values["cohort_name"]))
        moments = {
            name: _midnight(values[name], tz)
            for name in ("starts_at", "ends_at", "valid_from", "due_at")
        }
        cohorts.append(
            {
                "cohort_id": identity,
                "programme_id": values["programme_id"],
                "cohort_name": values["cohort_name"],
                "delivery_mode": values["delivery_mode"],
                **{n: m for n, m in moments.items() if n != "due_at"},
                "time_zone": tz.key,
            }
        )
        # Also without a day: so one that was there before no longer holds.
        due.append(
            {
                "programme_id": values["programme_id"],
                "cohort_id": identity,
                "due_at": moments["due_at"] or NO_DAY,
            }
        )
    return {
        "programmes": programmes,
        "cohorts": cohorts,
        "due_dates": due,
        "sessions": _sessions(checked),
        "activities": _activities(checked),
        "phases": _phases(checked, [str(one["programme_id"]) for one in programmes]),
    }


def _phases(checked: Checked, programmes: list[str]) -> list[dict[str, Any]]:
    """Return the steps, and an empty one for each programme that has none.

    So steps that were there before no longer hold.
    """
    steps = [values for _one, values in checked.values.get("steps", [])]
    having = {values["programme_id"] for values in steps}
    columns = [field.name for field in programme_sheets()["steps"].fields]
    empty = dict.fromkeys(columns) | {"phase_no": NO_STEP}
    without = [one for one in programmes if one not in having]
    return [*steps, *(empty | {"programme_id": one} for one in without)]


def _midnight(day: Value, tz: ZoneInfo) -> datetime | None:
    """Return the moment (UTC) at which a day begins in a zone; None without a day."""
    if not isinstance(day, date):
        return None
    return naive_utc(datetime.combine(day, time(), tz))


def _sessions(checked: Checked) -> list[dict[str, Any]]:
    """Return a record for each key of a meeting."""
    return [
        {
            "key_type": kind,
            "join_key": key,
            "cohort_id": values["cohort_id"] or NONE_OF_OURS,
            "phase_no": values["phase_no"],
        }
        for one, values in checked.values.get("meetings", [])
        for kind, key in keys_of_meeting(one.row.identity)
    ]


def _activities(checked: Checked) -> list[dict[str, Any]]:
    """Return a record for each activity, and for addresses of groups around it."""
    found = []
    for one, values in checked.values.get("content", []):
        activity, around = activity_of(one.row.identity)
        programme = values["programme_id"] or NONE_OF_OURS
        shared = {"programme_id": programme, "phase_no": values["phase_no"]}
        found.append(
            {
                "activity_id": activity,
                "cohort_id": values["cohort_id"],
                "activity_name": values["activity_name"],
                "role": values["role"] or "unit",
                **shared,
            }
        )
        found += [
            {
                "activity_id": address,
                "cohort_id": group,
                "activity_name": None,
                "role": "programme",
                **shared,
            }
            for address, group in around.items()
        ]
    return found
