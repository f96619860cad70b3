"""Tiles, cards and paragraphs: words in boxes."""

from pptx.enum.text import MSO_ANCHOR

from dashboards import theme
from dashboards.review_pack.blocks import (
    ASKED,
    NOTED,
    REFUSED,
    Card,
    Cards,
    Paragraphs,
    Tile,
    Tiles,
)
from dashboards.review_pack.pptx.canvas import PANEL, WHITE, Canvas
from dashboards.review_pack.pptx.metrics import (
    Box,
    Line,
    height_of,
    longest_word,
    sized,
)
from dashboards.review_pack.pptx.piece import Piece

GAP = 12.0
EDGE = 4.5  # the coloured bar at the left of a card
INSET = (14.0, 9.0, 12.0, 9.0)
TILE_INSET = (12.0, 11.0, 10.0, 9.0)


def _inset(
    inset: tuple[float, float, float, float], scale: float
) -> tuple[float, float, float, float]:
    left, top, right, bottom = inset
    return left, top * scale, right, bottom * scale


_TONES = {ASKED: theme.LINE, REFUSED: theme.NEUTRAL, NOTED: theme.GRID}
_DIRECTIONS = {"better": theme.BETTER, "worse": theme.WORSE}


class CardsPiece(Piece):
    """Cards below each other."""

    def __init__(self, block: Cards) -> None:
        super().__init__(block.title)
        self.cards = block.cards

    def height(self, width: float, scale: float) -> float:
        """Return the height of all cards with the gaps between them."""
        heights = [self._height(card, width, scale) for card in self.cards]
        return sum(heights) + GAP * scale * (len(heights) - 1)

    def draw(self, canvas: Canvas, box: Box, scale: float) -> None:
        """Draw a panel with a coloured edge for each card."""
        top = box.top
        for card in self.cards:
            high = self._height(card, box.width, scale)
            fill, outline = (WHITE, theme.GRID) if card.tone == NOTED else (PANEL, None)
            canvas.text(
                Box(box.left, top, box.width, high),
                self._lines(card, scale),
                "Card",
                fill=fill,
                outline=outline,
                inset=_inset((INSET[0] + EDGE, *INSET[1:]), scale),
                anchor=MSO_ANCHOR.MIDDLE,
            )
            canvas.bar(Box(box.left, top, EDGE, high), _TONES[card.tone])
            top += high + GAP * scale

    def _height(self, card: Card, width: float, scale: float) -> float:
        room = width - INSET[0] - INSET[2] - EDGE
        return height_of(self._lines(card, scale), room) + (INSET[1] + INSET[3]) * scale

    @staticmethod
    def _lines(card: Card, scale: float) -> list[Line]:
        lines = [Line(card.title.words, sized(15, scale, 13), True)]
        if card.body.words:
            lines.append(Line(card.body.words, sized(13, scale), False, theme.NOTE, 2))
        return lines


class TilesPiece(Piece):
    """Tiles beside each other, in as many rows as their words ask for."""

    def __init__(self, block: Tiles) -> None:
        super().__init__(block.title)
        self.tiles = block.tiles

    def height(self, width: float, scale: float) -> float:
        """Return the height of all rows of tiles."""
        across = self._across(width, scale)
        rows = -(-len(self.tiles) // across)
        return self._row_height(width, scale) * rows + GAP * (rows - 1)

    def draw(self, canvas: Canvas, box: Box, scale: float) -> None:
        """Draw a panel for each tile, all of one size."""
        across = self._across(box.width, scale)
        wide, high = (
            self._width(box.width, across),
            self._row_height(box.width, scale),
        )
        for position, tile in enumerate(self.tiles):
            row, column = divmod(position, across)
            place = Box(
                box.left + column * (wide + GAP),
                box.top + row * (high + GAP),
                wide,
                high,
            )
            canvas.text(
                place,
                self._lines(tile, scale),
                "Tile",
                fill=PANEL,
                inset=_inset(TILE_INSET, scale),
            )
            edge = theme.NEUTRAL if tile.state else theme.LINE
            canvas.bar(Box(place.left, place.top, wide, 3), edge)

    @staticmethod
    def _width(width: float, across: int) -> float:
        return (width - GAP * (across - 1)) / across

    def _across(self, width: float, scale: float) -> int:
        """Return how many tiles stand in a row: all, unless a word would be broken."""
        least = max(
            longest_word(line.words, line.size, line.is_bold)
            for tile in self.tiles
            for line in self._lines(tile, scale)
        )
        least = max(least + TILE_INSET[0] + TILE_INSET[2], 132.0)
        count = len(self.tiles)
        most = count if count <= 5 else 3
        while most > 1 and self._width(width, most) < least:
            most -= 1
        return -(-count // -(-count // most))  # rows of about the same length

    def _row_height(self, width: float, scale: float) -> float:
        room = self._width(width, self._across(width, scale))
        room -= TILE_INSET[0] + TILE_INSET[2]
        high = max(height_of(self._lines(tile, scale), room) for tile in self.tiles)
        return high + (TILE_INSET[1] + TILE_INSET[3]) * scale

    @staticmethod
    def _lines(tile: Tile, scale: float) -> list[Line]:
        lines = [Line(tile.label.words, sized(13, scale), True, theme.NOTE)]
        if tile.state:
            lines.append(
                Line(tile.value.words, sized(19, scale, 14), True, theme.NOTE, 3)
            )
        else:
            lines.append(Line(tile.value.words, sized(30, scale, 20), True))
        small = sized(12, scale)
        direction = _DIRECTIONS.get(tile.direction, theme.NOTE)
        for text, colour, bold in (
            (tile.span, theme.NOTE, False),
            (tile.change, direction, bool(tile.direction)),
            (tile.base, theme.NOTE, False),
        ):
            if text.words:
                lines.append(Line(text.words, small, bold, colour, 2))
        return lines


class ParagraphsPiece(Piece):
    """Sentences below each other, as a list where there are several."""

    def __init__(self, block: Paragraphs) -> None:
        super().__init__(block.title)
        self.texts = [text.words for text in block.texts if text.words]

    def height(self, width: float, scale: float) -> float:
        """Return the height of all sentences."""
        return height_of(self._lines(scale), width) + 2

    def draw(self, canvas: Canvas, box: Box, scale: float) -> None:
        """Draw one box with all sentences."""
        place = Box(box.left, box.top, box.width, self.height(box.width, scale))
        canvas.text(place, self._lines(scale), "Text")

    def split(
        self, width: float, height: float, scale: float
    ) -> tuple[Piece, Piece] | None:
        """Return as many sentences as fit, and the others."""
        room = height - self.head_height(width, scale) - 2
        for count in range(len(self.texts) - 1, 0, -1):
            if height_of(self._lines(scale)[:count], width) <= room:
                return self._part(self.texts[:count]), self._part(self.texts[count:])
        return None

    def _part(self, texts: list[str]) -> "ParagraphsPiece":
        part = ParagraphsPiece(Paragraphs(self.title, ()))
        part.texts = texts
        return part

    def _lines(self, scale: float) -> list[Line]:
        size, several = sized(14, scale), len(self.texts) > 1
        return [
            Line(words, size, False, theme.TEXT, 5 if position else 0, several)
            for position, words in enumerate(self.texts)
        ]
