"""Slide 4: programmes whose mode the adopted reference list does not name."""

from dashboards import formats
from dashboards.presenters import review_pack, right_mode
from dashboards.queries import kpis, page_kpis, review
from dashboards.queries import right_mode as queries
from dashboards.review_pack.blocks import (
    NOTHING,
    Table,
    Text,
    Tile,
    Tiles,
)
from dashboards.review_pack.content import LEFT_OUT, Slide, left_out
from dashboards.review_pack.printed import cell_figure
from dashboards.review_pack.source import YEAR, Row, Source
from dashboards.review_pack.texts import heading, said
from dashboards.selection import ALL, PublishedCut
from dashboards.theme import mode_style
from tandem.core.wording import render

PAGE, HOURS = "right_mode", "hours"  # in seeds/page_kpis.csv
MOST_ROWS = 5


def slide(source: Source) -> Slide:
    """Return the programmes to review; the list is of the whole organisation."""
    state, reason = review_pack.fit(*review.categorised(source.snapshot))
    topic = render("review.slide.4")
    if state == LEFT_OUT:
        return left_out("4", topic, reason)
    rows = list(queries.programmes(source.snapshot).iter_rows(named=True))
    to_review = ordered(right_mode.listed(rows, right_mode.REVIEW))
    name = {0: "none", 1: "one"}.get(len(to_review), "many")
    title = said(f"page.right.headline.{name}", count=len(to_review), total=len(rows))
    tiles = Tiles(
        render("pack.right.tiles"),
        tuple(
            Tile(Text(one.label), Text(one.value), base=Text(one.note))
            for one in right_mode.tiles(rows, None)[:3]
        )
        + exceptions(rows)
        + hours(source),
    )
    main = (tiles,) if not to_review else (tiles, table(source, to_review))
    return Slide(
        "4",
        topic,
        heading(title),
        Text(render("pack.right.subtitle", day=formats.day(source.end))),
        main,
        (),
        (said("page.right.review_is_no_verdict"), said("pack.right.how")),
        state,
        reason,
    )


def ordered(rows: list[Row]) -> list[Row]:
    """Return the programmes with most enrolments first, hidden ones last."""
    return sorted(
        rows, key=lambda row: (-(row["enrolment_count"] or 0), row["programme_name"])
    )


def table(source: Source, rows: list[Row]) -> Table:
    """Return the programmes to review with both modes and the reason."""
    left = len(rows) - MOST_ROWS
    title = render("pack.right.table")
    if left > 0:
        title = render("pack.right.table_of", shown=MOST_ROWS, total=len(rows))
    return Table(
        title,
        tuple(
            render(f"pack.right.column.{name}")
            for name in ("programme", "mode", "named", "enrolments", "why")
        ),
        tuple(
            (
                Text(row["programme_name"] or row["programme_id"]),
                Text(mode_style(row["delivery_mode"]).label),
                Text(mode_style(row["reference_mode"]).label),
                Text(right_mode.people(row)),
                Text(right_mode.reason(row)),
            )
            for row in rows[:MOST_ROWS]
        ),
    )


def exceptions(rows: list[Row]) -> tuple[Tile, ...]:
    """Return how many programmes have a reason for another mode, where any has.

    With them the tiles before add up to all programmes.
    """
    count = len(right_mode.listed(rows, right_mode.EXCEPTION))
    if not count:
        return ()
    return (
        Tile(
            said("page.right.status.exception"),
            said("page.right.of", count=count, total=len(rows)),
            base=said("pack.right.exception.note"),
        ),
    )


def hours(source: Source) -> tuple[Tile, ...]:
    """Return the share of hours in a mode that the list names, where published."""
    named = page_kpis.names(source.snapshot, PAGE, HOURS)
    cut = PublishedCut(ALL)
    cells = kpis.cells(source.snapshot, cut, YEAR, source.end)
    label = Text(render("page.right.tile.hours"))
    for row in cells.iter_rows(named=True):
        if row["kpi_id"] in named and row["state"] == "shown":
            place = {
                "cube": ALL,
                "trailing_quarters": YEAR,
                "business_unit": ALL,
                "region": ALL,
            }
            printed = formats.percent(row["value"])
            span = formats.span(row["ci_low"], row["ci_high"], "share")
            return (
                Tile(
                    label,
                    Text(printed, (cell_figure(printed, row | place),)),
                    Text(render("tile.span", span=span)) if span else NOTHING,
                    base=Text(render("page.right.tile.hours.note")),
                ),
            )
    return ()
