"""Differences in words: which mode is better, by how much, in which unit.

On every page the first mode of a pair stands to the right: a positive advantage means
that the first mode is better, whichever way the KPI counts.
"""

from typing import Any, NamedTuple

from dashboards import formats
from dashboards.theme import mode_style
from tandem.core.wording import render

Row = dict[str, Any]


class Picture(NamedTuple):
    """An advantage of the first mode and its likely range, in the KPI's unit."""

    value: float
    low: float | None = None
    high: float | None = None


def advantage(difference: float | None, direction: str | None) -> float | None:
    """Return a difference so that more is better.

    Args:
        difference: first mode minus second, in the KPI's unit.
        direction: of the KPI; where neither way is better, more stays more.
    """
    if difference is None:
        return None
    return -difference if direction == "lower_better" else difference


def kind(kpi: Row) -> str:
    """Return how a lead is called: `better`, `faster`, `cheaper` or `more`."""
    if kpi["direction"] == "lower_better":
        return {"days": "faster", "currency": "cheaper"}.get(kpi["unit"], "better")
    return "better" if kpi["direction"] == "higher_better" else "more"


def amount(number: float, unit: str | None) -> str:
    """Return the size of a difference with its unit, e.g. `9 points`, `15 days`."""
    is_long = unit in {"days", "hours"} and abs(number) >= 10
    return formats.size(round(number) if is_long else number, unit)


def lead(kpi: Row, number: float) -> str:
    """Return an advantage without its mode, e.g. `18 days faster`."""
    size = amount(number, kpi["unit"])
    return render(f"page.gap.{kind(kpi)}", amount=size)


def ahead(row: Row, kpi: Row, column: str = "adjusted_difference") -> str | None:
    """Return the mode that is ahead; None without a difference."""
    number = advantage(row[column], kpi["direction"])
    if number is None:
        return None
    return row["mode_a"] if number >= 0 else row["mode_b"]


def finding(row: Row, kpi: Row, column: str = "adjusted_difference") -> str:
    """Return e.g. `Self-paced 9 points better`; empty where none is calculated."""
    mode = ahead(row, kpi, column)
    if mode is None:
        return ""
    if kpi["unit"] == "share" and not round(100 * row[column]):
        return render("page.gap.equal")
    words = lead(kpi, row[column])
    return render("page.gap.ahead", mode=mode_style(mode).label, lead=words)


def ends(row: Row, kpi: Row) -> tuple[float, float] | None:
    """Return the likely range of the first mode's advantage, if there is one."""
    low = advantage(row["ci_low"], kpi["direction"])
    high = advantage(row["ci_high"], kpi["direction"])
    if low is None or high is None:
        return None
    return min(low, high), max(low, high)


def picture(row: Row, kpi: Row) -> Picture:
    """Return what is drawn of an adjusted difference that is not null."""
    value = advantage(row["adjusted_difference"], kpi["direction"])
    return Picture(value, *(ends(row, kpi) or ()))


def likely(row: Row, kpi: Row) -> str:
    """Return the likely range, e.g. `likely 4 to 16 points`.

    Where it includes no difference, both ends name their mode.
    """
    found = ends(row, kpi)
    if found is None:
        return ""
    low, high = found
    if low < 0 < high:
        return render(
            "page.gap.either",
            second=_end(kpi, row["mode_b"], low),
            first=_end(kpi, row["mode_a"], high),
        )
    near, far = sorted((abs(low), abs(high)))
    is_share = kpi["unit"] == "share"
    least = formats.of_hundred(near) if is_share else formats.value(near, "ratio")
    return render("page.gap.likely", low=least, high=amount(far, kpi["unit"]))


def _end(kpi: Row, mode: str, number: float) -> str:
    """Return an end of a likely range; one that rounds to 0 points names no mode."""
    if kpi["unit"] == "share" and not round(100 * number):
        return render("page.gap.nothing")
    words = {"mode": mode_style(mode).label, "lead": lead(kpi, number)}
    return render("page.gap.ahead", **words)


def better(kpi: Row, mode: str) -> str:
    """Return that a mode is ahead, e.g. `Self-paced better`."""
    return render(f"page.gap.{kind(kpi)}_mode", mode=mode_style(mode).label)
