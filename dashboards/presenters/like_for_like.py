"""Which mode does better, like-for-like: rows of pairs grouped by verdict."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters import states
from dashboards.presenters.verdicts import pair_words, pairs_in_categories, reason
from dashboards.theme import MODES, mode_style
from tandem.core.wording import render

Row = dict[str, Any]

ESTIMATED = (
    "clear_difference",
    "with_care",
    "too_small_to_matter",
    "no_clear_difference",
)
MOST_ROWS = 6  # drawn on the first page; all of them are in the table
FEWEST_ROWS = 4  # filled up with pairs that cannot be compared
LEAST_SPAN = 0.1


@dataclass(frozen=True)
class PairRow:
    """One pair of modes inside a category.

    Attributes:
        slug: of the category.
        category: its words.
        modes: mode_a and mode_b.
        about: the pair and its programmes.
        words: what was found.
        reason: why nothing was found; empty for an estimate.
        ahead: the mode that is ahead by a difference; empty for none.
        state: of states.MARKS.
        strength: of seeds/evidence_strengths.csv; empty where hidden.
        difference: of mode_b minus mode_a, so that the right side is the second mode.
        low: lower limit of its likely range.
        high: upper limit.
    """

    slug: str
    category: str
    modes: tuple[str, str]
    about: str
    words: str
    reason: str
    ahead: str
    state: str
    strength: str
    difference: float | None
    low: float | None
    high: float | None


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
    rows.sort(key=lambda row: (_rank(row.state), -abs(row.difference or 0)))
    estimated = [row for row in rows if row.difference is not None][:MOST_ROWS]
    missing = max(0, FEWEST_ROWS - len(estimated))
    drawn = estimated + [row for row in rows if row.difference is None][:missing]
    order = list(dict.fromkeys(row.state for row in drawn))
    groups = tuple(
        (state, tuple(row for row in drawn if row.state == state)) for state in order
    )
    limits = [abs(n) for row in drawn for n in (row.low, row.high) if n is not None]
    span = max([LEAST_SPAN if kpi["unit"] == "share" else 1.0, *limits])
    return LikeForLike(
        groups, tuple(rows), _rest(rows, drawn), 1.05 * span, kpi["margin"] or 0.0
    )


def pair_row(row: Row, categories: dict[str, str], kpi: Row) -> PairRow:
    """Return a comparison of two modes as a row of the first page."""
    number = row["adjusted_difference"]
    has_number = number is not None and row["state"] in ESTIMATED
    ahead = _ahead(row, kpi) if has_number else ""
    counts = (row["programme_count_a"], row["programme_count_b"])
    about = pair_words(row["mode_a"], row["mode_b"])
    if None not in counts:
        about = render(
            "page.likeforlike.about",
            first=f"{mode_style(row['mode_a']).label} {counts[0]}",
            second=f"{mode_style(row['mode_b']).label} {counts[1]}",
        )
    return PairRow(
        row["outcome_category"],
        categories[row["outcome_category"]],
        (row["mode_a"], row["mode_b"]),
        about,
        _words(row, ahead, kpi) if has_number else states.words(row["state"]).label,
        "" if has_number else reason(row),
        ahead if row["state"] in {"clear_difference", "with_care"} else "",
        row["state"],
        row["evidence_strength"] or "",
        -number if has_number else None,
        _negative(row["ci_high"]) if has_number else None,
        _negative(row["ci_low"]) if has_number else None,
    )


def _negative(number: float | None) -> float | None:
    return None if number is None else -number


def _ahead(row: Row, kpi: Row) -> str:
    """Return the mode with the better value, by the direction of the KPI."""
    is_higher = row["adjusted_difference"] >= 0
    is_first = is_higher == (kpi["direction"] != "lower_better")
    return row["mode_a"] if is_first else row["mode_b"]


def amount_words(number: float, unit: str | None) -> str:
    """Return the size of a difference with its unit: `9 points`, `18 days`."""
    size = abs(number)
    return formats.points(size) if unit == "share" else formats.value(size, unit)


def _words(row: Row, ahead: str, kpi: Row) -> str:
    if row["state"] in {"clear_difference", "with_care"}:
        return render(
            "page.likeforlike.ahead",
            mode=mode_style(ahead).label,
            amount=amount_words(row["adjusted_difference"], kpi["unit"]),
        )
    if row["state"] == "too_small_to_matter":
        return render("page.likeforlike.same")
    least = row["minimum_detectable_difference"]
    if least is None:
        return states.words(row["state"]).label
    return render(
        "page.likeforlike.could_hide", amount=amount_words(least, kpi["unit"])
    )


def likely_words(row: PairRow, unit: str | None) -> str:
    """Return the likely range of a difference, each end with the mode ahead there."""
    if row.low is None or row.high is None:
        return ""
    return render(
        "page.likeforlike.range",
        low=_end(row.low, row.modes, unit),
        high=_end(row.high, row.modes, unit),
    )


def _end(number: float, modes: tuple[str, str], unit: str | None) -> str:
    mode = modes[1] if number >= 0 else modes[0]
    return f"{mode_style(mode).label} {amount_words(number, unit)}"


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


@dataclass(frozen=True)
class Reversal:
    """A lead that is not there once like is compared with like.

    Attributes:
        title: what it looks like, and that it is not so.
        why: what is found like-for-like.
        crude: the difference as it happened, of mode_b minus mode_a.
        row: the comparison like-for-like, in the same direction.
    """

    title: str
    why: str
    crude: float
    row: PairRow


def reversal(
    compared: pl.DataFrame, scope: dict[str, str], kpi: Row
) -> Reversal | None:
    """Return the lead that turns round, of everything before single categories.

    Args:
        compared: rows of one KPI and window.
        scope: slug to words, `all` among them where everything is shown.
        kpi: the row of the registry.
    """
    found = compared.filter(
        pl.col("is_direction_flipped").fill_null(False)
        & pl.col("crude_difference").is_not_null()
        & pl.col("adjusted_difference").is_not_null()
        & pl.col("outcome_category").is_in(list(scope))
    ).sort(pl.col("outcome_category") != "all", pl.col("crude_difference").abs())
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    looks = _ahead(row | {"adjusted_difference": row["crude_difference"]}, kpi)
    behind = row["mode_b"] if looks == row["mode_a"] else row["mode_a"]
    pair = pair_row(row, scope, kpi)
    is_all = row["outcome_category"] == "all"
    names = {
        "ahead": mode_style(looks).label,
        "behind": mode_style(behind).label,
        "where": render("page.glance.reversal.overall") if is_all else pair.category,
        "amount": amount_words(row["crude_difference"], kpi["unit"]),
    }
    key = "turned" if pair.ahead else "gone"
    return Reversal(
        render("page.glance.reversal.title", **names),
        render(
            f"page.glance.reversal.{key}",
            **names | {"amount": amount_words(row["adjusted_difference"], kpi["unit"])},
        ),
        -row["crude_difference"],
        pair,
    )
