"""The outcome of landing one delivery."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class LoadReport:
    """The outcome of one delivery; `error` says in one line why it did not land."""

    path: Path
    connector: str | None = None
    source: str | None = None
    variant: str | None = None
    load_id: str | None = None
    read_count: int = 0
    landed_count: int = 0
    replayed_count: int = 0
    rejected_count: int = 0
    conflicting_count: int = 0
    undated_count: int = 0
    row_count: int = 0
    erased_count: int = 0  # about people who were erased: not landed
    withheld_count: int = 0  # of kinds that the collection policy does not allow
    rejected_by_code: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # what the user should know of it
    error: str | None = None
    problems: list[dict[str, Any]] = field(default_factory=list)  # cells behind it

    def as_json(self) -> dict[str, Any]:
        """Return the report as `tandem ingest --json` prints it."""
        return {**self.__dict__, "path": str(self.path)}
