"""Which blocks stand on which slide, at which size, and where."""

from dataclasses import dataclass

from dashboards.review_pack.blocks import (
    BarChart,
    Block,
    Cards,
    CurveChart,
    PackNotBuilt,
    Paragraphs,
    RangeChart,
    Table,
    Tiles,
)
from dashboards.review_pack.pptx.bar_chart import BarPiece
from dashboards.review_pack.pptx.boxes import CardsPiece, ParagraphsPiece, TilesPiece
from dashboards.review_pack.pptx.curve_chart import CurvePiece
from dashboards.review_pack.pptx.metrics import Box
from dashboards.review_pack.pptx.piece import Piece
from dashboards.review_pack.pptx.range_chart import RangePiece
from dashboards.review_pack.pptx.tables import TablePiece

SCALES = (1.0, 0.93, 0.86, 0.8, 0.7)  # from 0.86 on, body text is at its floor
BETWEEN = 16.0  # blocks below each other
GUTTER = 34.0  # between the columns
# The main column, of the width without the gutter: the first at which all fits.
MAINS = (0.61, 0.66, 0.56, 0.7)

_PIECES = {
    RangeChart: RangePiece,
    CurveChart: CurvePiece,
    Table: TablePiece,
    Tiles: TilesPiece,
    Cards: CardsPiece,
    Paragraphs: ParagraphsPiece,
}


SHORTEN = "shorten a decision, the commentary or the name of a programme on it"


@dataclass
class Page:
    """What stands on one slide of the file."""

    main: list[Piece]
    side: list[Piece]
    scale: float = 1.0
    share: float = MAINS[0]


def piece_of(block: Block, language: str) -> Piece:
    """Return the piece that draws a block."""
    if isinstance(block, BarChart):
        return BarPiece(block, language)
    return _PIECES[type(block)](block)


def columns(box: Box, share: float, *, has_side: bool) -> tuple[Box, Box]:
    """Return the places of the main column, with its share, and of the side column."""
    if not has_side:
        return box, Box(box.right, box.top, 0, box.height)
    main = (box.width - GUTTER) * share
    left = box.left + main + GUTTER
    return (
        Box(box.left, box.top, main, box.height),
        Box(left, box.top, box.right - left, box.height),
    )


def pages_of(main: list[Piece], side: list[Piece], body: Box, where: str) -> list[Page]:
    """Return the slides that hold all blocks: one, or more where they do not fit.

    Raises:
        PackNotBuilt: a block fits on no slide, even at the smallest size.
    """
    first = _largest(main, side, body)
    if first is not None:
        return [first]
    alone = _largest(main, [], body) if side else None
    if alone is not None:
        return [alone, *pages_of(side, [], body, where)]
    pages, rest = [], [*main, *side]
    while rest:
        whole = _largest(rest, [], body)
        if whole is not None:
            return [*pages, whole]
        taken, rest = _filled(rest, body, SCALES[-1])
        if not taken:
            raise PackNotBuilt("words do not fit on the slide", where, SHORTEN)
        pages.append(_largest(taken, [], body) or Page(taken, [], SCALES[-1]))
    return pages


def _largest(main: list[Piece], side: list[Piece], body: Box) -> Page | None:
    for scale in SCALES:
        for share in MAINS if side else MAINS[:1]:
            left, right = columns(body, share, has_side=bool(side))
            if _fits(main, left, scale) and _fits(side, right, scale):
                return Page(main, side, scale, share)
    return None


def _needed(pieces: list[Piece], width: float, scale: float) -> float:
    heights = [piece.full_height(width, scale) for piece in pieces]
    return sum(heights) + between(scale) * (len(heights) - 1)


def between(scale: float) -> float:
    """Return the space between blocks below each other."""
    return BETWEEN * scale


def _fits(pieces: list[Piece], box: Box, scale: float) -> bool:
    return not pieces or _needed(pieces, box.width, scale) <= box.height


def _filled(
    pieces: list[Piece], box: Box, scale: float
) -> tuple[list[Piece], list[Piece]]:
    """Return what fits on a slide, and the rest; what fits on the next stays whole."""
    taken: list[Piece] = []
    for position, piece in enumerate(pieces):
        if _fits([*taken, piece], box, scale):
            taken.append(piece)
            continue
        if taken and _fits([piece], box, scale):
            return taken, pieces[position:]
        used = _needed(taken, box.width, scale) + between(scale) if taken else 0
        parts = piece.split(box.width, box.height - used, scale)
        if parts is None:
            return taken, pieces[position:]
        return [*taken, parts[0]], [parts[1], *pieces[position + 1 :]]
    return taken, []


def heights_in(pieces: list[Piece], box: Box, scale: float) -> list[float]:
    """Return the heights of blocks in a column; charts take what is left over."""
    heights = [piece.full_height(box.width, scale) for piece in pieces]
    spare = box.height - sum(heights) - between(scale) * (len(heights) - 1)
    room = [
        piece.head_height(box.width, scale) + piece.most(box.width, scale) - high
        for piece, high in zip(pieces, heights, strict=True)
    ]
    if spare <= 0 or sum(room) <= 0:
        return heights
    part = min(1.0, spare / sum(room))
    return [high + part * more for high, more in zip(heights, room, strict=True)]
