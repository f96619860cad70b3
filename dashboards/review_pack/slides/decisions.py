"""Slide 1: what is asked of the review, and the three sentences that it rests on."""

from dashboards.presenters import decisions as proposals
from dashboards.presenters import review_pack
from dashboards.presenters.like_for_like import leaders_words
from dashboards.presenters.reversals import main_reversal
from dashboards.queries import decisions as queries
from dashboards.review_pack.blocks import (
    ASKED,
    NOTED,
    Block,
    Card,
    Cards,
    Paragraphs,
    Text,
)
from dashboards.review_pack.content import LEFT_OUT, Slide, left_out
from dashboards.review_pack.ledger import ledger
from dashboards.review_pack.printed import finished
from dashboards.review_pack.source import Row, Source
from dashboards.review_pack.texts import period_words, said, sentences
from dashboards.selection import ALL
from tandem.core.wording import plural_key, render

SHOWN = 4  # cards on the slide


def slide(source: Source) -> Slide:
    """Return the decisions kept for the quarter, else those that are proposed."""
    proposed = proposals.decisions_view(
        queries.decisions(source.snapshot), ALL, source.dismissed
    ).here
    state, reason = review_pack.decided(source.decisions, len(proposed))
    topic = render("review.slide.1")
    if state == LEFT_OUT:
        return left_out("1", topic, reason)
    if source.decisions:
        cards = [kept_card(payload) for payload in ordered(source.decisions)]
        title = _title("kept", len(source.decisions))
    else:
        cards = [Card(Text(one.title), Text(one.why), ASKED) for one in proposed]
        title = _title("proposed", len(proposed))
    shown = cards[:SHOWN]
    subtitle = period_words(source)
    if more := len(cards) - len(shown):
        subtitle = f"{subtitle} {render('pack.decisions.more', count=more)}"
    return Slide(
        "1",
        topic,
        Text(title),
        Text(subtitle),
        decided(source, shown),
        grounds(source),
        (
            said(
                "pack.decisions.how_kept"
                if source.decisions
                else "pack.decisions.how_proposed"
            ),
        ),
        state,
        reason,
    )


def decided(source: Source, shown: list[Card]) -> tuple[Block, ...]:
    """Return the decisions, and below them what became of those of last quarter."""
    cards = Cards(render("pack.decisions.cards"), tuple(shown))
    before = ledger(source)
    return (cards, before) if before else (cards,)


def _title(kind: str, count: int) -> str:
    return render(plural_key(f"pack.decisions.{kind}", count), count=count)


def ordered(payloads: tuple[Row, ...]) -> list[Row]:
    """Return open decisions first, then by the day on which they are due."""
    return sorted(
        payloads, key=lambda row: (row["status"] != review_pack.OPEN, row["due"])
    )


def kept_card(payload: Row) -> Card:
    """Return a kept decision with its state, the role that owns it, and its due day."""
    line = review_pack.decision_line(payload)
    tone = ASKED if payload["status"] == review_pack.OPEN else NOTED
    return Card(Text(payload["decision"], is_free=True), Text(line), tone)


def grounds(source: Source) -> tuple[Paragraphs, ...]:
    """Return what is known in three sentences, and the commentary of the quarter."""
    texts = [
        finished(source),
        Text(source.numbers.view.change),
        Text(leaders_words(source.like_for_like.rows)),
    ]
    scope = {ALL: render("page.filter.all_categories"), **source.categories}
    if turned := main_reversal(source.compared, scope, source.headline):
        texts.append(Text(turned.sentence))
    known = Paragraphs(
        render("pack.decisions.known"), tuple(one for one in texts if one.words)
    )
    if not source.commentary:
        return (known,)
    written = tuple(Text(part, is_free=True) for part in sentences(source.commentary))
    return (known, Paragraphs(render("review.commentary"), written))
