"""The first slide: which review it is, and what each slide says in one sentence."""

from pptx.presentation import Presentation as Deck

from dashboards import theme
from dashboards.review_pack.blocks import PackNotBuilt
from dashboards.review_pack.content import LEFT_OUT, WITH_CARE, Pack, Slide
from dashboards.review_pack.pptx import template
from dashboards.review_pack.pptx.canvas import WHITE, Canvas, emu, write_lines
from dashboards.review_pack.pptx.metrics import Box, Line, height_of, line_count
from dashboards.review_pack.pptx.tables import PAD, Cell, add_grid
from tandem.core.wording import render

WHERE = "the cover"
LEFT = template.MARGIN
ROOM = template.PANEL_WIDTH - LEFT - 30  # for words on the panel
TITLE_SIZES = (32.0, 28.0, 24.0)
MOST_LINES = 6
TITLE_TOP = 96.0
FOOT_TOP, FOOT_SIZE = 448.0, 10.0
CONTENTS_LEFT = template.PANEL_WIDTH + 36
CONTENTS = Box(
    CONTENTS_LEFT, 42.0, template.WIDTH - template.MARGIN - CONTENTS_LEFT, 468.0
)
NUMBERS = 26.0  # width of the column of numbers
ROW_AIR = 9.0


def add_cover(deck: Deck, pack: Pack) -> None:
    """Add the first slide.

    Raises:
        PackNotBuilt: its words do not fit.
    """
    about = pack.about
    sheet = deck.slides.add_slide(template.cover_layout(deck))
    canvas = Canvas(sheet, about.language, WHERE)
    title = _title(about.title)
    high = title.height(ROOM)
    holder, below = sheet.shapes.title, sheet.placeholders[1]
    holder.left, holder.top = emu(LEFT), emu(TITLE_TOP)
    holder.width, holder.height = emu(ROOM), emu(high)
    write_lines(holder._element.txBody, [title], about.language)
    # The title may name the quarter and the organisation already.
    words = (about.quarter_words, about.audience, about.organisation)
    missing = [word for word in words if word and word not in about.title]
    lines = [Line(word, 16, False, WHITE, 4) for word in missing]
    top, need = TITLE_TOP + high + 14, height_of(lines, ROOM)
    if top + need > FOOT_TOP:
        raise PackNotBuilt("words do not fit on the slide", WHERE, "shorten them")
    below.left, below.top = emu(LEFT), emu(top)
    below.width, below.height = emu(ROOM), emu(max(need, 20))
    write_lines(below._element.txBody, lines, about.language)
    _draw_contents(canvas, pack)
    foot = Line(about.footer, FOOT_SIZE, False, WHITE)
    place = Box(LEFT, FOOT_TOP, ROOM, template.HEIGHT - FOOT_TOP - 24)
    if foot.height(ROOM) > place.height:
        raise PackNotBuilt(f"too long: {about.footer!r}", WHERE, "shorten it")
    canvas.placeholder("ftr", place, foot, 11)


def _title(words: str) -> Line:
    for size in TITLE_SIZES:
        if line_count(words, ROOM, size, True) <= MOST_LINES:
            return Line(words, size, True, WHITE)
    raise PackNotBuilt(f"too long: {words!r}", WHERE, "shorten it")


def _draw_contents(canvas: Canvas, pack: Pack) -> None:
    """List the slides with what they say; with their topics alone where all is long."""
    heading = Line(render("pack.contents", canvas.language), 13, True, theme.NOTE)
    head = heading.height(CONTENTS.width) + 8
    place = Box(CONTENTS.left, CONTENTS.top, CONTENTS.width, head - 8)
    slides = sorted((*pack.slides, *pack.left_out), key=lambda slide: slide.number)
    room = CONTENTS.height - head
    widths = [NUMBERS, CONTENTS.width - NUMBERS]
    for has_findings in (True, False):
        cells = [_cells(slide, has_findings, canvas.language) for slide in slides]
        heights = [height_of(row[1], widths[1] - 2 * PAD) + ROW_AIR for row in cells]
        if sum(heights) <= room:
            break
    else:
        return
    canvas.text(place, [heading], "Heading")
    place = Box(CONTENTS.left, CONTENTS.top + head, CONTENTS.width, sum(heights))
    frame = add_grid(canvas, place, widths, heights, cells, has_header=False)
    alt = render(
        "pack.table_alt",
        canvas.language,
        title=heading.words,
        rows=len(slides),
        columns=", ".join(
            render(f"pack.left_out.{name}", canvas.language)
            for name in ("slide", "topic")
        ),
    )
    canvas.frame(frame, "Contents", alt)


def _cells(slide: Slide, has_findings: bool, language: str) -> list[Cell]:
    is_out = slide.state == LEFT_OUT
    colour = theme.NOTE if is_out else theme.TEXT
    lines = [Line(slide.topic, 14, True, colour)]
    if has_findings:
        says = slide.reason if is_out else slide.title.words
        if slide.state in (LEFT_OUT, WITH_CARE):
            says = f"{render(f'review.state.{slide.state}', language)}: {says}"
        lines.append(Line(says, 12, False, theme.NOTE, 1))
    return [[Line(slide.number, 14, True, theme.LINE)], lines]
