"""The scorecard drawn as HTML: an overview, and the evidence of each question."""

from dashboards.components import html, value_state
from dashboards.presenters import scorecard
from dashboards.presenters.measures import Measure
from dashboards.presenters.scorecard import Judgement, Question
from tandem.core.wording import render


def overview(found: list[Question], candidate: str) -> str:
    """Return all questions in one table: evidence, our judgement, the candidate's."""
    heads = [
        render("page.scorecard.column.question"),
        render("page.scorecard.column.evidence"),
        render("page.scorecard.column.ours"),
        candidate or render("page.scorecard.column.candidate"),
    ]
    head = "".join(f"<th scope='col'>{html.text(name)}</th>" for name in heads)
    body = "".join(
        f'<tr><td class="td-strong">{html.text(question.title)}</td>'
        f"<td>{_dots(question)}{html.text(question.coverage)}</td>"
        f"<td>{_score(heads[2], question.ours)}</td>"
        f"<td>{_candidate(heads[3], question, candidate)}</td></tr>"
        for question in found
    )
    return (
        '<div class="td-scroll"><table class="td-table td-stacks">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _candidate(name: str, question: Question, candidate: str) -> str:
    if candidate:
        return _score(name, question.candidate)
    none = html.text(render("page.scorecard.none_entered"))
    named = f'<span class="td-cell-name">{html.text(name)}: </span>'
    return f'{named}<span class="td-hint">{none}</span>'


def _dots(question: Question) -> str:
    dots = "".join(
        f'<i class="{"td-on" if not measure.state else ""}"></i>'
        for measure in sorted(question.measures, key=lambda each: bool(each.state))
    )
    return f'<span class="td-dots" aria-hidden="true">{dots}</span>'


def _score(name: str, judgement: Judgement | None) -> str:
    named = f'<span class="td-cell-name">{html.text(name)}: </span>'
    words = html.text(scorecard.score_words(judgement))
    if judgement is None:
        return f'{named}<span class="td-hint">{words}</span>'
    who = f'<small class="td-small">{html.text(judgement.who)}</small>'
    return f"{named}<b>{words}</b>{who}"


def details(found: list[Question], candidate: str) -> str:
    """Return each question as a card: its measures, then the judgements."""
    cards = "".join(_question(question, candidate) for question in found)
    return f'<div class="td-cards">{cards}</div>'


def _question(question: Question, candidate: str) -> str:
    rows = "".join(map(_measure, question.measures))
    judged = _judgement(render("page.scorecard.column.ours"), question.ours)
    if candidate:
        judged += _judgement(candidate, question.candidate)
    return (
        f'<section class="td-ladder"><h3 class="td-section">'
        f"{html.text(question.title)}</h3>"
        f'<p class="td-hint">{html.text(question.asks)}</p>'
        f'<div>{rows}</div><div class="td-stack">{judged}</div></section>'
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


def _judgement(name: str, judgement: Judgement | None) -> str:
    words = html.text(scorecard.score_words(judgement))
    if judgement is None:
        return f'<div class="td-card td-is-quiet"><b>{html.text(name)}</b>{words}</div>'
    return (
        f'<div class="td-card"><b>{html.text(name)}: {words}</b>'
        f"{html.text(judgement.comment)}"
        f'<small class="td-small">{html.text(judgement.who)}</small></div>'
    )
