"""Which mode does better, like-for-like: rows of pairs grouped by verdict."""

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from dashboards import formats, gaps
from dashboards.presenters import states
from dashboards.presenters.verdicts import (
    ESTIMATED,
    LEADS,
    pair_words,
    pairs_in_categories,
    reason,
)
from dashboards.theme import MODES, mode_style
from tandem.core.wording import render

Row = dict[str, Any]

MOST_ROWS = 6  # drawn on the first page; all of them are in the table
FEWEST_ROWS = 4  # filled up with pairs that cannot be compared
LEAST_SPAN = 0.1


@dataclass(frozen=True)
class PairRow:
    """One pair of modes inside a category.

    Attributes:
        category: its words.
        modes: mode_a and mode_b.
        about: the pair and its programmes.
        state: of states.MARKS.
        words: what was found.
        reason: why nothing was found; empty for an estimate.
        ahead: the mode that is ahead by a difference; empty for none.
        strength: of seeds/evidence_strengths.csv; empty where hidden.
        likely: the likely range in words; empty where there is none.
        picture: None where nothing was found.
    """

    category: str
    modes: tuple[str, str]
    about: str
    state: str
    words: str
    reason: str = ""
    ahead: str = ""
    strength: str = ""
    likely: str = ""
    picture: gaps.Picture | None = None


@dataclass(frozen=True)
class LikeForLike:
    """The rows to draw by state, every row for the table, and what is left out.

    Attributes:
        groups: state and rows, those with estimates first.
        rows: all of them.
        rest: how many pairs are not drawn, in words; empty for none.
        span: the difference at either end of a drawing.
        margin: a smaller difference does not matter.
    """

    groups: tuple[tuple[str, tuple[PairRow, ...]], ...]
    rows: tuple[PairRow, ...]
    rest: str
    span: float
    margin: float


def like_for_like(
    compared: pl.DataFrame, categories: dict[str, str], kpi: Row
) -> LikeForLike:
    """Return the pairs of one KPI and window inside the categories.

    Args:
        compared: rows of pub.mode_comparisons.
        categories: slug to words, of the categories to show.
        kpi: the row of the registry: its unit, margin and direction.
    """
    inside = pairs_in_categories(compared).filter(
        pl.col("outcome_category").is_in(list(categories))
    )
    rows = [pair_row(row, categories, kpi) for row in inside.iter_rows(named=True)]
    rows.sort(
        key=lambda row: (
            _rank(row.state),
            -abs(row.picture.value if row.picture else 0.0),
        )
    )
    estimated = [row for row in rows if row.picture][:MOST_ROWS]
    missing = max(0, FEWEST_ROWS - len(estimated))
    drawn = estimated + [row for row in rows if not row.picture][:missing]
    order = list(dict.fromkeys(row.state for row in drawn))
    groups = tuple(
        (state, tuple(row for row in drawn if row.state == state)) for state in order
    )
    limits = [
        abs(n)
        for row in estimated
        for n in (row.picture.low, row.picture.high)
        if n is not None
    ]
    span = max([LEAST_SPAN if kpi["unit"] == "share" else 1.0, *limits])
    return LikeForLike(
        groups, tuple(rows), _rest(rows, drawn), 1.05 * span, kpi["margin"] or 0.0
    )


def pair_row(row: Row, categories: dict[str, str], kpi: Row) -> PairRow:
    """Return a comparison of two modes as a row of the first page."""
    counts = (row["programme_count_a"], row["programme_count_b"])
    about = pair_words(row["mode_a"], row["mode_b"])
    if None not in counts:
        about = render(
            "page.likeforlike.about",
            first=f"{mode_style(row['mode_a']).label} {counts[0]}",
            second=f"{mode_style(row['mode_b']).label} {counts[1]}",
        )
    found = PairRow(
        categories[row["outcome_category"]],
        (row["mode_a"], row["mode_b"]),
        about,
        row["state"],
        states.words(row["state"]).label,
        strength=row["evidence_strength"] or "",
    )
    if row["adjusted_difference"] is None or row["state"] not in ESTIMATED:
        return replace(found, reason=reason(row))
    ahead = gaps.ahead(row, kpi)
    return replace(
        found,
        words=_words(row, ahead, kpi),
        ahead=ahead if row["state"] in LEADS else "",
        likely=gaps.likely(row, kpi),
        picture=gaps.picture(row, kpi),
    )


def _words(row: Row, ahead: str, kpi: Row) -> str:
    if row["state"] in LEADS:
        return render(
            "page.likeforlike.ahead",
            mode=mode_style(ahead).label,
            amount=formats.size(row["adjusted_difference"], kpi["unit"]),
        )
    if row["state"] == "too_small_to_matter":
        return render("page.matrix.same")
    least = row["minimum_detectable_difference"]
    if least is None:
        return states.words(row["state"]).label
    return render(
        "page.likeforlike.could_hide", amount=formats.size(least, kpi["unit"])
    )


def leaders_words(rows: tuple[PairRow, ...]) -> str:
    """Return which mode leads in which category, from clear differences alone.

    A mode leads a category where it is clearly ahead of one and clearly behind none.
    """
    clear = [row for row in rows if row.state == "clear_difference"]
    found: dict[tuple[str, ...], list[str]] = {}
    for category in dict.fromkeys(row.category for row in clear):
        mine = [row for row in clear if row.category == category]
        behind = {mode for row in mine for mode in row.modes if mode != row.ahead}
        leading = tuple(mode for mode in MODES if _leads(mode, mine, behind))
        if leading:
            found.setdefault(leading, []).append(category)
    if not found:
        is_any = any(row.state in ESTIMATED for row in rows)
        return render(f"page.glance.leads.{'none' if is_any else 'unknown'}")
    parts = [
        render(
            f"page.glance.leads.{'in' if len(modes) == 1 else 'together'}",
            mode=mode_style(modes[0]).label
            if len(modes) == 1
            else pair_words(modes[0], modes[1]),
            where=where[0]
            if len(where) == 1
            else render("page.glance.leads.categories", count=len(where)),
        )
        for modes, where in found.items()
    ]
    return render("page.glance.leads", parts=", ".join(parts))


def _leads(mode: str, clear: list[PairRow], behind: set[str]) -> bool:
    return mode not in behind and any(row.ahead == mode for row in clear)


def _rank(state: str) -> int:
    order = [*ESTIMATED, "still_running", "cannot_compare", "hidden", "no_data"]
    return order.index(state) if state in order else len(order)


def _rest(rows: list[PairRow], drawn: list[PairRow]) -> str:
    left: dict[str, int] = {}
    for row in rows:
        if row not in drawn:
            left[row.state] = left.get(row.state, 0) + 1
    if not left:
        return ""
    parts = [f"{states.words(state).label} ({n})" for state, n in left.items()]
    return render("page.likeforlike.rest", parts=", ".join(parts))
