"""What to measure or pilot next: pilots, numbers without evidence, near comparisons."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import formats, gaps
from dashboards.presenters import review_pack, trials
from dashboards.presenters.at_a_glance import headline_kpi
from dashboards.presenters.tiles import slot_tile, tile_slots
from dashboards.presenters.trials import Trial
from dashboards.presenters.unanswered import Unanswered, closest
from dashboards.queries import kpis
from dashboards.queries import trials as trial_queries
from dashboards.review_pack import texts
from dashboards.review_pack.blocks import (
    NOTED,
    REFUSED,
    Block,
    Card,
    Cards,
    Figure,
    Paragraphs,
    Text,
)
from dashboards.review_pack.content import LEFT_OUT, Slide, left_out
from dashboards.review_pack.source import YEAR, Source, figure
from dashboards.review_pack.texts import period_words, said
from dashboards.selection import ALL, PublishedCut
from dashboards.words import kpi_words
from tandem.core.wording import plural_key, render

Row = dict[str, Any]

NUMBER = "8"
PILOTS, PILOT = "pilots", ("plan_id",)
ANSWERED = "answered"
ORDER = (ANSWERED, "running", "planned", "stopped")
MOST_LACKED = 3  # programmes, of a comparison that is called close to an answer
MOST_PILOTS, MOST_NEAR, MOST_MISSING = 2, 3, 4


@dataclass(frozen=True)
class Missing:
    """A number of the first page without evidence, and what would measure it."""

    name: str
    how: str


@dataclass(frozen=True)
class NextSteps:
    """What the slide is made of.

    Attributes:
        pilots: rows of pub.pilots, the newest first.
        trials: the same in words.
        missing: numbers of the first page that are not measured.
        near: comparisons without an answer, the nearest first.
    """

    pilots: list[Row]
    trials: list[Trial]
    missing: list[Missing]
    near: list[Unanswered]


def found_in(source: Source) -> NextSteps:
    """Return what the published file says about what comes next."""
    registry = source.kpis
    scope = {ALL: render("page.filter.all_categories")} | source.categories
    pilots = trial_queries.pilots(source.snapshot)
    known = [row for row in pilots.iter_rows(named=True) if row["kpi_id"] in registry]
    compared = source.comparisons.filter(
        pl.col("kpi_id") == headline_kpi(source.registry)
    )
    return NextSteps(
        known,
        trials.trials(pilots, scope, registry),
        _missing(source),
        closest(compared, source.categories),
    )


def _missing(source: Source) -> list[Missing]:
    """Return the tiles whose KPI has no evidence anywhere in the organisation."""
    cells = kpis.cells(source.snapshot, PublishedCut(ALL), YEAR, source.end)
    now = {row["kpi_id"]: row for row in cells.iter_rows(named=True)}
    measured = kpis.measured(source.snapshot)
    tiles = [slot_tile(slot, now, measured) for slot in tile_slots(source.registry)]
    return [
        Missing(tile.label, tile.reason)
        for tile in tiles
        if tile.state == "not_measured"
    ]


def judged(source: Source) -> tuple[str, str]:
    """Return state and reason of the slide."""
    return _judged(found_in(source))


def _judged(found: NextSteps) -> tuple[str, str]:
    names = [one.name for one in found.missing]
    return review_pack.next_steps(len(found.trials), names, len(found.near))


def slide(source: Source) -> Slide:
    """Return the slide; with nothing to measure or pilot it has no blocks."""
    topic = render(f"review.slide.{NUMBER}")
    found = found_in(source)
    state, reason = _judged(found)
    if state == LEFT_OUT:
        return left_out(NUMBER, topic, reason)
    blocks = [_pilots(found, source)]
    if found.near:
        blocks.append(_near(found, source))
    return Slide(
        NUMBER,
        topic,
        texts.title_of_audience(source, *_titles(found, source)),
        _about(source),
        tuple(blocks),
        (_to_measure(found, source),),
        _notes(found),
        state,
        reason,
    )


def _about(source: Source) -> Text:
    headline = source.kpis.get(headline_kpi(source.registry))
    if headline is None:
        return Text(period_words(source))
    name = kpi_words(headline, "kpi_name")
    return said("pack.next.about", period=period_words(source), kpi=name)


def _titles(found: NextSteps, source: Source) -> tuple[Text, ...]:
    """Return the nearest step in a sentence, and shorter ones."""
    answered = sum(row["status"] == ANSWERED for row in found.pilots)
    if found.trials:
        name = "title_answered" if answered else "title_pilots"
        key = plural_key(f"pack.next.{name}", len(found.trials))
        count = said(key, count=len(found.trials), answered=answered)
        return (*_found_titles(found, source), count)
    if found.missing:
        names = ", ".join(one.name for one in found.missing)
        count, tiles = len(found.missing), len(tile_slots(source.registry))
        return (
            said("pack.next.title_measure", names=names),
            said("pack.next.title_count", count=count, total=tiles),
        )
    key = plural_key("pack.next.title_near_count", len(found.near))
    nearest, count = found.near[0], said(key, count=len(found.near))
    if nearest.distance > MOST_LACKED:
        return (count,)
    return said("pack.next.title_near", comparison=nearest.title), count


def _found_titles(found: NextSteps, source: Source) -> list[Text]:
    """Return what the newest pilot found whose likely range excludes no difference."""
    for row, trial in zip(found.pilots, found.trials, strict=True):
        kpi = source.kpis[row["kpi_id"]]
        ends = gaps.ends(row, kpi)
        if row["status"] == ANSWERED and ends and (ends[0] > 0 or ends[1] < 0):
            finding = gaps.finding(row, kpi)
            places = [f for f in _finding(row, trial, kpi) if f.printed in finding]
            scope = source.categories.get(row["outcome_category"])
            words = {
                "scope": scope or render("page.filter.all_categories"),
                "kpi": kpi_words(kpi, "kpi_name"),
                "finding": finding,
            }
            return [said("pack.next.title_found", places, **words)]
    return []


def _pilots(found: NextSteps, source: Source) -> Block:
    title = texts.of_audience(render("page.pilots.heading"), source)
    if not found.trials:
        return Paragraphs(title, (said("pack.next.no_pilot"),))
    pairs = sorted(
        zip(found.pilots, found.trials, strict=True),
        key=lambda pair: ORDER.index(pair[0]["status"]),
    )
    cards = [
        _pilot(row, trial, source.kpis[row["kpi_id"]])
        for row, trial in pairs[:MOST_PILOTS]
    ]
    if len(pairs) > MOST_PILOTS:
        shown = {"title": title, "shown": MOST_PILOTS, "count": len(pairs)}
        title = render("pack.next.some_pilots", **shown)
    return Cards(title, tuple(cards))


def _finding(row: Row, trial: Trial, kpi: Row) -> list[Figure]:
    """Return the difference that a pilot found, as it is printed."""
    if row["adjusted_difference"] is None:
        return []
    words = gaps.amount(row["adjusted_difference"], kpi["unit"])
    if words not in trial.words:
        return []
    return [figure(words, PILOTS, row, "adjusted_difference", PILOT)]


def _pilot(row: Row, trial: Trial, kpi: Row) -> Card:
    figures = [
        figure(formats.count(row[column]), PILOTS, row, column, PILOT)
        for column in ("cohort_count", "planned_cohort_count")
    ]
    figures.extend(_finding(row, trial, kpi))
    title = render("pack.next.pilot", status=trial.status, title=trial.title)
    return Card(Text(title), Text(trial.words, tuple(figures)), NOTED)


def _near(found: NextSteps, source: Source) -> Cards:
    """Return the comparisons that lack least, with what would answer them."""
    title = texts.of_audience(render("pack.next.near"), source)
    near = found.near[: MOST_NEAR - min(len(found.trials), MOST_PILOTS - 1)]
    cards = (Card(Text(one.title), Text(one.words), REFUSED) for one in near)
    return Cards(title, tuple(cards))


def _to_measure(found: NextSteps, source: Source) -> Paragraphs:
    title = texts.of_audience(render("pack.next.to_measure"), source)
    if not found.missing:
        return Paragraphs(title, (said("pack.next.all_measured"),))
    return Paragraphs(
        title,
        tuple(
            said("pack.next.measure", name=one.name, how=one.how)
            for one in found.missing[:MOST_MISSING]
        ),
    )


def _notes(found: NextSteps) -> tuple[Text, ...]:
    notes = [said("pack.next.how_measured")]
    if found.trials:
        notes.append(said("pack.next.how_pilots"))
    if found.near:
        notes.append(said("pack.next.how_near"))
    return tuple(notes)
