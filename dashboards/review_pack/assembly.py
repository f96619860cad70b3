"""A pack from a frozen quarter: slides in order, annex, and what is left out."""

from collections.abc import Callable
from dataclasses import replace

from dashboards import formats
from dashboards.presenters.review_pack import audience_words
from dashboards.queries import catalogue
from dashboards.review_pack import annex
from dashboards.review_pack.blocks import Text
from dashboards.review_pack.content import LEFT_OUT, About, Pack, Slide
from dashboards.review_pack.gathering import Request, gather
from dashboards.review_pack.printable import printable
from dashboards.review_pack.slides import (
    compared,
    decisions,
    handoffs,
    load,
    next_steps,
    quarter,
    right_mode,
    scorecard,
)
from dashboards.review_pack.source import Source
from tandem.core.files import Home
from tandem.core.wording import in_language, render

# The slides in order; each says itself whether it can be shown.
SLIDES: tuple[Callable[[Source], Slide], ...] = (
    decisions.slide,
    quarter.slide,
    compared.slide,
    right_mode.slide,
    handoffs.slide,
    load.slide,
    scorecard.slide,
    next_steps.slide,
)


def pack(home: Home, request: Request) -> Pack:
    """Return the pack of a request, in its language.

    Args:
        home: of the snapshots and the journal.
        request: which pack.

    Raises:
        WrongUse: a part of the request does not exist.
        WarehouseProblem: the quarter is not frozen, or its files are gone.
        PackNotBuilt: a page cannot be drawn.
    """
    with in_language(request.language):
        return pack_of(gather(home, request), request.language)


def pack_of(source: Source, language: str) -> Pack:
    """Return the pack of a source; the current language is that of the pack."""
    made = [with_reason(make(source)) for make in SLIDES]
    return printable(
        Pack(
            about(source, language),
            tuple(slide for slide in made if slide.state != LEFT_OUT),
            annex.pages(source),
            tuple(slide for slide in made if slide.state == LEFT_OUT),
            names(source),
        )
    )


def names(source: Source) -> tuple[str, ...]:
    """Return the names that others gave: of programmes and of the organisation."""
    programmes = catalogue.programmes(source.snapshot)["programme_name"].drop_nulls()
    return (source.info.organisation_name, source.business_unit, *programmes)


def with_reason(slide: Slide) -> Slide:
    """Return a slide that needs care with the reason as the first of its notes."""
    if not slide.needs_care:
        return slide
    return replace(slide, notes=(Text(slide.reason), *slide.notes))


def about(source: Source, language: str) -> About:
    """Return which pack it is."""
    info = source.info
    audience = audience_words(source.business_unit)
    return About(
        title=render("pack.title"),
        organisation=info.organisation_name,
        quarter=source.quarter,
        quarter_words=source.quarter_words,
        audience=audience,
        business_unit=source.business_unit,
        role=source.role,
        language=language,
        snapshot_id=info.snapshot_id,
        as_of=formats.day(info.as_of),
        footer=render(
            "pack.footer",
            organisation=info.organisation_name,
            audience=audience,
            quarter=source.quarter_words,
            snapshot=info.snapshot_id,
            day=formats.day(info.as_of),
        ),
        footer_note=render("pack.footer_note"),
        code_version=info.code_version,
        k=info.k,
    )
