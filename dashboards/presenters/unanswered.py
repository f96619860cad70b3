"""Comparisons without an answer yet: what is missing for one, the nearest first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters.verdicts import (
    next_step,
    pair_words,
    pairs_in_categories,
    reason,
)
from dashboards.theme import mode_style
from tandem.core.wording import plural_key, render

Row = dict[str, Any]

TOO_FEW, RUNNING = "insufficient_programmes", "immature"
REFUSED = (
    TOO_FEW,
    RUNNING,
    "not_comparable_definition",
    "not_comparable_no_overlap",
)
FAR = 10_000  # more programmes than any comparison lacks


@dataclass(frozen=True)
class Unanswered:
    """A comparison without an answer.

    Attributes:
        title: outcome category and pair of modes.
        words: what it lacks, and what would make it possible.
        category: slug of the outcome category.
        rank: of its verdict: the easier to change comes first.
        distance: how many programmes it lacks; FAR where that is not counted.
    """

    title: str
    words: str
    category: str
    rank: int
    distance: int


def closest(compared: pl.DataFrame, labels: Mapping[str, str]) -> list[Unanswered]:
    """Return the comparisons without an answer: the fewest programmes missing first.

    Those that lack only time come before all, those of which nobody counted what they
    lack after all.

    Args:
        compared: comparisons of one KPI and window.
        labels: words for the categories.
    """
    within = pairs_in_categories(compared).filter(pl.col("verdict").is_in(REFUSED))
    found = [_unanswered(row, labels) for row in within.iter_rows(named=True)]
    return sorted(found, key=lambda one: (one.distance, one.rank, one.category))


def _unanswered(row: Row, labels: Mapping[str, str]) -> Unanswered:
    slug = row["outcome_category"]
    missing, distance = "", 0 if row["verdict"] == RUNNING else FAR
    if row["verdict"] == TOO_FEW:
        missing, distance = _missing(row)
    step = next_step(row)
    words = f"{reason(row)} {step}"
    if missing:
        words = render("pack.next.or", missing=missing, step=step)
    return Unanswered(
        render(
            "pack.next.comparison",
            scope=labels.get(slug, slug),
            pair=pair_words(row["mode_a"], row["mode_b"]),
        ),
        words,
        slug,
        REFUSED.index(row["verdict"]),
        distance,
    )


def _missing(row: Row) -> tuple[str, int]:
    """Return what the shorter way to a comparison lacks, and how many programmes."""
    known = _counts(row)
    if known is None:
        return "", FAR
    both = max(known["programmes"] - known["pairs"], 0)
    ways = [(both, _both_words(both, known["k"]))] if both else []
    if "across_a" in known:
        sides = {
            row[f"mode_{side}"]: max(known["programmes"] - known[f"across_{side}"], 0)
            for side in ("a", "b")
        }
        if apart := sum(sides.values()):
            ways.append((apart, _apart_words(sides)))
    if not ways:
        return "", FAR
    distance, words = min(ways, key=lambda way: way[0])
    return words, distance


def _counts(row: Row) -> dict[str, int] | None:
    """Return the numbers that the sentence of a refusal names; None without them."""
    if not row.get("wording"):
        return None
    for part in json.loads(row["wording"])["sentence"]:
        named = part["parameters"]
        if part["key"].startswith(f"verdict.{TOO_FEW}") and "pairs" in named:
            return {
                name: value for name, value in named.items() if isinstance(value, int)
            }
    return None


def _both_words(number: int, k: int) -> str:
    key = plural_key("pack.next.both", number)
    return render(key, number=formats.count(number), k=k)


def _apart_words(sides: Mapping[str, int]) -> str:
    parts = [
        render(
            plural_key("pack.next.more", number),
            number=formats.count(number),
            mode=mode_style(mode).label,
        )
        for mode, number in sides.items()
        if number
    ]
    listed = parts[0]
    if len(parts) > 1:
        listed = render("pack.next.and", first=parts[0], second=parts[1])
    return render("pack.next.apart", programmes=listed)
