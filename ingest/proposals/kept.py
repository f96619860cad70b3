"""Keep what a person filled in when new files bring new rows."""

from dataclasses import dataclass

from ingest.storage.programme_ids import activity_of, group_of, keys_of_meeting
from ingest.storage.programme_sheets import (
    REFERENCES,
    Row,
    Rows,
    SheetOf,
    programme_sheets,
)

PATTERN = "hybrid_pattern"
NAMES = {"programmes": "programme_name", "groups": "cohort_name"}


@dataclass(frozen=True)
class Kept:
    """The rows of both, how many are new by sheet, and how many cells were filled."""

    rows: Rows
    new: dict[str, int]
    filled_count: int

    @property
    def has_changed(self) -> bool:
        """Whether the file differs from what the person saved."""
        return bool(sum(self.new.values()) or self.filled_count)


def kept(filled: Rows, proposed: Rows) -> Kept:
    """Return the rows that a person has, and below them those that are new.

    A cell that is needed and empty takes what is proposed now. All other cells of rows
    that are there stay as they are, the empty ones too. New rows refer to programmes
    and groups by the names that the person gave them.
    """
    renamed = {sheet: _names(filled, proposed, sheet) for sheet in NAMES}
    result: Rows = {}
    new: dict[str, int] = {}
    filled_count = 0
    for name, sheet in programme_sheets().items():
        own = list(filled.get(name, []))
        known = {key: row for row in own for key in _keys(name, row)}
        added = []
        for row in proposed.get(name, []):
            there = next((known[k] for k in _keys(name, row) if k in known), None)
            again = _renamed(sheet, row, renamed)
            if there is None:
                added.append(again)
            else:
                filled_count += _fill(sheet, there, again)
        if name == "steps":
            designed = _designed(own, filled.get("programmes", []))
            added = [row for row in added if _programme_of(row) not in designed]
            _remember(added, result["programmes"], proposed.get("programmes", []))
        new[name] = len(added)
        result[name] = own + added
    return Kept(result, new, filled_count)


def _programme_of(step: Row) -> str:
    return step.cells["programme_id"].casefold()


def _designed(steps: list[Row], programmes: list[Row]) -> set[str]:
    """Return the programmes to which no step is added.

    Those are the ones that have steps, and those of which a person deleted all: why its
    pattern was suggested is beside each programme that was suggested as blended.
    """
    suggested = {
        row.cells[NAMES["programmes"]].casefold()
        for row in programmes
        if row.reasons.get(PATTERN)
    }
    return {_programme_of(step) for step in steps} | suggested


def _remember(steps: list[Row], own: list[Row], proposed: list[Row]) -> None:
    """Write beside programmes that get steps now why they are suggested as blended."""
    reasons = {row.identity: row.reasons.get(PATTERN, "") for row in proposed}
    having = {_programme_of(step) for step in steps}
    for row in own:
        if row.cells[NAMES["programmes"]].casefold() in having:
            row.reasons[PATTERN] = reasons.get(row.identity, "")


def _keys(sheet: str, row: Row) -> list[str]:
    """Return what a row is known by: a meeting by any of its keys."""
    try:
        if sheet == "meetings":
            return [f"{kind} {key}" for kind, key in keys_of_meeting(row.identity)]
        if sheet == "content":
            return [activity_of(row.identity)[0]]
        if sheet == "groups":
            return [group_of(row.identity)[0]] if row.identity else []
    except ValueError:
        return []
    return [row.identity] if row.identity else []


def _names(filled: Rows, proposed: Rows, sheet: str) -> dict[str, str]:
    """Return the person's name for each proposed name of a programme or group."""
    column = NAMES[sheet]
    own = {
        key: row.cells[column]
        for row in filled.get(sheet, [])
        for key in _keys(sheet, row)
    }
    found = {}
    taken = {name.casefold() for name in own.values()}
    for row in proposed.get(sheet, []):
        name = row.cells[column]
        same = next((own[key] for key in _keys(sheet, row) if own.get(key)), None)
        if same:
            found[name] = same
        elif name.casefold() in taken:
            found[name] = f"{name} (new)"
    return found


def _renamed(sheet: SheetOf, row: Row, renamed: dict[str, dict[str, str]]) -> Row:
    cells = dict(row.cells)
    for field in sheet.fields:
        named = REFERENCES.get(field.kind) or (
            sheet.name if NAMES.get(sheet.name) == field.name else None
        )
        if named:
            value = cells.get(field.name, "")
            cells[field.name] = renamed[named].get(value, value)
    return Row(row.identity, cells, dict(row.reasons))


def _fill(sheet: SheetOf, there: Row, proposed: Row) -> int:
    count = 0
    for field in there.missing(sheet):
        if value := proposed.cells.get(field.name, ""):
            there.cells[field.name] = value
            there.reasons[field.name] = proposed.reasons.get(field.name, "")
            count += 1
    return count
