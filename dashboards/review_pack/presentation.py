"""A review pack as slides that can be edited: native text, tables and charts."""

import io
from pathlib import Path

from dashboards.review_pack.blocks import Table, Text
from dashboards.review_pack.checks import check
from dashboards.review_pack.content import Pack, Slide
from dashboards.review_pack.pptx.cover import add_cover
from dashboards.review_pack.pptx.pages import add_slide
from dashboards.review_pack.pptx.reproducible import write_reproducibly
from dashboards.review_pack.pptx.template import blank_deck
from tandem.core.wording import render


def write(pack: Pack, path: Path) -> None:
    """Write a pack as a 16:9 presentation: a cover, its slides, its annex.

    The same pack gives the same bytes. Slides that were left out are listed on the
    last slide with their reasons.

    Args:
        pack: what it says.
        path: of the file to write (`.pptx`); an older one is replaced.

    Raises:
        PackNotBuilt: a number is not finite, a chart is empty or has no words for it,
            or words do not fit; nothing is written.
    """
    slides = [*pack.pages, *_left_out(pack)]
    check(pack)
    deck = blank_deck(pack.about)
    add_cover(deck, pack)
    for slide in slides:
        add_slide(deck, slide, pack.about)
    content = io.BytesIO()
    deck.save(content)
    write_reproducibly(content.getvalue(), path)


def _left_out(pack: Pack) -> list[Slide]:
    """Return the last slide: what this pack does not show, and why."""
    if not pack.left_out:
        return []
    words = {
        name: render(f"pack.left_out.{name}", pack.about.language)
        for name in ("title", "subtitle", "slide", "topic", "reason")
    }
    table = Table(
        "",
        (words["slide"], words["topic"], words["reason"]),
        tuple(
            (Text(slide.number), Text(slide.topic), Text(slide.reason))
            for slide in pack.left_out
        ),
    )
    title, subtitle = Text(words["title"]), Text(words["subtitle"])
    return [Slide("", words["title"], title, subtitle, (table,))]
