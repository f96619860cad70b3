"""What a cell shows: its numbers, rounded where they must be, or the words instead.

A cell whose counts are not exact shows its people to the nearest 2k and its value in
whole points or two significant figures. A side of a share with fewer than k people is
not counted out: its share is in whole points. A side with fewer than the fewest people
of each side is a band. Everything here is also known to the attacker of the audit.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from publishing.disclosure.relations import Bounds
from publishing.hiding import state_where
from publishing.intervals import wilson
from tandem.core.wording import render

WHOLE_POINTS_BELOW = 200  # people; in a smaller group, a finer share gives the count
BANDS = (5, 10, 25)  # percent
LOW, HIGH = "share_low", "share_high"  # hidden as a side is small: a band is shown
NUMBERS = ("numerator", "denominator", "value", "ci_low", "ci_high", "learner_count")
SIGNIFICANT = 2  # figures of a rounded amount
HALF_POINT = 0.005  # of a share in whole points
NOISE = 1e-9


@dataclass(frozen=True)
class Rule:
    """How small a published group may be.

    Attributes:
        k: fewest people behind the base of a number.
        each_side: fewest people behind its numerator, and outside of it.
        largest_percent: percent of an amount within which nobody may be able to
            estimate what the largest contributor has (the p of the p % rule).
    """

    k: int
    each_side: int = 3
    largest_percent: float = 10.0


def round_people(column: str, k: int) -> pl.Expr:
    """Return a count of people to the nearest 2k, and at least 2k."""
    return ((pl.col(column) / (2 * k)).round() * (2 * k)).clip(lower_bound=2 * k)


def describe(cells: pl.DataFrame, is_share: bool, rule: Rule) -> pl.DataFrame:
    """Replace the numbers of one KPI's cells by what is published of them.

    Args:
        cells: with the true numerator, denominator and people, `is_exact`, and
            `reason`, why a cell is hidden; null where it is shown.
        is_share: whether the numerator counts members of the denominator.
        rule: how small a group may be.

    Returns:
        The cells with NUMBERS as published, `band` in percent, state and state_detail.
    """
    others = pl.col("denominator") - pl.col("numerator")
    side_people = pl.min_horizontal("numerator_people", "complement_people")
    has_small_side = pl.lit(is_share) & (
        pl.min_horizontal("numerator", others, side_people) < rule.k
    )
    is_rounded = ~pl.col("is_exact")
    in_points = is_rounded | has_small_side | (pl.col("people") < WHOLE_POINTS_BELOW)
    value = pl.when(pl.col("denominator") != 0).then(
        pl.col("numerator") / pl.col("denominator")
    )
    rounded = value.round(2) if is_share else value.round_sig_figs(SIGNIFICANT)
    people = (
        pl.when(is_rounded)
        .then(round_people("people", rule.k))
        .otherwise(pl.col("people"))
    )
    base = pl.when(is_rounded).then(people).otherwise(pl.col("denominator"))
    valued = cells.with_columns(
        pl.when(in_points).then(rounded).otherwise(value).alias("value"),
        people.cast(pl.Int64).alias("learner_count"),
        band(rule).alias("band"),
    ).with_columns(_state_detail(rule).alias("state_detail"))
    low, high = wilson(pl.col("value"), base)
    ends = {"ci_low": low, "ci_high": high}
    described = valued.with_columns(
        *[
            (
                pl.when(in_points).then(end.round(2)).otherwise(end)
                if is_share
                else pl.lit(None, dtype=pl.Float64)
            ).alias(name)
            for name, end in ends.items()
        ],
        pl.when(~has_small_side & ~is_rounded)
        .then(pl.col("numerator"))
        .alias("numerator"),
        pl.when(~is_rounded).then(pl.col("denominator")).alias("denominator"),
        state_where(pl.col("reason").is_null()),
    )
    return described.with_columns(
        pl.when(pl.col("state") == "shown").then(pl.col(name)).alias(name)
        for name in NUMBERS
    )


def band(rule: Rule) -> pl.Expr:
    """Return the percent of a cell's band: the narrowest that holds `each_side` people.

    It depends on the base alone, so that it does not tell nobody from one or two. Null
    where the cell is hidden for another reason, where even the widest band holds too
    few, and where few people have more events than the band holds.
    """
    share = pl.col("numerator") / pl.col("denominator")
    rare = pl.when(pl.col("reason") == LOW).then(share)
    rare = rare.when(pl.col("reason") == HIGH).then(1 - share)
    needed = rule.each_side / pl.min_horizontal("denominator", "people")
    found = pl.when(pl.lit(False)).then(pl.lit(0))
    for percent in BANDS:
        found = found.when(100 * needed <= percent).then(pl.lit(percent))
    narrowest = found.otherwise(None)
    return pl.when(100 * rare <= narrowest).then(narrowest)


def _state_detail(rule: Rule) -> pl.Expr:
    """Return why a cell is hidden or rounded.

    Primary and complementary suppression have the same text, so that a reader cannot
    infer which cells are small.
    """
    detail = pl.when(pl.lit(False)).then(pl.lit(""))
    for percent in BANDS:
        for reason, bound in ((LOW, percent), (HIGH, 100 - percent)):
            text = render(f"gate.{reason}", percent=bound)
            is_in_band = (pl.col("reason") == reason) & (pl.col("band") == percent)
            detail = detail.when(is_in_band).then(pl.lit(text))
    hidden = pl.lit(render("gate.hidden", k=rule.k))
    rounded = pl.lit(render("gate.coarse", base=2 * rule.k))
    detail = detail.when(pl.col("reason").is_not_null()).then(hidden)
    return detail.when(~pl.col("is_exact")).then(rounded)


@dataclass(frozen=True)
class Knowledge:
    """What the published numbers of each cell tell of its true ones, cell by cell.

    Of rounded people, the attacker is assumed to know how many rows each has; of a
    hidden cell of a share, the base, which another KPI of these people may show.

    Attributes:
        people: bounds of the distinct people.
        base: bounds of the denominator.
        numerator: bounds of the numerator.
    """

    people: Bounds
    base: Bounds
    numerator: Bounds

    @classmethod
    def of(
        cls, cells: pl.DataFrame, published: pl.DataFrame, is_share: bool, k: int
    ) -> "Knowledge":
        """Return what is known of cells.

        Args:
            cells: the true numbers.
            published: the same cells from `describe`.
            is_share: whether the numerator counts members of the denominator.
            k: the smallest group that may be shown.
        """
        people = _known_people(published, k)
        base = _known_base(cells, published, people)
        known = _known_share if is_share else _known_amount
        return cls(people, base, known(cells, published, base))


def with_bounds(
    cells: pl.DataFrame, published: pl.DataFrame, is_share: bool, k: int
) -> pl.DataFrame:
    """Add what is known of each cell: `low_` and `high_` of people and of each side.

    The sides are `denominator`, `numerator` and `complement`; see `Knowledge.of` for
    the arguments.
    """
    known = Knowledge.of(cells, published, is_share, k)
    value = _numbers(published, "value")
    size, counted = known.base, known.numerator
    is_rate = ~np.isnan(value) & np.isnan(_numbers(published, "numerator")) & is_share
    others = Bounds(
        np.where(
            is_rate,
            np.ceil((1 - value - HALF_POINT) * size.low - NOISE),
            size.low - counted.high,
        ),
        np.where(
            is_rate,
            np.floor((1 - value + HALF_POINT) * size.high + NOISE),
            size.high - counted.low,
        ),
    )
    sides = {
        "people": known.people,
        "denominator": size,
        "numerator": counted,
        "complement": others,
    }
    return published.with_columns(
        pl.Series(f"{end}_{side}", getattr(bounds, end))
        for side, bounds in sides.items()
        for end in ("low", "high")
    )


def _known_people(published: pl.DataFrame, k: int) -> Bounds:
    shown = _numbers(published, "learner_count")
    is_hidden, is_exact = np.isnan(shown), ~np.isnan(_numbers(published, "denominator"))
    slack = np.where(is_exact, 0, k)
    least = np.where(is_exact, shown, np.maximum(shown - slack, k))
    return Bounds(
        np.where(is_hidden, 0, least), np.where(is_hidden, np.inf, shown + slack)
    )


def _known_base(cells: pl.DataFrame, published: pl.DataFrame, people: Bounds) -> Bounds:
    exact = _numbers(published, "denominator")
    count = _numbers(cells, "people")
    rows = np.divide(
        _numbers(cells, "denominator"), count, out=np.ones(len(count)), where=count > 0
    )
    is_exact = ~np.isnan(exact)
    # People without a row (of a KPI whose base is an amount) have a base of 0, however
    # many they may be.
    low, high = (
        np.multiply(bound, rows, out=np.zeros(len(rows)), where=rows > 0)
        for bound in (people.low, people.high)
    )
    low, high = np.ceil(low - NOISE), np.floor(high + NOISE)
    return Bounds(np.where(is_exact, exact, low), np.where(is_exact, exact, high))


def _known_share(cells: pl.DataFrame, published: pl.DataFrame, base: Bounds) -> Bounds:
    exact, value = _numbers(published, "numerator"), _numbers(published, "value")
    size, percent = _numbers(cells, "denominator"), _numbers(published, "band") / 100
    is_low = (published["reason"] == LOW).fill_null(False).to_numpy()
    is_high = (published["reason"] == HIGH).fill_null(False).to_numpy()
    is_banded = ~np.isnan(percent)
    low = np.where(is_high & is_banded, (1 - percent) * size, 0.0)
    high = np.where(is_low & is_banded, percent * size, size)
    is_shown, is_exact = ~np.isnan(value), ~np.isnan(exact)
    low = np.where(is_shown, (value - HALF_POINT) * base.low, low)
    high = np.where(is_shown, (value + HALF_POINT) * base.high, high)
    low, high = np.ceil(low - NOISE), np.floor(high + NOISE)
    return Bounds(np.where(is_exact, exact, low), np.where(is_exact, exact, high))


def _known_amount(cells: pl.DataFrame, published: pl.DataFrame, base: Bounds) -> Bounds:
    exact, value = _numbers(published, "numerator"), _numbers(published, "value")
    size = np.abs(np.where(value == 0, 1, value))
    half = 0.5 * 10.0 ** (np.floor(np.log10(size)) - SIGNIFICANT + 1)
    is_hidden, is_exact = np.isnan(value), ~np.isnan(exact)
    low = np.where(is_hidden, 0, np.maximum(value - half, 0) * base.low)
    high = np.where(is_hidden, np.inf, (value + half) * base.high)
    return Bounds(np.where(is_exact, exact, low), np.where(is_exact, exact, high))


def _numbers(frame: pl.DataFrame, name: str) -> np.ndarray:
    """Return a column as floats; NaN where it is null."""
    return frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
