"""How wide and high words are on a slide, in points.

The widths are those of Noto Sans, rounded up. It is wider than Calibri and as wide as
Arial, so words that fit by these numbers fit in the face that the reader has. They
stand here, and are not read from a font of this machine, so that a pack is laid out in
the same way everywhere.
"""

import unicodedata
from dataclasses import dataclass

LINE = 1.3  # height of a line, of the size: Noto Sans at 95 percent
SPACING = 0.95
SLACK = 1.02  # rounding of widths by whoever draws

_NARROW = {
    0.26: "' !,.:;ijl·",
    0.30: "()`J",
    0.34: "-[]If|",
    0.38: "t/\\{}r",
    0.44: '?_"',
    0.50: "csz",
    0.53: "vFLxy",
    0.56: "*ETYSaek",
    0.58: "$+<=>XZ^~",
}
_WIDE = {
    0.66: "KRABC#",
    0.75: "DGHUN&",
    0.80: "OQw",
    0.94: "%@MWm—→▲▼●■◆",
}
_WIDTHS = {
    letter: width
    for group in (_NARROW, _WIDE)
    for width, letters in group.items()
    for letter in letters
}
_INDIC = {
    0.26: "ािीोौः" + "ிு",
    0.38: "।",
    0.42: "र",
    0.51: "इईटदूू",
    0.57: "गणतनपबवएऐउहयष",
    0.61: "घठडढधमभचथ" + "ாே",
    0.7: "छभलशसणरட",
    0.77: "कखजझफअऊ" + "சநபதேகய",
    0.9: "மழறெஎஏஒ",
    1.04: "आओऔ" + "ஙலவள",
    1.22: "ஞனஅஇஉை",
    1.4: "ஆோ",
    1.65: "ணொ",
}
_SIGNS = {letter: width for width, letters in _INDIC.items() for letter in letters}
_LATIN = 0.62
_BOLD = 1.07
_VIRAMA = "\u094d"
_NO_HALF = frozenset("छटठडढद")  # written below each other instead
_HALF = 0.68  # of its width, where the next consonant follows without a vowel


def _advance(letter: str) -> float:
    known = _WIDTHS.get(letter)
    if known is not None:
        return known
    if unicodedata.category(letter) == "Mn":
        return 0.0
    known = _SIGNS.get(letter)
    if known is not None:
        return known
    code = ord(letter)
    if 0x0900 <= code < 0x0980:
        return 0.7
    if 0x0B80 <= code < 0x0C00:
        return 1.0
    return _LATIN if code < 0x3000 else 1.0


def _sum_of(words: str) -> float:
    """Return the widths of all letters, joined consonants of Devanagari as one."""
    total, joins = 0.0, False
    for position, letter in enumerate(words):
        if letter == _VIRAMA:
            continue
        wide = _advance(letter)
        follows = words[position + 1 : position + 3]
        is_half = (
            follows.startswith(_VIRAMA) and len(follows) == 2 and follows[1] != " "
        )
        if letter == "र" and (joins or is_half):
            wide = 0.0  # drawn above or below its neighbour
        elif is_half and letter not in _NO_HALF and follows[1] != "र":
            wide *= _HALF
        total += wide
        joins = is_half
    return total


def width(words: str, size: float, is_bold: bool = False) -> float:
    """Return the width of words on one line, in points.

    Args:
        words: without line breaks.
        size: of the font, in points.
        is_bold: whether they are set bold.
    """
    sum_of = _sum_of(words) * size * SLACK
    return sum_of * _BOLD if is_bold else sum_of


def line_count(words: str, room: float, size: float, is_bold: bool = False) -> int:
    """Return on how many lines words stand that are wrapped at `room` points.

    A word that is wider than a line is broken, as those who draw it do.
    """
    space = width(" ", size, is_bold)
    lines, used = 1, 0.0
    for word in words.split():
        long = width(word, size, is_bold)
        if used and used + space + long > room:
            lines, used = lines + 1, 0.0
        if long > room:
            whole = int(long // room)
            lines += whole
            used = long - whole * room
        else:
            used += long + (space if used else 0.0)
    return lines


def longest_word(words: str, size: float, is_bold: bool = False) -> float:
    """Return the width of the widest word, in points; 0 where there is none."""
    return max((width(word, size, is_bold) for word in words.split()), default=0.0)


@dataclass(frozen=True)
class Box:
    """A rectangle on the slide, in points from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width


@dataclass(frozen=True)
class Line:
    """A paragraph: its words, size in points, weight, colour and space above it."""

    words: str
    size: float
    is_bold: bool = False
    colour: str = "#14181F"
    before: float = 0.0
    bullet: bool = False
    align: str = "l"

    def height(self, room: float) -> float:
        """Return how high the paragraph is at `room` points of width."""
        inner = room - (INDENT if self.bullet else 0.0)
        lines = line_count(self.words, inner, self.size, self.is_bold)
        return self.before + lines * self.size * LINE


INDENT = 13.0  # of a list


def height_of(lines: list[Line], room: float) -> float:
    """Return the height of paragraphs below each other, in points."""
    return sum(line.height(room) for line in lines)


def sized(base: float, scale: float, least: float = 12.0) -> float:
    """Return a size of the font at a scale, in half points, not below the floor."""
    return max(least, round(base * scale * 2) / 2)
