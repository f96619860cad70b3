"""A block on its way onto a slide: how high it is, and how it is drawn."""

from abc import ABC, abstractmethod

from dashboards import theme
from dashboards.review_pack.pptx.canvas import Canvas
from dashboards.review_pack.pptx.metrics import Box, Line, height_of, sized

HEAD_GAP = 6.0


class Piece(ABC):
    """A block with its heading.

    Attributes:
        title: the heading; empty for none.
    """

    def __init__(self, title: str) -> None:
        self.title = title

    @abstractmethod
    def height(self, width: float, scale: float) -> float:
        """Return the height that it needs below its heading, in points."""

    def most(self, width: float, scale: float) -> float:
        """Return the height up to which it looks well."""
        return self.height(width, scale)

    @abstractmethod
    def draw(self, canvas: Canvas, box: Box, scale: float) -> None:
        """Draw it into a box that is at least as high as `height` says."""

    def split(
        self, width: float, height: float, scale: float
    ) -> tuple["Piece", "Piece"] | None:
        """Return what fits into a height and the rest; None where it stays whole."""
        del width, height, scale

    def head_height(self, width: float, scale: float) -> float:
        """Return the height of the heading with the space below it."""
        if not self.title:
            return 0.0
        return height_of([self._heading(scale)], width) + HEAD_GAP

    def full_height(self, width: float, scale: float) -> float:
        """Return the height with the heading."""
        return self.head_height(width, scale) + self.height(width, scale)

    def draw_all(self, canvas: Canvas, box: Box, scale: float) -> None:
        """Draw the heading, then the block below it."""
        head = self.head_height(box.width, scale)
        if head:
            place = Box(box.left, box.top, box.width, head - HEAD_GAP)
            canvas.text(place, [self._heading(scale)], "Heading")
        rest = Box(box.left, box.top + head, box.width, box.height - head)
        self.draw(canvas, rest, scale)

    def _heading(self, scale: float) -> Line:
        return Line(self.title, sized(13, scale), True, theme.NOTE)
