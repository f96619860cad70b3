"""Read the filled workbook about unmatched people back, and check every decision."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.mapping.tables import SPREADSHEETS, csv_lines, sheet_lines, sheet_names
from ingest.mapping.workbook import close_workbook
from ingest.review.columns import (
    ADDRESS,
    CHOICE,
    CHOICES,
    DECISION,
    FIXED,
    GUEST,
    ID,
    NAME,
    OPEN,
    PEOPLE,
    SOMEBODY,
)
from ingest.review.people import Organisation
from ingest.review.unmatched import Found, Unmatched
from tandem.core.errors import DamagedFile, Problem, WrongCells
from tandem.core.query_files import without_formula

NEEDED = (NAME, DECISION, ADDRESS, ID)
KNOWN_ADDRESS = "the e-mail address of a person on one of your lists"


@dataclass(frozen=True)
class Decision:
    """What was decided about one row.

    Attributes:
        row: its number in the file.
        shown: name or account of the unmatched person.
        accounts: keys that are unmatched still, sorted.
        learner_key: whose they are; None for a guest.
        link_to: key that the link names: the learner's, or that of a written address.
        label: words for that person.
    """

    row: int
    shown: str
    accounts: tuple[str, ...]
    learner_key: str | None
    link_to: str | None
    label: str


@dataclass(frozen=True)
class Read:
    """All decisions of a file, and how many rows are passed over.

    Attributes:
        decisions: in the order of rows.
        open_count: rows that were left open.
        gone_count: decided rows whose people are matched or gone meanwhile.
    """

    decisions: list[Decision]
    open_count: int
    gone_count: int


def read_decisions(path: Path, found: Found) -> Read:
    """Return the decisions of a workbook or CSV file; nothing is changed.

    Raises:
        DamagedFile: it is no such file, or a sheet or column is missing.
        WrongCells: cells hold what is not allowed; nothing is decided then.
    """
    place, rows = _rows(path)
    reader = _Reader(place, found)
    for line, cells in rows:
        reader.read(line, cells)
    if reader.problems:
        raise WrongCells(path.name, reader.problems, "nothing is decided")
    return Read(reader.decisions, reader.open_count, reader.gone_count)


class _Reader:
    def __init__(self, place: str, found: Found) -> None:
        self._place, self._organisation = place, found.organisation
        self._by_account = {
            account: one for one in found.unmatched for account in one.accounts
        }
        self._said: dict[str, tuple[int, str]] = {}
        self.problems: list[Problem] = []
        self.decisions: list[Decision] = []
        self.open_count = self.gone_count = 0

    def read(self, line: int, cells: dict[str, str]) -> None:
        said, address = cells[DECISION], cells[ADDRESS]
        if said in ("", OPEN):
            if address:
                self._refuse(line, DECISION, said, f"{SOMEBODY}, for the address")
            self.open_count += 1
            return
        target = self._target(line, cells, said, address)
        if target is None:
            return
        learner, link_to, label = target
        accounts = tuple(a for a in cells[ID].split() if a in self._by_account)
        if not accounts:
            self.gone_count += 1
            return
        for account in accounts:
            before = self._said.setdefault(account, (line, label))
            if before[1] != label:
                allowed = f"one decision: row {before[0]} says {before[1]}"
                self._refuse(line, DECISION, label, allowed)
                return
        if any(self._said[account][0] != line for account in accounts):
            return  # the same row twice
        shown = _shown(self._by_account[accounts[0]])
        self.decisions.append(Decision(line, shown, accounts, learner, link_to, label))

    def _target(
        self, line: int, cells: dict[str, str], said: str, address: str
    ) -> tuple[str | None, str | None, str] | None:
        """Return learner, key to link to, and words; None where it was refused."""
        if address and said != SOMEBODY:
            self._refuse(line, ADDRESS, address, f"empty, or choose {SOMEBODY}")
            return None
        if said == GUEST:
            return None, None, GUEST
        people: Organisation = self._organisation
        if said == SOMEBODY:
            known = people.whose(address)
            if known is None:
                self._refuse(line, ADDRESS, address, KNOWN_ADDRESS)
                return None
            return known[0], known[1], people.people[known[0]].label
        if learner := people.labelled(said):
            return learner, learner, people.people[learner].label
        choices = [
            cells.get(CHOICE.format(number=n), "") for n in range(1, CHOICES + 1)
        ]
        allowed = [one for one in choices if one and one != said] or FIXED
        self._refuse(line, DECISION, said, " or ".join(allowed))
        return None

    def _refuse(self, line: int, column: str, value: str, allowed: str) -> None:
        self.problems.append(Problem(self._place, line, column, value, allowed))


def _shown(one: Unmatched) -> str:
    return one.name or one.account or "(no name)"


def _rows(path: Path) -> tuple[str, Iterator[tuple[int, dict[str, str]]]]:
    """Return the sheet's name, and its rows with their numbers."""
    if not path.is_file():
        raise DamagedFile(
            "there is no such file", str(path), "tandem identity review writes one"
        )
    if path.suffix.lower() in SPREADSHEETS:
        if PEOPLE not in sheet_names(path):
            close_workbook()
            raise DamagedFile(
                f"it has no sheet {PEOPLE}", path.name, "tandem identity review"
            )
        found = sheet_lines(path, PEOPLE)
        close_workbook()
        place = PEOPLE
    else:
        place = path.name
        try:
            found = csv_lines(path.read_bytes())
        except (UnicodeError, csv.Error) as error:
            raise DamagedFile(f"this is no CSV ({error})", path.name) from error
    header = [" ".join(cell.split()) for cell in found[0][1]] if found else []
    if missing := [name for name in NEEDED if name not in header]:
        raise DamagedFile(
            f"column {', '.join(missing)} is missing",
            f"{path.name}, sheet {place}",
            "keep all columns, the hidden ones too",
        )
    return place, (
        (line, dict(zip(header, map(_plain, cells + [""] * len(header)), strict=False)))
        for line, cells in found[1:]
        if any(cells)
    )


def _plain(cell: str) -> str:
    """Return a cell without the apostrophe that keeps it from being a formula."""
    text = " ".join(cell.split())
    bare = text.removeprefix("'")
    return bare if without_formula(bare) == text else text
