"""Parts of a programme's page: facts, verdicts, cohorts and break-even."""

from collections.abc import Sequence

import polars as pl

from dashboards.charts.programme_dots import range_markup
from dashboards.components import downloads, html, value_state
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
    heads = "".join(
        f'<th scope="col">{html.text(name)}</th>' for name in programme.cohort_columns()
    )
    rows = "".join(_cohort_row(line) for line in lines)
    html.draw(
        f'<div class="td-scroll" role="region" tabindex="0" '
        f'aria-label="{html.text(title)}">'
        '<table class="td-table td-stacks td-programmes">'
        f'<caption class="td-hidden-text">{html.text(title)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    downloads.button(programme.cohort_table(list(lines)), title, "cohorts")


def _cohort_row(line: CohortLine) -> str:
    names = programme.cohort_columns()
    finished = range_markup(line.finished.value, line.finished.low, line.finished.high)
    contents = (
        html.text(line.began),
        html.text(line.mode),
        _figure(line.people),
        finished + _figure(line.finished, with_reason=True),
        _figure(line.live),
    )
    cells = "".join(
        f'<td class="{css_class}"><span class="td-cell-label">{html.text(name)}</span>'
        f"{content}</td>"
        for name, content, css_class in zip(names[1:], contents, CLASSES, strict=True)
    )
    return f'<tr><th scope="row">{html.text(line.name)}</th>{cells}</tr>'


def _figure(figure: Figure, *, with_reason: bool = False) -> str:
    words = html.text(figure.words)
    if figure.state:
        reason = f"<small>{html.text(figure.span)}</small>" if with_reason else ""
        return f'<span class="td-hint">{words}</span>{reason}'
    span = f"<small>{html.text(figure.span)}</small>" if figure.span else ""
    return f'<span class="td-strong">{words}</span> {span}'


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
        f"{range_markup(found.value, found.low, found.high)}{_figure(found)}</div>"
        for name, found in pairs
    )
    html.draw(f'<div class="td-two">{rows}</div>')


def _hint(words: str) -> str:
    return f'<p class="td-hint">{html.text(words)}</p>' if words else ""
