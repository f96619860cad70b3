"""Slide 2: the quarter in one page: numbers with ranges, plans, and clear changes."""

import polars as pl

from dashboards import formats
from dashboards.presenters import review_pack
from dashboards.presenters.programme_verdicts import change_words
from dashboards.queries import catalogue, programmes
from dashboards.review_pack.blocks import Block, Paragraphs, Text, Tiles
from dashboards.review_pack.content import LEFT_OUT, Slide, left_out
from dashboards.review_pack.plans import plan_table
from dashboards.review_pack.printed import finished, tile_of_page
from dashboards.review_pack.source import CHANGE, Source, figure
from dashboards.review_pack.texts import calculated, heading, period_words, said
from tandem.core.wording import plural_key, render

MOST_TILES, MOST_PLANS = 6, 3
MOST_CHANGES = 4


def slide(source: Source) -> Slide:
    """Return the numbers of the quarter for the audience of the pack."""
    made = source.numbers
    wanted = [one.kpi_id for one in made.view.tiles]
    state, reason = review_pack.numbered(source.registry, made.cells.values(), wanted)
    topic = render("review.slide.2")
    if state == LEFT_OUT:
        return left_out("2", topic, reason)
    tiles = made.view.tiles[:MOST_TILES]
    blocks: list[Block] = [
        Tiles(
            render("pack.quarter.tiles"),
            tuple(
                tile_of_page(
                    one, made.cells.get(one.kpi_id), source.kpis[one.kpi_id]["unit"]
                )
                for one in tiles
            ),
        )
    ]
    plans = plan_table(source, MOST_PLANS)
    if plans:
        blocks.append(plans)
    blocks.extend(changes(source, is_short=plans is not None))
    kpis = source.kpis
    return Slide(
        "2",
        topic,
        heading(finished(source)),
        Text(period_words(source)),
        tuple(blocks),
        (),
        (
            *(calculated(kpis[one.kpi_id]) for one in tiles),
            said("pack.quarter.change"),
        ),
        state,
        reason,
    )


def changes(source: Source, *, is_short: bool) -> list[Paragraphs]:
    """Return the programmes that clearly rose or fell; of the whole organisation.

    Args:
        source: of the pack.
        is_short: two of them at most, and nothing where there is none.
    """
    if source.is_of_unit:
        return []
    names = dict(
        catalogue.programmes(source.snapshot)
        .select("programme_id", "programme_name")
        .iter_rows()
    )
    found = programmes.changes_of(source.snapshot, source.end).filter(
        (pl.col("kpi_id") == source.headline["kpi_id"])
        & pl.col("change_state").is_in(["fell", "rose"])
        & (pl.col("state") == "shown")
    )
    if found.is_empty() and is_short:
        return []
    if found.is_empty():
        return [
            Paragraphs(
                render("pack.quarter.changes"), (said("pack.quarter.no_change"),)
            )
        ]
    rows = sorted(
        found.iter_rows(named=True),
        key=lambda row: (
            row["change_state"] != "fell",
            -abs(row["standardised_change"]),
        ),
    )
    texts = []
    for row in rows[: 2 if is_short else MOST_CHANGES]:
        printed = formats.points(row["standardised_change"])
        texts.append(
            Text(
                render(
                    "pack.quarter.changed",
                    programme=names.get(row["programme_id"]) or row["programme_id"],
                    change=change_words(row),
                ),
                (
                    figure(
                        printed,
                        "programme_changes",
                        row,
                        "standardised_change",
                        CHANGE,
                    ),
                ),
            )
        )
    if more := len(rows) - len(texts):
        key = plural_key("pack.quarter.more", more)
        texts.append(Text(render(key, count=more)))
    return [Paragraphs(render("pack.quarter.changes"), tuple(texts))]
