"""Errors that Tandem expects; each says what to do next.

TandemError                     exit status 1: the data or the gate said no
├── DeliveryError               a file cannot be landed
│   ├── UnknownFile             nothing here reads it
│   ├── DamagedFile             it is empty, cut off or not what it says
│   ├── UndecidedFile           the file leaves a question that an option decides
│   ├── WrongCells              cells of a workbook hold what is not allowed
│   └── LimitExceeded           it takes more than a limit of tandem.toml allows
├── KeyProblem                  the pseudonym key is missing or is another one
├── WarehouseProblem            no warehouse, or one of another layout
├── ClusterProblem              the catalog or Spark of a cluster cannot be used
├── BuildFailed                 dbt refused: a model, a contract or a test
├── NotPublished                the judgement, or the privacy audit, said no
└── WrongUse                    exit status 2: the command was called wrongly
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from tandem.core.secret import hidden


class TandemError(Exception):
    """Root of all errors that Tandem expects.

    Args:
        what: what is wrong, one clause.
        where: the file, line, table or setting.
        next_step: what the reader can do about it.
    """

    exit_status = 1

    def __init__(self, what: str, where: str = "", next_step: str = "") -> None:
        self.what, self.where, self.next_step = what, where, next_step
        super().__init__(self.one_line())

    def at(self, _where: str) -> Self:
        """Return the error; the refusal of a file also takes its place."""
        return self

    def one_line(self) -> str:
        """Return what, where and what to do next on one line, without secrets."""
        parts = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.next_step:
            parts.append(self.next_step)
        return hidden(" ".join(" -> ".join(parts).split()))


class DeliveryError(TandemError):
    """A file cannot be landed, and nothing of it has landed."""

    def at(self, where: str) -> Self:
        """Return the error with a place, if it has none yet."""
        self.where = self.where or where
        return self


class UnknownFile(DeliveryError):
    """No connector reads this file."""


class DamagedFile(DeliveryError):
    """The file is empty, cut off, or not of the kind that it seems."""


class UndecidedFile(DeliveryError):
    """The file leaves a question open that an option would decide."""


@dataclass(frozen=True)
class Problem:
    """A cell with what is not allowed: its place, its value, and what is allowed."""

    sheet: str
    row: int
    column: str
    value: str
    allowed: str

    def words(self) -> str:
        """Return the problem in one line."""
        found = f"{self.value!r} is not allowed" if self.value else "it is empty"
        where = f"sheet {self.sheet}, row {self.row}, column {self.column}"
        return f"{where}: {found} -> {self.allowed}"


class WrongCells(DeliveryError):
    """Cells of a workbook hold what is not allowed; `problems` names each of them."""

    def __init__(
        self,
        where: str,
        problems: Sequence[Problem],
        outcome: str = "nothing of it landed",
    ) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__(
            f"{count} {'cell is' if count == 1 else 'cells are'} not as needed, and "
            f"{outcome}",
            where,
            "correct what is named below, then again",
        )


class LimitExceeded(DeliveryError):
    """A file or an answer takes more than a limit of tandem.toml allows."""


class KeyProblem(TandemError):
    """The pseudonym key is missing, or is not the one that the vault was made with."""


class WarehouseProblem(TandemError):
    """There is no warehouse, or it has the layout of another version."""


class ClusterProblem(TandemError):
    """The catalog or the Spark of a cluster cannot be used."""


class BuildFailed(TandemError):
    """A dbt model, contract or test failed."""


class NotPublished(TandemError):
    """The plausibility check or disclosure audit failed; the last snapshot stays."""


class WrongUse(TandemError):
    """The command was called with a wrong argument."""

    exit_status = 2
