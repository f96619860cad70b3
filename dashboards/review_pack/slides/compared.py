"""Slide 3: live, self-paced and blended compared like-for-like, refusals included."""

from collections import Counter
from collections.abc import Sequence

from dashboards.presenters import review_pack, states
from dashboards.presenters.like_for_like import (
    LikeForLike,
    PairRow,
    leaders_words,
)
from dashboards.presenters.reversals import main_reversal
from dashboards.presenters.verdicts import next_step, pairs_in_categories
from dashboards.review_pack.blocks import (
    NOTED,
    REFUSED,
    Card,
    Cards,
    RangeChart,
    Text,
)
from dashboards.review_pack.content import LEFT_OUT, Slide, left_out
from dashboards.review_pack.printed import range_row
from dashboards.review_pack.source import Source
from dashboards.review_pack.texts import (
    calculated,
    heading,
    period_words,
    said,
    sentences,
)
from dashboards.selection import ALL
from tandem.core.wording import render

MOST_ROWS, LEAST_REFUSED = 5, 1  # of the chart
MOST_REFUSED = 2  # kinds of refusal that get a card
REFUSALS = ("cannot_compare", "hidden", "still_running")


def slide(source: Source) -> Slide:
    """Return the comparison of delivery modes; it is of the whole organisation."""
    kpi, found = source.headline, source.compared
    state, reason = review_pack.modes(found)
    topic = render("review.slide.3")
    if state == LEFT_OUT:
        return left_out("3", topic, reason)
    made = source.like_for_like
    drawn = rows_to_draw(made.rows)
    inside = pairs_in_categories(found)
    rows = {
        (
            source.categories.get(row["outcome_category"]),
            row["mode_a"],
            row["mode_b"],
        ): row
        for row in inside.iter_rows(named=True)
    }
    chart = RangeChart(
        render("pack.compared.chart", kpi=kpi["kpi_name"]),
        alt(made.rows, drawn),
        tuple(
            range_row(pair, rows[(pair.category, *pair.modes)], kpi) for pair in drawn
        ),
        -made.span,
        made.span,
        0.0,
        made.margin,
        kpi["unit"] == "share",
        render("pack.compared.second"),
        render("pack.compared.first"),
    )
    return Slide(
        "3",
        topic,
        heading(Text(leaders_words(made.rows))),
        Text(
            render(
                "pack.compared.subtitle"
                if not source.is_of_unit
                else "pack.compared.subtitle_whole",
                kpi=kpi["kpi_name"],
                period=period_words(source),
            )
        ),
        (chart,),
        (Cards(render("pack.compared.cards"), tuple(cards(source, made))),),
        (
            calculated(kpi),
            said("pack.compared.how"),
            said("pack.compared.range"),
            said("pack.compared.strength"),
        ),
        state,
        reason,
    )


def rows_to_draw(rows: Sequence[PairRow]) -> list[PairRow]:
    """Return estimates and then refusals, some of each where there are both."""
    found = [row for row in rows if row.picture]
    refused = [row for row in rows if not row.picture]
    found = found[: MOST_ROWS - min(len(refused), LEAST_REFUSED)]
    return found + refused[: MOST_ROWS - len(found)]


def alt(rows: Sequence[PairRow], drawn: Sequence[PairRow]) -> str:
    """Return what the chart shows in words: the leaders of all, then every row."""
    return " ".join([leaders_words(tuple(rows)), *map(said_words, drawn)])


def said_words(row: PairRow) -> str:
    """Return a row of the chart in one sentence."""
    found = row.likely or row.reason
    return f"{row.category}: {row.words} ({found.strip(' .।')})."


def cards(source: Source, made: LikeForLike) -> list[Card]:
    """Return what reverses, what cannot be compared, and what would change that."""
    kpi, found = source.headline, source.compared
    scope = {ALL: render("page.filter.all_categories"), **source.categories}
    cards = []
    if turned := main_reversal(found, scope, kpi):
        first, *rest = sentences(f"{turned.sentence} {turned.why}")
        cards.append(Card(Text(first), Text(" ".join(rest)), NOTED))
    refused = [row for row in made.rows if row.state in REFUSALS]
    counted = Counter(row.state for row in refused)
    reasons = {
        state: Counter(row.reason for row in refused if row.state == state)
        for state in counted
    }
    for state, count in counted.most_common(MOST_REFUSED):
        common, often = reasons[state].most_common(1)[0]
        if common and often < count:  # the others are refused for other reasons
            common = render(
                "pack.compared.refused_most", count=often, total=count, reason=common
            )
        cards.append(
            Card(
                Text(
                    render(
                        "pack.compared.refused",
                        count=count,
                        total=len(made.rows),
                        state=states.words(state).label,
                    )
                ),
                Text(common or states.words(state).means),
                REFUSED,
            )
        )
    steps = Counter(
        next_step(row)
        for row in pairs_in_categories(found).iter_rows(named=True)
        if row["state"] == "cannot_compare"
    )
    if steps:
        cards.append(
            Card(
                Text(render("pack.compared.would_change")),
                Text(steps.most_common(1)[0][0]),
                NOTED,
            )
        )
    return cards
