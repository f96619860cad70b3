"""The states of a value or of a verdict: what stands where a bare number cannot.

Every surface (tile, matrix, chart, table, download) takes mark and words from here.
"""

from dataclasses import dataclass
from typing import Any

from tandem.core.wording import render

Row = dict[str, Any]

MARKS = {
    "clear_difference": "●",
    "no_clear_difference": "○",
    "too_small_to_matter": "≈",
    "with_care": "◐",
    "cannot_compare": "⊘",
    "hidden": "◌",
    "not_measured": "–",
    "still_running": "◷",
    "no_data": "∅",
    "late": "!",
}

# States of published cells as pages call them; a shown value has no state.
CELL_STATES = {"shown": "", "immature": "still_running"}


@dataclass(frozen=True)
class StateWords:
    """A state in words: its mark, its name, what it means and what to do next."""

    state: str
    mark: str
    label: str
    means: str
    next_step: str

    @property
    def short(self) -> str:
        """Mark and name, for tables and charts."""
        return f"{self.mark} {self.label}"


def words(state: str) -> StateWords:
    """Return a state (a key of MARKS) in the reader's language."""
    return StateWords(
        state,
        MARKS[state],
        render(f"state.{state}.label"),
        render(f"state.{state}.means"),
        render(f"state.{state}.next"),
    )


def of_cell(row: Row | None) -> str:
    """Return the state of a published cell: empty where its value is shown.

    Args:
        row: with `state`; None where the file holds no such cell.
    """
    if row is None:
        return "no_data"
    return CELL_STATES.get(row["state"], row["state"])
