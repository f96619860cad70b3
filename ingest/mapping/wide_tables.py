"""Read a table with a column for each activity as one row for each of its cells."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.mapping.completion_statuses import TABLE
from ingest.mapping.mapping_fields import Wide
from ingest.mapping.tables import Row, Table
from ingest.mapping.time_columns import is_time
from ingest.parsing.source_phrases import plain, spelled

ACTIVITY, KEY, COURSE = "Wide activity", "Wide key", "Wide course"
STATE, TIME, SCORE, MAXIMUM = "Wide state", "Wide time", "Wide score", "Wide maximum"
ADDED = (ACTIVITY, KEY, COURSE, STATE, TIME, SCORE, MAXIMUM)
COMPLETED = "Completed"
LISTED = "Listed"  # the state of a row that says only that a person is on the list
MADE = re.compile(r"Column \d+|Wide \w+")  # names of columns that no vendor prints
Lines = Sequence[tuple[int, list[str]]]


@dataclass(frozen=True)
class Place:
    """The columns of one activity.

    Attributes:
        name: of the activity; "" for the whole course.
        key: that tells it from others of the course; "" for the whole course.
        cell: index of its state or points.
        time: index of its time, None where there is none.
    """

    name: str
    key: str
    cell: int
    time: int | None = None


def places_of(header: Sequence[str], wide: Wide) -> list[Place]:
    """Return the activities that a row of headings names, in order."""
    places, taken = [], -1
    whole = {plain(name) for name in wide.completed_on}
    for at, heading in enumerate(header):
        if not heading or at <= taken:
            continue
        following = header[at + 1] if at + 1 < len(header) else None
        if wide.activities:
            if found := re.search(wide.activities, heading):
                name = heading[: found.start()].strip()
                places.append(Place(name, found.groupdict().get("id") or name, at))
        elif plain(heading) in whole:
            places.append(Place("", "", at, at))
        elif following is not None and _is_its_time(heading, following, wide):
            places.append(Place(heading, heading, at, at + 1))
            taken = at + 1
    return places


def _is_its_time(heading: str, following: str, wide: Wide) -> bool:
    if wide.first_unnamed:
        return not following or is_time(following)
    ends = [spelled(heading + ending) for ending in wide.date_after]
    return spelled(following) in ends


def is_wide(lines: Lines, wide: Wide, vendor: str) -> bool:
    """Return whether a table without known headings is one of a column an activity.

    Its first heading is empty, and the cells of its first activity are known states.
    """
    if not wide.first_unnamed or len(lines) < 2 or lines[0][1][:1] != [""]:
        return False
    places = places_of(lines[0][1], wide)
    phrases = TABLE.phrases()
    return bool(places) and all(
        phrases.meaning(state_in(_cell(cells, places[0].cell), wide), vendor)
        for _line, cells in lines[1:]
    )


def state_in(cell: str, wide: Wide) -> str:
    """Return a state without what a person is named by in it."""
    return cell.partition(wide.without)[0].strip() if wide.without else cell


def long_table(path: Path, lines: Lines, wide: Wide) -> Table:
    """Return the rows of a wide table, one for each person and activity.

    Args:
        path: of the file, whose name may hold that of the course.
        lines: numbered rows, the first one with the headings.
        wide: how its columns are known.
    """
    header = lines[0][1]
    places = places_of(header, wide)
    used = {at for place in places for at in (place.cell, place.time)}
    named = {
        at: heading or f"Column {at + 1}"
        for at, heading in enumerate(header)
        if at not in used
    }
    found = re.match(wide.course, path.stem)
    course = found["course"] if found else path.stem
    rows, maxima = [], list[str]()
    for line, cells in lines[1:]:
        if wide.maxima and cells and cells[0].strip().startswith(wide.maxima):
            maxima = cells
            continue
        base = {name: _cell(cells, at) for at, name in named.items()}
        if wide.participants:
            listed = {**dict.fromkeys(ADDED, ""), ACTIVITY: course, STATE: LISTED}
            rows.append((line, base | listed))
        rows += [
            (line, base | added)
            for added in _added(cells, maxima, places, wide, course)
        ]
    return Table(path.name, (*named.values(), *ADDED), tuple(rows))


def _added(
    cells: list[str],
    maxima: list[str],
    places: list[Place],
    wide: Wide,
    course: str,
) -> Iterator[Row]:
    """Yield what a row says of each activity; empty cells say nothing."""
    for place in places:
        cell = _cell(cells, place.cell)
        if cell in wide.skipped:
            continue
        is_whole = place.time == place.cell
        yield {
            ACTIVITY: place.name or course,
            KEY: f"{course}/{place.key}" if place.key else course,
            COURSE: course if place.key else "",
            STATE: COMPLETED if is_whole else state_in(cell, wide),
            TIME: "" if place.time is None else _cell(cells, place.time),
            SCORE: cell if wide.scores else "",
            MAXIMUM: _cell(maxima, place.cell),
        }


def _cell(cells: list[str], at: int) -> str:
    return cells[at] if at < len(cells) else ""
