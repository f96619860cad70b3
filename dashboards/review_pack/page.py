"""A review pack as one HTML file that asks for nothing from outside.

On screen it fits any width, with the notes of each slide below it. Printed, each slide
is one page of 1280 by 720 pixels.
"""

from html import escape
from pathlib import Path

from dashboards.review_pack.blocks import Block
from dashboards.review_pack.checks import check, where
from dashboards.review_pack.content import Pack, Slide
from dashboards.review_pack.page_blocks import block_markup, together
from tandem.core.wording import render

# The browser itself refuses whatever the file would ask for.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLES = Path(__file__).with_name("slides.css")


def html(pack: Pack) -> str:
    """Return the whole document.

    Args:
        pack: the words are in its language already.

    Raises:
        PackNotBuilt: a slide cannot be trusted or drawn; it is named.
    """
    check(pack)
    language = pack.about.language
    slides = "".join(
        _section(pack, slide, is_first=at == 0) for at, slide in enumerate(pack.pages)
    )
    part = escape(render("pack.page.part", language, part="{part}", parts="{parts}"))
    return (
        f'<!doctype html>\n<html lang="{escape(language, quote=True)}"><head>'
        '<meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{escape(document_title(pack))}</title>"
        f"<style>\n{STYLES.read_text(encoding='utf-8')}</style></head>"
        f'<body><main data-part="{part}">{slides}{_calculated(pack)}</main></body>'
        "</html>\n"
    )


def document_title(pack: Pack) -> str:
    """Return the title of the document: what it is, of which quarter, for whom."""
    about = pack.about
    parts = [about.title]
    for part in (about.quarter_words, about.audience):
        if part and part not in about.title:
            parts.append(part)
    return " · ".join(parts)


def outline(pack: Pack) -> list[str]:
    """Return an entry for each heading of level 2, in the order of printed pages."""
    entries = [f"{s.number} · {s.topic} · {s.title}" for s in pack.pages]
    if _has_notes(pack):
        entries.append(render("pack.page.notes", pack.about.language))
    return entries


def _section(pack: Pack, slide: Slide, *, is_first: bool) -> str:
    about, language = pack.about, pack.about.language
    number = escape(slide.number)
    topic = f"{number} · {escape(slide.topic)}"
    first = f"<h1>{escape(document_title(pack))}</h1>" if is_first else ""
    return (
        f'<section class="slide" id="slide-{number}" data-slide="{number}" '
        f'aria-labelledby="title-{number}" data-place="'
        f'{escape(where(slide), quote=True)}">{first}'
        f'<div class="page"><header><p class="topic">{topic}</p>'
        f'<h2 id="title-{number}">{together(slide.title.words)}</h2>'
        f"{_subtitle(slide)}{_care(slide, language)}</header>{_body(slide, language)}"
        f'<footer><p class="left">{escape(about.footer)}</p>'
        f'{_where_calculated(pack)}<p class="of">{number}</p>'
        f"</footer></div>{_notes(slide, language)}</section>"
    )


def _has_notes(pack: Pack) -> bool:
    return any(slide.notes for slide in pack.pages)


def _where_calculated(pack: Pack) -> str:
    """Return where to read how numbers were calculated, on screen and in print."""
    if not _has_notes(pack):
        return ""
    below, end = (
        escape(render(f"pack.page.{name}", pack.about.language))
        for name in ("below", "at_the_end")
    )
    return f'<p class="right on-screen">{below}</p><p class="right in-print">{end}</p>'


def _subtitle(slide: Slide) -> str:
    words = slide.subtitle.words
    return f'<p class="subtitle">{escape(words)}</p>' if words else ""


def _care(slide: Slide, language: str) -> str:
    if not slide.needs_care or not slide.reason:
        return ""
    words = render("pack.page.with_care", language, reason=slide.reason)
    return f'<p class="care">{escape(words)}</p>'


def _body(slide: Slide, language: str) -> str:
    main = _column(slide, slide.main, language)
    if not slide.side:
        return f'<div class="body"><div class="column">{main}</div></div>'
    side = _column(slide, slide.side, language)
    return (
        f'<div class="body two"><div class="column">{main}</div>'
        f'<div class="column">{side}</div></div>'
    )


def _column(slide: Slide, blocks: tuple[Block, ...], language: str) -> str:
    is_alone, above = not slide.side, slide.title.words
    return "".join(
        block_markup(block, language, is_alone=is_alone, above=above)
        for block in blocks
    )


def _notes(slide: Slide, language: str) -> str:
    if not slide.notes:
        return ""
    heading = escape(render("pack.page.notes", language))
    return (
        f'<details class="notes"><summary><h3>{heading}</h3></summary>{_listed(slide)}'
        "</details>"
    )


def _calculated(pack: Pack) -> str:
    """Return the notes of all slides as a page of its own, for print."""
    heading = escape(render("pack.page.notes", pack.about.language))
    blocks = "".join(
        f'<div class="block words"><h3>{escape(slide.number)} · {escape(slide.topic)}'
        f"</h3>{_listed(slide)}</div>"
        for slide in pack.pages
        if slide.notes
    )
    if not blocks:
        return ""
    return (
        f'<section class="slide calculated" data-place="{heading}"><div class="page">'
        f'<header><h2>{heading}</h2></header><div class="body"><div class="column">'
        f'{blocks}</div></div><footer><p class="left">{escape(pack.about.footer)}</p>'
        '<p class="of"></p></footer></div></section>'
    )


def _listed(slide: Slide) -> str:
    items = "".join(f"<li>{escape(text.words)}</li>" for text in slide.notes)
    return f'<ul class="noted">{items}</ul>'
