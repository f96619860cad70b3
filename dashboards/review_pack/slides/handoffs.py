"""Where blended programmes lose people: one pattern step by step, and attendance."""

from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters import blended as presenter
from dashboards.presenters import review_pack
from dashboards.queries import blended, page_kpis, review
from dashboards.review_pack import printed, texts
from dashboards.review_pack.blocks import (
    Bar,
    BarChart,
    Block,
    Figure,
    Paragraphs,
    Text,
    Tiles,
)
from dashboards.review_pack.content import LEFT_OUT, Slide, left_out
from dashboards.review_pack.source import Source, figure
from dashboards.review_pack.texts import calculated, period_words, said
from tandem.core.wording import render

Row = dict[str, Any]

NUMBER = "5"
PAGE, TILES = "blended_patterns", "tile"  # in seeds/page_kpis.csv
STEPS, ATTENDANCE = "blended_steps", "prework_attendance"
STEP = ("hybrid_pattern", "sequence", "step_no", "period_end_date")
PREPARED = ("is_prepared", "period_end_date")
MOST_STEPS = 6
MOST_BLOCKS = 6  # steps of the chart and sentences on other blends together
MOST_TILES = 6
MOST_WAITS = 2
MOST_WITH_WAITS = 4  # steps of a chart that leave room for waits below it
GAPS = ("gap_days_median", "gap_days_low", "gap_days_high")


def judged(source: Source) -> tuple[str, str]:
    """Return state and reason of the slide."""
    programmes = blended.programmes(source.snapshot)
    return review_pack.handoffs(
        review.step_counts(source.snapshot, source.end),
        is_live_known=bool(programmes["has_live_evidence"].any()),
    )


def slide(source: Source) -> Slide:
    """Return the slide; without a step that may be shown it has no blocks."""
    topic = render(f"review.slide.{NUMBER}")
    state, reason = judged(source)
    if state == LEFT_OUT:
        return left_out(NUMBER, topic, reason)
    found = _blends(source)
    first, *others = found
    waits = _waits(first, source) if len(first.rows) <= MOST_WITH_WAITS else ()
    main: list[Block] = [_chart(first, source), *waits, _attendance(source)]
    room = MOST_BLOCKS - len(first.rows) - 2 * len(waits)
    if others and room > 0:
        main.append(
            Paragraphs(
                texts.of_audience(render("pack.handoffs.others"), source),
                tuple(_in_short(one) for one in others[:room]),
            )
        )
    return Slide(
        NUMBER,
        topic,
        _title(first, source),
        _subtitle(first, source),
        tuple(main),
        _tiles(source),
        _notes(source),
        state,
        reason,
    )


class Blend:
    """One pattern and sequence: its published rows and its steps in words.

    Attributes:
        rows: of queries.blended.steps, by step.
        ladder: the same in words.
        worst: position of the step that loses most; None where none can be shown.
        lost: about how many enrolments it loses.
    """

    def __init__(self, rows: pl.DataFrame, programmes: pl.DataFrame) -> None:
        """Put rows of one sequence into words."""
        self.rows = list(rows.iter_rows(named=True))
        (self.ladder,) = presenter.ladders(rows, programmes)
        losses = [row["lost_share"] or 0.0 for row in self.rows]
        most = max(losses)
        self.worst = losses.index(most) if most > 0 else None
        self.started = self.rows[0]["enrolment_count"] or 0
        self.lost = most * self.started

    @property
    def is_shown(self) -> bool:
        """Whether any step may be shown."""
        return self.started > 0


def _blends(source: Source) -> list[Blend]:
    """Return the blends with a step to show, the one that loses most people first."""
    rows = blended.steps(source.snapshot).filter(
        pl.col("period_end_date") == source.end
    )
    programmes = blended.programmes(source.snapshot)
    groups = rows.group_by("hybrid_pattern", "sequence", maintain_order=True)
    found = [Blend(group.sort("step_no"), programmes) for _, group in groups]
    shown = [one for one in found if one.is_shown]
    return sorted(shown, key=lambda one: (-one.lost, -one.started))


def _lost_figure(row: Row) -> Figure:
    return figure(formats.of_hundred(row["lost_share"]), STEPS, row, "lost_share", STEP)


def _started(row: Row) -> tuple[Figure, ...]:
    if not row["enrolment_count"]:
        return ()
    words = formats.count(row["enrolment_count"])
    return (figure(words, STEPS, row, "enrolment_count", STEP),)


def _inside(name: str) -> str:
    """Return the name of a step as it stands inside a sentence."""
    return name[:1].lower() + name[1:]


def _loss(blend: Blend) -> Text:
    """Return the largest loss of a blend in a sentence."""
    if blend.worst is None:
        return said("pack.handoffs.few")
    row, step = blend.rows[blend.worst], blend.ladder.steps[blend.worst]
    key = "pack.handoffs.between" if step.before else "pack.handoffs.before_first"
    return said(
        key,
        (_lost_figure(row),),
        lost=formats.of_hundred(row["lost_share"]),
        before=_inside(step.before),
        step=_inside(step.name),
    )


def _title(blend: Blend, source: Source) -> Text:
    if blend.worst is None:
        return texts.title_of_audience(source, _loss(blend))
    row = blend.rows[blend.worst]
    lost = formats.of_hundred(row["lost_share"])
    shorter = said("pack.handoffs.at_one_step", (_lost_figure(row),), lost=lost)
    return texts.title_of_audience(source, _loss(blend), shorter)


def _subtitle(blend: Blend, source: Source) -> Text:
    pattern, when = blend.ladder.title, period_words(source)
    if not blend.started:
        return said("pack.handoffs.about_hidden", pattern=pattern, period=when)
    return said(
        "pack.handoffs.about",
        _started(blend.rows[0]),
        pattern=pattern,
        started=formats.count(blend.started),
        period=when,
    )


def _in_short(blend: Blend) -> Text:
    """Return another blend in one sentence."""
    key = "pack.handoffs.other_few" if blend.worst is None else "pack.handoffs.other"
    loss = _loss(blend)
    return said(
        key,
        (*loss.figures, *_started(blend.rows[0])),
        pattern=blend.ladder.title,
        loss=loss.words,
        started=formats.count(blend.started),
    )


def _chart(blend: Blend, source: Source) -> BarChart:
    bars = [
        Bar(Text(step.name), step.reached, _reached(blend, number), row["step_mode"])
        for number, (row, step) in enumerate(
            zip(blend.rows, blend.ladder.steps, strict=True)
        )
    ]
    first = max(0, (blend.worst or 0) + 1 - MOST_STEPS)  # the worst step is drawn
    drawn = bars[first : first + MOST_STEPS]
    finding = render("format.sentence", words=_loss(blend))
    alt = [finding, *(_in_words(bar) for bar in drawn)]
    title = render("pack.handoffs.chart")
    if len(bars) > MOST_STEPS:
        title = render(
            "pack.handoffs.chart_part",
            title=title,
            first=first + 1,
            last=first + len(drawn),
        )
    return BarChart(
        texts.of_audience(title, source), " ".join(alt), tuple(drawn), 1.0, True
    )


def _in_words(bar: Bar) -> str:
    return render("pack.handoffs.bar_alt", step=bar.label, reached=bar.result)


def _reached(blend: Blend, number: int) -> Text:
    """Return how many of 100 reached a step, and how many were lost before it."""
    row, step = blend.rows[number], blend.ladder.steps[number]
    if row["state"] == "hidden":
        return Text(step.reached_words)
    shown = [r for r in blend.rows[: number + 1] if r["state"] == "shown"]
    share = formats.of_hundred(step.reached)
    figures = [figure(share, STEPS, shown[-1], "reached_share", STEP)] if shown else []
    if row["state"] == "as_before":
        return said("pack.handoffs.bar_few", figures, reached=share)
    figures.append(_lost_figure(row))
    lost = formats.of_hundred(row["lost_share"])
    return said("pack.handoffs.bar", figures, reached=share, lost=lost)


def _waits(blend: Blend, source: Source) -> tuple[Paragraphs, ...]:
    """Return how long people wait before steps; nothing where that is not shown."""
    found = []
    for row, step in zip(blend.rows, blend.ladder.steps, strict=True):
        if step.gap_words:
            days = dict(zip(GAPS, (step.gap[1], step.gap[0], step.gap[2]), strict=True))
            printed_days = [
                figure(str(days[column]), STEPS, row, column, STEP) for column in GAPS
            ]
            between = render("page.blended.between", before=step.before, step=step.name)
            words = render("pack.handoffs.wait", between=between, wait=step.gap_words)
            found.append(
                Text(words, tuple(f for f in printed_days if f.printed in words))
            )
    if not found:
        return ()
    title = texts.of_audience(render("page.blended.waits"), source)
    return (Paragraphs(title, tuple(found[:MOST_WAITS])),)


def _tiles(source: Source) -> tuple[Tiles, ...]:
    """Return the measures of the audience as tiles; nothing where there are none."""
    names = page_kpis.names(source.snapshot, PAGE, TILES)
    found = [printed.tile(row) for row in printed.cells_of(source, names)]
    title = texts.of_unit(render("pack.handoffs.tiles"), source)
    return (Tiles(title, tuple(found[:MOST_TILES])),) if found else ()


def _attendance(source: Source) -> Paragraphs:
    rows = blended.attendance(source.snapshot).filter(
        pl.col("period_end_date") == source.end
    )
    title = texts.of_audience(render("page.blended.attendance"), source)
    if rows.height != 2:
        return Paragraphs(title, (said("page.blended.attendance_none"),))
    if set(rows["state"]) != {"shown"}:
        return Paragraphs(title, (said("page.blended.attendance_hidden"),))
    figures = [
        figure(
            formats.of_hundred(row["attended_share"]),
            ATTENDANCE,
            row,
            "attended_share",
            PREPARED,
        )
        for row in rows.iter_rows(named=True)
    ]
    found = Text(presenter.attendance_title(rows), tuple(figures))
    return Paragraphs(title, (found, said("page.blended.association")))


def _notes(source: Source) -> tuple[Text, ...]:
    names = page_kpis.names(source.snapshot, PAGE, TILES)
    found = printed.cells_of(source, names)
    programmes = blended.programmes(source.snapshot)
    return (
        Text(presenter.headline(programmes)),
        said("pack.handoffs.how_chosen"),
        said("pack.handoffs.how_steps"),
        said("pack.handoffs.how_attendance"),
        *(calculated(row) for row in found),
        *filter(str, [printed.not_by_unit(source, names, found)]),
    )
