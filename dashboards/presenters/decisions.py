"""Decisions in the reader's language: which concern the choice, which are dismissed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards.words import category_words
from tandem.core.wording import Words, render

Row = dict[str, Any]

SHOWN = 5  # cards at most

# The page with the evidence, and its query parameters: name to column.
EVIDENCE = {
    "compare_modes": {
        "measure": "kpi_id",
        "category": "outcome_category",
    },
    "programmes": {"programme": "programme_id", "category": "outcome_category"},
    "right_mode": {},
    "data": {},
}


@dataclass(frozen=True)
class Card:
    """One decision.

    Attributes:
        key: identifies it in every snapshot.
        title: what to decide.
        why: the evidence in one sentence.
        page: with the evidence, as publishing names it.
        parameters: of the link, so that it opens exactly this evidence.
        reason: why it was dismissed; empty where it is open.
    """

    key: str
    title: str
    why: str
    page: str
    parameters: dict[str, str]
    reason: str = ""


@dataclass(frozen=True)
class Decisions:
    """Open cards that concern the choice, those elsewhere, and dismissed ones."""

    here: tuple[Card, ...]
    elsewhere: int
    dismissed: tuple[Card, ...]


def decisions_view(
    found: pl.DataFrame, category: str, dismissed: Mapping[str, str]
) -> Decisions:
    """Return the decisions of a choice.

    Args:
        found: pub.decisions by rank.
        category: the chosen one, or `all`. A decision without one concerns everything.
        dismissed: decision key to the reason.
    """
    rows = list(found.iter_rows(named=True))
    cards = [(row, card(row, dismissed)) for row in rows]
    opened = [(row, each) for row, each in cards if not each.reason]
    here = tuple(each for row, each in opened if _concerns(row, category))
    return Decisions(
        here, len(opened) - len(here), tuple(each for _, each in cards if each.reason)
    )


def _concerns(row: Row, category: str) -> bool:
    return category == "all" or row["outcome_category"] in {None, category}


def card(row: Row, dismissed: Mapping[str, str]) -> Card:
    """Return a row of pub.decisions in the reader's language."""
    parameters = Words.of_json(
        {"key": row["wording_key"], "parameters": json.loads(row["parameters"])}
    ).parameters
    if "category" in parameters and row["outcome_category"]:
        words = category_words(row["outcome_category"], str(parameters["category"]))
        parameters = {**parameters, "category": words}
    link = {
        name: row[column]
        for name, column in EVIDENCE.get(row["page"], {}).items()
        if row[column]
    }
    if row["mode_a"] and row["mode_b"]:
        link["modes"] = f"{row['mode_a']}-{row['mode_b']}"
    return Card(
        row["decision_key"],
        render(f"{row['wording_key']}.title", **parameters),
        render(f"{row['wording_key']}.why", **parameters),
        row["page"],
        link,
        dismissed.get(row["decision_key"], ""),
    )


def dismissed_reasons(entries: Mapping[str, Row]) -> dict[str, str]:
    """Return decision key -> reason of those dismissed by their newest entry.

    Args:
        entries: the newest entry about each decision.
    """
    return {
        key: entry["reason"]
        for key, entry in entries.items()
        if entry["payload"]["is_dismissed"]
    }


def count_words(view: Decisions, *, is_narrowed: bool) -> str:
    """Return how many decisions are open, and how many of them concern the choice.

    Args:
        view: the decisions.
        is_narrowed: whether a filter is set.
    """
    count = len(view.here)
    key = {0: "none", 1: "one"}.get(count, "many")
    words = render(f"page.decisions.{key}", count=count)
    if not is_narrowed:
        return words
    if view.elsewhere:
        return f"{words} {render('page.decisions.elsewhere', count=view.elsewhere)}"
    return words
