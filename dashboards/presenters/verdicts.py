"""The sentences at the top of pages, and summaries of comparisons."""

from typing import Any

import polars as pl

from dashboards import formats, gaps
from dashboards.theme import mode_style
from tandem.core.held_equal import how_key
from tandem.core.wording import render

Row = dict[str, Any]

SHARE: Row = {"unit": "share", "direction": "higher_better"}  # as the headline is

LEADS = ("clear_difference", "with_care")  # a mode is ahead
ESTIMATED = (*LEADS, "too_small_to_matter", "no_clear_difference")
# The order of states in summaries: estimates before refusals.
ORDER = (*ESTIMATED, "cannot_compare", "still_running", "hidden")


def only_mode(compared: pl.DataFrame) -> str | None:
    """Return the one delivery mode of all comparisons; None where there are pairs."""
    if compared.is_empty() or compared["mode_b"].null_count() < compared.height:
        return None
    modes = compared["mode_a"].unique().to_list()
    return modes[0] if len(modes) == 1 else None


def of_category(compared: pl.DataFrame, category: str) -> pl.DataFrame:
    """Return the comparisons inside a category; all of them for `all`."""
    if category == "all":
        return compared
    return compared.filter(pl.col("outcome_category") == category)


def pairs_in_categories(compared: pl.DataFrame) -> pl.DataFrame:
    """Return the comparisons of two modes inside one category."""
    return compared.filter(
        pl.col("mode_b").is_not_null() & (pl.col("outcome_category") != "all")
    )


def pair_words(first: str, second: str) -> str:
    """Return e.g. `Live and Self-paced`."""
    return render(
        "page.pair", first=mode_style(first).label, second=mode_style(second).label
    )


def verdict_words(row: Row, kpi: Row) -> str:
    """Return a verdict with its gap, e.g. `Clear difference: Live 9 points better`.

    Args:
        row: of pub.mode_comparisons.
        kpi: its row of the registry; unit and direction are read.
    """
    label = render(f"state.{row['state']}.label")
    if row["verdict"] == "emerging_difference":
        label = render("page.compare.emerging")
    if row["state"] not in LEADS:
        return label
    finding = gaps.finding(row, kpi)
    if not finding:
        return label
    return render("page.compare.verdict", label=label, finding=finding)


def summary(compared: pl.DataFrame, category: str, kpi: Row = SHARE) -> str:
    """Return the summary of the comparisons of one KPI, in one sentence.

    Args:
        compared: rows of one KPI and window.
        category: the chosen one, or `all`.
        kpi: its row of the registry.
    """
    if compared.is_empty():
        return render("page.compare.nothing")
    if category != "all":
        mine = of_category(compared, category)
        if mine.is_empty():
            return render("page.compare.nothing_in_category")
        return _in_category(mine, kpi)
    only = only_mode(compared)
    if only is not None:
        return render(f"page.compare.only.{only}")
    inside = pairs_in_categories(compared)
    if inside.is_empty():
        return render("page.compare.no_pairs")
    counts = dict(inside.group_by("state").len().iter_rows())
    clear, cannot = counts.get("clear_difference", 0), counts.get("cannot_compare", 0)
    found = render(
        "page.compare.summary",
        count=inside.height,
        clear=clear or render("page.compare.none_of"),
        verb=render("page.compare.show" if clear > 1 else "page.compare.shows"),
    )
    if not cannot:
        return found
    name = "one" if cannot == 1 else "many"
    return f"{found} {render(f'page.compare.unfair.{name}', count=cannot)}"


def _in_category(mine: pl.DataFrame, kpi: Row) -> str:
    two = mine.filter(pl.col("mode_b").is_not_null()).sort(_rank())
    if two.is_empty():
        return " ".join(mine["sentence"])
    return "; ".join(
        render(
            "page.compare.one",
            pair=pair_words(row["mode_a"], row["mode_b"]),
            verdict=_lowered(verdict_words(row, kpi)),
        )
        for row in two.iter_rows(named=True)
    )


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def _rank() -> pl.Expr:
    order = pl.Enum([*ORDER, "not_measured", "no_data"])
    return pl.col("state").cast(order)


def reason(row: Row) -> str:
    """Return the reason of a verdict in a few words."""
    if row["mode_b"] is None:
        return render("page.why.one_mode", mode=mode_style(row["mode_a"]).label)
    return render(
        f"page.why.{row['verdict']}",
        mode_a=mode_style(row["mode_a"]).label,
        mode_b=mode_style(row["mode_b"]).label,
        programmes_a=formats.count(row["programme_count_a"]),
        programmes_b=formats.count(row["programme_count_b"]),
    )


def how_words(row: Row) -> str:
    """Return how a difference was made comparable, e.g. `like-for-like`."""
    return render(how_key(row["held_equal"], row.get("evidence_gates")))


def next_step(row: Row) -> str:
    """Return what would make a comparison possible or more precise."""
    return render(
        "page.next.one_mode" if row["mode_b"] is None else f"page.next.{row['verdict']}"
    )
