"""The columns of the workbook about unmatched people, and the choices in it."""

from dataclasses import dataclass, field

START, PEOPLE = "Start here", "Who is this"
NAME, ACCOUNT = "Name as shown", "Account"
MINUTES, SESSIONS = "Minutes", "Sessions"
FIRST, LAST, GROUPS = "First day", "Last day", "Groups"
DECISION, ADDRESS = "Decision", "E-mail address of somebody else"
NOTE = "Note"
CANDIDATE, WHY = "Candidate {number}", "Why candidate {number}"
CHOICE = "Choice {number}"
ID = "Tandem id (do not change)"
SOMEBODY = "Somebody else (write the e-mail address)"
GUEST = "Not in the organisation (guest)"
OPEN = "Leave open"
FIXED = (SOMEBODY, GUEST, OPEN)
COUNT = 3  # candidates of a row
CHOICES = COUNT + len(FIXED)
NO_NAME, NO_GROUP = "(no name)", "(no group)"


def headings() -> list[str]:
    """Return all headings in order; those of choices and of the id are hidden."""
    found = [NAME, ACCOUNT, MINUTES, SESSIONS, FIRST, LAST, GROUPS, DECISION, ADDRESS]
    for number in range(1, COUNT + 1):
        found += [CANDIDATE.format(number=number), WHY.format(number=number)]
    found.append(NOTE)
    return [*found, *hidden_headings()]


def hidden_headings() -> list[str]:
    """Return the headings of the hidden columns."""
    numbers = range(1, CHOICES + 1)
    return [*(CHOICE.format(number=number) for number in numbers), ID]


@dataclass(frozen=True)
class Line:
    """One row of the workbook.

    Attributes:
        cells: text or number by heading, without the hidden ones.
        choices: what the decision may be, candidates first.
        accounts: keys.
    """

    cells: dict[str, str | int]
    choices: tuple[str, ...]
    accounts: tuple[str, ...] = field(default=())
