"""The blocks of a slide: words with their figures, tiles, cards, charts and tables.

All words are rendered already, in the language of the pack. A number that is printed
carries the published cell that it comes from (`Figure`): the manifest lists them, and
a check reads them back from the written files.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tandem.core.errors import TandemError

# Tones of a card: what is asked for, what cannot be compared, and what is only said.
ASKED, REFUSED, NOTED = "asked", "refused", "noted"


class PackNotBuilt(TandemError):
    """A pack, or one slide of it, cannot be drawn: nothing is written."""


@dataclass(frozen=True)
class Figure:
    """A number as it is printed, and the published cell that it comes from.

    Attributes:
        printed: as it stands in the words, e.g. `81%` or `4 to 16 points`.
        value: as published, in the unit of the column.
        table: of schema pub.
        column: of that table.
        row: names and values of the columns that identify the row.
    """

    printed: str
    value: float | int
    table: str
    column: str
    row: tuple[tuple[str, str | int], ...]


@dataclass(frozen=True)
class Text:
    """Words, with the figures that they print; `is_free` where a person wrote them.

    Raises:
        PackNotBuilt: a figure is not finite, or is not in the words.
    """

    words: str
    figures: tuple[Figure, ...] = ()
    is_free: bool = False

    def __post_init__(self) -> None:
        """Refuse a figure that the reader would not see."""
        for figure in self.figures:
            if not math.isfinite(figure.value):
                raise PackNotBuilt("a number is not finite", self.words, "see the page")
            if figure.printed not in self.words:
                raise PackNotBuilt(
                    f"{figure.printed!r} is not in the words", self.words, "report this"
                )

    def __str__(self) -> str:
        """Return the words."""
        return self.words


NOTHING = Text("")


@dataclass(frozen=True)
class Card:
    """A box with a bold first line: a decision that is asked for, or a refusal."""

    title: Text
    body: Text = NOTHING
    tone: str = ASKED


@dataclass(frozen=True)
class Tile:
    """One number with its range, change and base, or a state with its reason.

    Attributes:
        label: name of the KPI.
        value: large; the words of the state where nothing is shown.
        span: the likely range; empty where there is none.
        change: against the year before; empty where there is none.
        base: whom it is about, or why nothing is shown.
        state: of states.MARKS; empty where the value is shown.
        direction: `better`, `worse` or empty, of the change.
    """

    label: Text
    value: Text
    span: Text = NOTHING
    change: Text = NOTHING
    base: Text = NOTHING
    state: str = ""
    direction: str = ""


@dataclass(frozen=True)
class RangeRow:
    """A difference or value with its likely range, drawn as a dot on a line.

    Attributes:
        label: e.g. an outcome category.
        about: below it, smaller: the pair of modes, or the base.
        value: where the dot is, in the unit of the chart; None where nothing is drawn.
        low: lower end of the likely range; None where there is none.
        high: upper end.
        result: the finding in words, e.g. `Self-paced 10 points better`.
        note: below it, smaller: the likely range, or the strength of evidence.
        mode: whose colour is used (`sync`, `async`, `hybrid`); empty for grey.
        is_clear: filled where clear, hollow otherwise.
    """

    label: Text
    about: Text
    value: float | None
    low: float | None
    high: float | None
    result: Text
    note: Text = NOTHING
    mode: str = ""
    is_clear: bool = False


@dataclass(frozen=True)
class RangeChart:
    """Rows of dots with ranges on one axis.

    Attributes:
        title: names the measure and its unit; a heading.
        alt: what it shows in words, the finding first.
        rows: from the top.
        least: left end of the axis, in the unit.
        most: right end.
        zero: where the line of no difference stands; None for none.
        margin: half the width of the band around it that is too small to matter.
        is_share: whether numbers are shares (0 to 1), printed as points or percent.
        left: what the left side means, e.g. `Self-paced better`; empty for none.
        right: what the right side means.
    """

    title: str
    alt: str
    rows: tuple[RangeRow, ...]
    least: float
    most: float
    zero: float | None = None
    margin: float = 0.0
    is_share: bool = False
    left: str = ""
    right: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its length and the words at its end."""

    label: Text
    value: float | None
    result: Text
    mode: str = ""


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars from 0.

    Attributes:
        title: names the measure and its unit; a heading.
        alt: what it shows in words, the finding first.
        bars: from the top.
        most: the right end of the axis.
        is_share: whether values are shares (0 to 1).
    """

    title: str
    alt: str
    bars: tuple[Bar, ...]
    most: float
    is_share: bool = False


@dataclass(frozen=True)
class Curve:
    """One line of a `CurveChart`: x (days), y (share 0 to 1) and its likely range."""

    label: str
    mode: str
    days: tuple[int, ...]
    shares: tuple[float, ...]
    lows: tuple[float | None, ...]
    highs: tuple[float | None, ...]


@dataclass(frozen=True)
class CurveChart:
    """Shares by day, one line a delivery mode.

    Attributes:
        title: names the measure and its unit; a heading.
        alt: what it shows in words, the finding first.
        curves: with a label each.
        x_title: of the axis of days.
        y_title: of the axis of shares.
    """

    title: str
    alt: str
    curves: tuple[Curve, ...]
    x_title: str
    y_title: str


@dataclass(frozen=True)
class Table:
    """A table; its first column names the row.

    Attributes:
        title: a heading.
        header: one word or more a column.
        rows: as many cells each as the header has.
        numbers: positions of columns that are set to the right.

    Raises:
        PackNotBuilt: it has no row, or a row of another width.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a table that a reader could not read."""
        if not self.rows:
            raise PackNotBuilt("a table has no rows", self.title, "report this")
        if any(len(row) != len(self.header) for row in self.rows):
            raise PackNotBuilt("a row has another width", self.title, "report this")


@dataclass(frozen=True)
class Tiles:
    """Tiles beside each other, at most six."""

    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Cards:
    """Cards below each other, at most four."""

    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Paragraphs:
    """Sentences below each other; as a list where there are several."""

    title: str
    texts: tuple[Text, ...]


Block = Tiles | Cards | RangeChart | BarChart | CurveChart | Table | Paragraphs
Chart = RangeChart | BarChart | CurveChart


def texts_of_block(block: Block) -> Iterator[Text]:
    """Yield every `Text` of a block in reading order."""
    match block:
        case Tiles():
            for tile in block.tiles:
                yield from (tile.label, tile.value, tile.span, tile.change, tile.base)
        case Cards():
            for card in block.cards:
                yield from (card.title, card.body)
        case RangeChart():
            for row in block.rows:
                yield from (row.label, row.about, row.result, row.note)
        case BarChart():
            for bar in block.bars:
                yield from (bar.label, bar.result)
        case Table():
            for cells in block.rows:
                yield from cells
        case Paragraphs():
            yield from block.texts
        case CurveChart():
            return
