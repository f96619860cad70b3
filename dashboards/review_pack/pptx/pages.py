"""One slide of a pack as slides of the file: title, blocks, footer, notes."""

from pptx.enum.text import MSO_ANCHOR
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide as DeckSlide

from dashboards import theme
from dashboards.review_pack.blocks import PackNotBuilt
from dashboards.review_pack.checks import where as where_of
from dashboards.review_pack.content import WITH_CARE, About, Slide
from dashboards.review_pack.pptx import template
from dashboards.review_pack.pptx.canvas import (
    Canvas,
    describe,
    emu,
    write_lines,
)
from dashboards.review_pack.pptx.flow import (
    Page,
    between,
    columns,
    heights_in,
    pages_of,
    piece_of,
)
from dashboards.review_pack.pptx.metrics import Box, Line, line_count, width
from dashboards.review_pack.pptx.piece import Piece
from dashboards.review_pack.texts import sentences
from tandem.core.wording import render

TOPIC_TOP, TITLE_TOP = 24.0, 42.0
TITLE_GAP, BODY_GAP = 4.0, 18.0  # below the title, and below the subtitle
# Sizes of a title, and the most lines at each.
TITLE_SIZES = ((26.0, 1), (24.0, 1), (26.0, 2), (24.0, 3))
SUBTITLE_SIZES = ((14.0, 1), (13.0, 1), (14.0, 2), (12.0, 3))
BODY_BOTTOM = template.RULE - 9.0
FOOT_SIZE = 10.0
NUMBER_ROOM, FOOT_GAP = 64.0, 16.0


def add_slide(deck: Deck, slide: Slide, about: About) -> None:
    """Add a slide of the pack, on several slides where its blocks need them.

    Args:
        deck: to add to.
        slide: that was checked.
        about: which pack it is.

    Raises:
        PackNotBuilt: words do not fit, at the smallest size that can be read.
    """
    where, language = where_of(slide), about.language
    main = [piece_of(block, language) for block in slide.main]
    side = [piece_of(block, language) for block in slide.side]
    titles = [slide.title.words]
    body = _body(slide, titles, where)
    pages = pages_of(main, side, body, where)
    if len(pages) > 1:
        body = _body(slide, _parted(slide, len(pages), language), where)
        pages = pages_of(main, side, body, where)
        titles = _parted(slide, len(pages), language)
    for position, page in enumerate(pages):
        sheet = deck.slides.add_slide(template.page_layout(deck))
        canvas = Canvas(sheet, language, where)
        _draw_head(canvas, slide, titles[position], body, where)
        _draw_blocks(canvas, page, body)
        part = titles[position].removeprefix(slide.title.words).strip()
        _draw_foot(canvas, slide, about, part)
        if slide.notes:
            _write_notes(sheet, slide, language)


def _parted(slide: Slide, parts: int, language: str) -> list[str]:
    """Return the titles of a slide that goes on: `... (2 of 3)`."""
    return [
        f"{slide.title.words} {render('pack.page.part', language, part=n, parts=parts)}"
        for n in range(1, parts + 1)
    ]


def _body(slide: Slide, titles: list[str], where: str) -> Box:
    """Return the place of the blocks, below the highest of some titles."""
    top = TITLE_TOP + max(_title(t, where).height(template.INNER) for t in titles)
    top += TITLE_GAP + BODY_GAP
    if slide.subtitle.words:
        top += _subtitle(slide, where).height(template.INNER)
    return Box(template.MARGIN, top, template.INNER, BODY_BOTTOM - top)


def _title(words: str, where: str) -> Line:
    return _fitting(words, TITLE_SIZES, True, theme.TEXT, where)


def _subtitle(slide: Slide, where: str) -> Line:
    words = slide.subtitle.words
    return _fitting(words, SUBTITLE_SIZES, False, theme.NOTE, where)


def _fitting(
    words: str,
    sizes: tuple[tuple[float, int], ...],
    is_bold: bool,
    colour: str,
    where: str,
) -> Line:
    for size, most in sizes:
        if line_count(words, template.INNER, size, is_bold) <= most:
            return Line(words, size, is_bold, colour)
    raise PackNotBuilt(f"too long: {words!r}", where, "shorten it")


def set_title(sheet: DeckSlide, canvas: Canvas, line: Line, top: float) -> None:
    """Write the title into the placeholder of the layout."""
    holder = sheet.shapes.title
    holder.left, holder.top = emu(template.MARGIN), emu(top)
    holder.width = emu(template.INNER)
    holder.height = emu(line.height(template.INNER))
    write_lines(holder._element.txBody, [line], canvas.language)


def _care(label: str, reason: str, width: float) -> str:
    """Return why a slide needs care, as much of it as one line holds.

    The whole reason stands in the notes and on the page of the review.
    """
    first = sentences(reason)[0]
    fitting = (f"◐ {label}: {reason}", f"◐ {label}: {first}", f"◐ {label}")
    return next(
        (words for words in fitting if line_count(words, width, 12) == 1), fitting[-1]
    )


def _draw_head(canvas: Canvas, slide: Slide, title: str, body: Box, where: str) -> None:
    line = _title(title, where)
    set_title(canvas.slide, canvas, line, TITLE_TOP)
    care = ""
    if slide.state == WITH_CARE and slide.reason:
        label = render("review.state.with_care", canvas.language)
        care = _care(label, slide.reason, template.INNER * 0.58)
    number = f"{slide.number}  ·  " if slide.number else ""
    topic = Line(f"{number}{slide.topic}", 12, True, theme.LINE)
    left = template.INNER * (0.42 if care else 1.0)
    height = max(topic.height(left), 12 * 1.3)
    if line_count(topic.words, left, 12, True) > 1:
        raise PackNotBuilt(f"too long: {slide.topic!r}", where, "shorten it")
    box = Box(template.MARGIN, TOPIC_TOP, left, height)
    canvas.text(box, [topic], "Topic", anchor=MSO_ANCHOR.MIDDLE)
    if care:
        room = template.INNER - left
        note = Line(care, 12, False, theme.NOTE, align="r")
        box = Box(template.MARGIN + left, TOPIC_TOP, room, height)
        canvas.text(box, [note], "With care", anchor=MSO_ANCHOR.MIDDLE)
    if slide.subtitle.words:
        subtitle = _subtitle(slide, where)
        high = subtitle.height(template.INNER)
        top = body.top - BODY_GAP - high
        box = Box(template.MARGIN, top, template.INNER, high)
        canvas.text(box, [subtitle], "Subtitle")


def _draw_blocks(canvas: Canvas, page: Page, body: Box) -> None:
    left, right = columns(body, page.share, has_side=bool(page.side))
    for pieces, column in ((page.main, left), (page.side, right)):
        _draw_column(canvas, pieces, column, page.scale)


def _draw_column(
    canvas: Canvas, pieces: list[Piece], column: Box, scale: float
) -> None:
    top = column.top
    for piece, high in zip(pieces, heights_in(pieces, column, scale), strict=True):
        piece.draw_all(canvas, Box(column.left, top, column.width, high), scale)
        top += high + between(scale)


def _draw_foot(canvas: Canvas, slide: Slide, about: About, part: str) -> None:
    foot = template.FOOT
    note_room = min(width(about.footer_note, FOOT_SIZE) + 2, foot.width / 3)
    left_room = foot.width - NUMBER_ROOM - note_room - FOOT_GAP
    rooms = (left_room, note_room, NUMBER_ROOM)
    number = f"{slide.number} {part}".strip()
    lines = []
    for words, room, side in zip(
        (about.footer, about.footer_note, number), rooms, ("l", "r", "r"), strict=True
    ):
        size = FOOT_SIZE
        while size > 8 and line_count(words, room, size) > 1:
            size -= 0.5
        if line_count(words, room, size) > 1:
            raise PackNotBuilt(f"too long: {words!r}", "the footer", "shorten it")
        colour = theme.TEXT if words == number else theme.NOTE
        lines.append(Line(words, size, words == number, colour, align=side))
    left = foot.left
    canvas.placeholder("ftr", Box(left, foot.top, rooms[0], foot.height), lines[0], 11)
    left += rooms[0] + FOOT_GAP
    place = Box(left, foot.top, rooms[1], foot.height)
    canvas.text(place, [lines[1]], "Where to read more", anchor=MSO_ANCHOR.MIDDLE)
    place = Box(left + rooms[1], foot.top, rooms[2], foot.height)
    if number:
        canvas.placeholder("sldNum", place, lines[2], 12)


def _write_notes(sheet: DeckSlide, slide: Slide, language: str) -> None:
    frame = sheet.notes_slide.notes_text_frame
    notes = [Line(text.words, 12) for text in slide.notes if text.words]
    write_lines(frame._txBody, notes, language)
    for shape in sheet.notes_slide.shapes:
        if shape.shape_type is not None and shape._element.ph_idx is not None:
            kind = shape._element.ph.get("type")
            if kind == "sldImg":
                describe(shape, render("pack.slide_alt", language, number=slide.number))
