"""The scorecard drawn as HTML: an overview, and the evidence of each question."""

from dashboards.components import html, html_table, value_state
from dashboards.presenters import scorecard
from dashboards.presenters.measures import Measure
from dashboards.presenters.scorecard import Judgement, Question
from tandem.core.wording import render


def overview(found: list[Question], candidate: str) -> str:
    """Return all questions in one table: evidence, our judgement, the candidate's.

    Without a candidate vendor there is no column for one: the form below adds it.
    """
    heads = [
        render("page.scorecard.column.question"),
        render("page.scorecard.column.evidence"),
        render("page.scorecard.column.ours"),
        *([candidate] if candidate else []),
    ]
    rows = (
        f'<td class="td-strong">{html.text(question.title)}</td>'
        f"<td>{_dots(question)}{html.text(question.coverage)}</td>"
        + html_table.cell(heads[2], _score(question.ours))
        + (html_table.cell(candidate, _score(question.candidate)) if candidate else "")
        for question in found
    )
    title = render("page.scorecard.title")
    table = html_table.frame(heads, rows, title, "td-labelled")
    return html_table.scrolling(table, title)


def _dots(question: Question) -> str:
    dots = "".join(
        f'<i class="{"td-on" if not measure.state else ""}"></i>'
        for measure in sorted(question.measures, key=lambda each: bool(each.state))
    )
    return f'<span class="td-dots" aria-hidden="true">{dots}</span>'


def _score(judgement: Judgement | None) -> str:
    words = html.text(scorecard.score_words(judgement))
    if judgement is None:
        return f'<span class="td-hint">{words}</span>'
    who = f'<small class="td-small">{html.text(judgement.who)}</small>'
    return f"<b>{words}</b>{who}"


def details(found: list[Question], candidate: str) -> str:
    """Return each question as a card: its measures, then the judgements."""
    cards = "".join(_question(question, candidate) for question in found)
    return f'<div class="td-cards">{cards}</div>'


def _question(question: Question, candidate: str) -> str:
    rows = "".join(map(_measure, question.measures))
    judged = "".join(
        _judgement(name, judgement)
        for name, judgement in (
            (render("page.scorecard.column.ours"), question.ours),
            (candidate, question.candidate),
        )
        if judgement is not None
    )
    stack = f'<div class="td-stack">{judged}</div>' if judged else ""
    return (
        f'<section class="td-ladder"><h3 class="td-section">'
        f"{html.text(question.title)}</h3>"
        f'<p class="td-hint">{html.text(question.asks)}</p>'
        f"<div>{rows}</div>{stack}</section>"
    )


def _measure(measure: Measure) -> str:
    modes = scorecard.mode_words(measure)
    by_mode = f'<p class="td-modes">{html.text(modes)}</p>' if modes else ""
    base = f'<small class="td-small">{html.text(measure.base)}</small>'
    if measure.state:
        value = value_state.markup(measure.state, measure.reason)
    else:
        value = (
            f'<b class="td-figure">{html.text(measure.value)}</b>'
            f'<small class="td-small">{html.text(measure.span)}</small>'
        )
    return (
        f'<div class="td-measure"><div><span>{html.text(measure.label)}</span>{base}'
        f"</div><div>{value}</div>{by_mode}</div>"
    )


def _judgement(name: str, judgement: Judgement) -> str:
    words = html.text(scorecard.score_words(judgement))
    return (
        f'<div class="td-card"><b>{html.text(name)}: {words}</b>'
        f"{html.text(judgement.comment)}"
        f'<small class="td-small">{html.text(judgement.who)}</small></div>'
    )
