"""The grounds of comparisons, drawn: a line each, which opens to the facts."""

from collections.abc import Sequence

import polars as pl

from dashboards.components import downloads, html, html_table
from dashboards.components.value_state import padlocks
from dashboards.presenters import states
from dashboards.presenters.grounds import Grounds
from dashboards.presenters.trials import Trial


def draw(found: Sequence[Grounds], opened: str = "") -> None:
    """Draw a line per comparison.

    Args:
        found: in the order of reading.
        opened: the category whose facts are open at first.
    """
    cards = "".join(_card(one, is_open=one.category == opened) for one in found)
    html.draw(f'<div class="td-stack">{cards}</div>')


def _card(one: Grounds, *, is_open: bool) -> str:
    mark = f'<span aria-hidden="true">{states.MARKS[one.state]}</span>'
    strength = f" <small>{padlocks(one.strength)}</small>" if one.strength else ""
    facts = "".join(
        f"<dt>{html.text(question)}</dt><dd>{html.text(answer)}</dd>"
        for question, answer in one.facts
    )
    return (
        f'<details class="td-details"{" open" if is_open else ""}>'
        f"<summary>{mark} {html.text(one.title)}{strength}</summary>"
        f'<dl class="td-answers">{facts}</dl></details>'
    )


def draw_trials(found: Sequence[Trial]) -> None:
    """Draw a card per pilot: its question, where it stands, what it found."""
    cards = "".join(
        f'<div class="td-card td-is-quiet"><b>{html.text(one.title)}</b>'
        f'<span class="td-chip">{html.text(one.status)}</span> '
        f"{html.text(one.words)}</div>"
        for one in found
    )
    html.draw(f'<div class="td-stack">{cards}</div>')


def draw_sentences(title: str, sentences: Sequence[str], note: str) -> None:
    """Draw a card with a sentence a line, and what to keep in mind."""
    lines = "".join(f"<li>{html.text(sentence)}</li>" for sentence in sentences)
    html.draw(
        f'<div class="td-card td-is-quiet"><b>{html.text(title)}</b>'
        f'<ul class="td-list">{lines}</ul>'
        f'<p class="td-hint">{html.text(note)}</p></div>'
    )


def draw_history(table: pl.DataFrame, title: str) -> None:
    """Draw a table of verdicts; on a narrow screen its columns stand one below another.

    Args:
        table: categories in the first column, then one column per quarter.
        title: of the table, for readers who do not see it.
    """
    first, *quarters = table.columns
    rows = (
        f'<th scope="row" class="td-row">{html.text(row[first])}</th>'
        + "".join(html_table.cell(name, html.text(row[name])) for name in quarters)
        for row in table.iter_rows(named=True)
    )
    html.draw(html_table.frame(table.columns, rows, title, "td-matrix"))
    downloads.button(table, title, "verdicts")
