"""Parts of a programme's page: facts, verdicts, cohorts and break-even."""

from collections.abc import Sequence

import polars as pl

from dashboards.charts.programme_dots import range_markup
from dashboards.components import downloads, html, html_table, value_state
from dashboards.components.programme_table import figure
from dashboards.presenters import programme
from dashboards.presenters.programme import CohortLine
from dashboards.presenters.programme_list import Figure
from dashboards.presenters.programme_verdicts import Verdict
from tandem.core.wording import render

CLASSES = (
    "td-col-began",
    "",
    "",
    "td-col-finished",
    "",
)  # of the columns after the cohort's name


def draw_facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Draw what a programme is: a name and words each."""
    items = "".join(
        f"<div><dt>{html.text(name)}</dt><dd>{html.text(words)}</dd></div>"
        for name, words in pairs
    )
    html.draw(f'<dl class="td-facts">{items}</dl>')


def draw_verdict(verdict: Verdict, *notes: str) -> None:
    """Draw a state, the sentence that says why, and further notes."""
    extra = "".join(_hint(note) for note in notes)
    html.draw(
        f'<div class="td-card">{value_state.markup(verdict.state)}'
        f"<p>{html.text(verdict.sentence)}</p>{extra}</div>"
    )


def draw_cohorts(lines: Sequence[CohortLine], title: str) -> None:
    """Draw the cohorts by their start: dose beside outcome.

    Args:
        lines: the cohorts.
        title: what the table shows, in a sentence.
    """
    names = programme.cohort_columns()
    rows = map(_cohort_row, lines)
    table = html_table.frame(names, rows, title, "td-programmes")
    html.draw(html_table.scrolling(table, title))
    downloads.button(programme.cohort_table(list(lines)), title, "cohorts")


def _cohort_row(line: CohortLine) -> str:
    _, *names = programme.cohort_columns()
    finished = range_markup(line.finished.value, line.finished.low, line.finished.high)
    why = line.finished.span if line.finished.state else ""
    reason = f"<small>{html.text(why)}</small>" if why else ""
    contents = (
        html.text(line.began),
        html.text(line.mode),
        figure(line.people),
        finished + figure(line.finished) + reason,
        figure(line.live),
    )
    parts = zip(names, contents, CLASSES, strict=True)
    cells = "".join(html_table.cell(*part) for part in parts)
    return f'<th scope="row">{html.text(line.name)}</th>{cells}'


def draw_break_even(found: pl.DataFrame) -> None:
    """Draw at how many enrolments two modes cost the same, or why that is unknown."""
    if found.is_empty():
        value_state.draw("no_data", render("page.programme.even.one_mode"))
        return
    cards = []
    for row in found.iter_rows(named=True):
        state, words, base = programme.break_even_words(row)
        chip = value_state.markup(state) if state else ""
        costs = programme.cost_words(row) if not state else ""
        notes = "".join(_hint(note) for note in (costs, base))
        cards.append(
            f'<div class="td-card td-is-quiet">{chip}<p class="td-strong">'
            f"{html.text(words)}</p>{notes}</div>"
        )
    html.draw(f'<div class="td-two">{"".join(cards)}</div>')


def draw_pair(pairs: Sequence[tuple[str, Figure]]) -> None:
    """Draw two programmes' own figures, each on its own row."""
    rows = "".join(
        f'<div><p class="td-label">{html.text(name)}</p>'
        f"{range_markup(found.value, found.low, found.high)}{figure(found)}</div>"
        for name, found in pairs
    )
    html.draw(f'<div class="td-two">{rows}</div>')


def _hint(words: str) -> str:
    return f'<p class="td-hint">{html.text(words)}</p>' if words else ""
