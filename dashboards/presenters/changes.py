"""How a value moved against the window before: in words, with better or worse."""

from dataclasses import dataclass
from datetime import date
from math import hypot
from typing import Any

import polars as pl

from dashboards import formats
from tandem.core.wording import render

Row = dict[str, Any]

BEFORE = {1: "page.before.quarter", 4: "page.before.year", 8: "page.before.two_years"}
BETTER, WORSE, NEUTRAL = "better", "worse", ""

# How a unit names a change: the better way first.
WAYS = {"days": ("faster", "slower"), "currency": ("cheaper", "dearer")}


@dataclass(frozen=True)
class Change:
    """A change in words.

    Attributes:
        words: e.g. `2 points better`.
        tone: BETTER or WORSE where chance does not explain it, else NEUTRAL.
        size: in half-widths of its likely range; 0 where it is not clear.
        before: with what it was compared, in words; empty where there is nothing.
    """

    words: str
    tone: str = NEUTRAL
    size: float = 0.0
    before: str = ""


def earlier_window(history: pl.DataFrame, now: date, quarters: int) -> Row | None:
    """Return the window of the same length that ended just before this one began.

    Args:
        history: one KPI's cells with period_end_date.
        now: last day of the window in question.
        quarters: its length.
    """
    month = now.year * 12 + now.month - 3 * quarters
    day = pl.col("period_end_date")
    found = history.filter(day.dt.year().cast(pl.Int64) * 12 + day.dt.month() == month)
    return None if found.is_empty() else found.row(0, named=True)


def change_of(
    now: Row | None, then: Row | None, kpi: Row, quarters: int
) -> Change | None:
    """Return the unadjusted change of a value against the window before.

    A change of a share is stated only where chance does not explain it: Newcombe's
    (1998) interval of the difference of two shares leaves out 0. Other units have no
    interval, and their changes are neutral. None is called clear, because the mix of
    programmes may have changed too.

    Args:
        now: the published cell.
        then: that of the window before; None where there is none.
        kpi: with `unit` and `direction`.
        quarters: the length of the windows.

    Returns:
        None where there is no value now. Without an earlier value there is no change,
        which is not the same as none: the words say so.
    """
    if now is None or now["state"] != "shown":
        return None
    before = render(BEFORE.get(quarters, "page.before.window"))
    if then is None or then["state"] != "shown":
        return Change(render("tile.moved.no_earlier", before=before))
    move = now["value"] - then["value"]
    words = render(
        f"tile.moved.{_way(move, kpi)}", amount=formats.size(move, kpi["unit"])
    )
    if kpi["unit"] != "share" or now["ci_low"] is None or then["ci_low"] is None:
        is_nothing = _is_nothing(move, kpi["unit"])
        unclear = render("tile.moved.unclear")
        return Change(unclear if is_nothing else words, before=before)
    low = move - hypot(now["value"] - now["ci_low"], then["ci_high"] - then["value"])
    high = move + hypot(now["ci_high"] - now["value"], then["value"] - then["ci_low"])
    if low <= 0 <= high or abs(move) < 0.005:
        return Change(render("tile.moved.unclear"), before=before)
    is_known = kpi.get("direction") in {"higher_better", "lower_better"}
    tone = (BETTER if _is_better(move, kpi) else WORSE) if is_known else NEUTRAL
    return Change(words, tone, abs(move) / ((high - low) / 2), before)


def _is_better(move: float, kpi: Row) -> bool:
    return (move > 0) == (kpi.get("direction") != "lower_better")


def _way(move: float, kpi: Row) -> str:
    """Return how the words call a change: faster, worse, higher ..."""
    if kpi.get("direction") not in {"higher_better", "lower_better"}:
        return "higher" if move > 0 else "lower"
    better, worse = WAYS.get(kpi["unit"], ("better", "worse"))
    return better if _is_better(move, kpi) else worse


def _is_nothing(move: float, unit: str | None) -> bool:
    """Whether a change would be shown as 0 of its unit."""
    return abs(move) < (0.5 if unit == "currency" else 0.05)
