"""What is put on a slide: words, plain shapes, and words for screen readers."""

import copy
import itertools

from lxml import etree
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.shapes.base import BaseShape
from pptx.slide import Slide
from pptx.util import Emu

from dashboards import theme
from dashboards.review_pack.pptx.metrics import INDENT, SPACING, Box, Line

POINT = 12700  # EMU
PANEL = "#F4F7FA"
WHITE = "#FFFFFF"
FONT = "Calibri"

# Colours of the theme of the file, so that an organisation can put its own in place.
SCHEME = {
    theme.TEXT: "tx1",
    WHITE: "bg1",
    theme.NOTE: "tx2",
    PANEL: "bg2",
    theme.MODES["sync"].colour: "accent1",
    theme.MODES["async"].colour: "accent2",
    theme.MODES["hybrid"].colour: "accent3",
    theme.LINE: "accent4",
    theme.NEUTRAL: "accent5",
    theme.BETTER: "accent6",
}

LOCALES = {"en": "en-GB", "hi": "hi-IN", "ta": "ta-IN"}
COMPLEX_FONTS = {"hi": "Noto Sans Devanagari", "ta": "Noto Sans Tamil"}
COMPLEX_FONT = "Noto Sans"

_DECORATIVE = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/'
    'decorative" val="1"/></a:ext></a:extLst>'
)


def emu(points: float) -> Emu:
    """Return points as the unit of the file."""
    return Emu(round(points * POINT))


def locale_of(language: str) -> str:
    """Return the language tag of runs, e.g. `hi-IN`."""
    return LOCALES.get(language, language)


def fill_xml(colour: str) -> etree._Element:
    """Return `a:solidFill` of a colour, by its place in the theme where it has one."""
    fill = etree.Element(qn("a:solidFill"))
    if colour in SCHEME:
        etree.SubElement(fill, qn("a:schemeClr"), val=SCHEME[colour])
    else:
        etree.SubElement(fill, qn("a:srgbClr"), val=colour.lstrip("#"))
    return fill


def line_xml(
    tag: str, colour: str | None, points: float, dash: str = ""
) -> etree._Element:
    """Return a line (`a:ln`, `a:lnT` ...): None as its colour means no line."""
    line = etree.Element(qn(tag), w=str(round(points * POINT)), cap="flat")
    if colour is None:
        etree.SubElement(line, qn("a:noFill"))
        return line
    line.append(fill_xml(colour))
    if dash:
        etree.SubElement(line, qn("a:prstDash"), val=dash)
    return line


def run_properties(
    tag: str, language: str, size: float, is_bold: bool, colour: str
) -> etree._Element:
    """Return the properties of a run: language, size, colour and face."""
    properties = etree.Element(
        qn(tag),
        lang=locale_of(language),
        sz=str(round(size * 100)),
        b="1" if is_bold else "0",
    )
    properties.append(fill_xml(colour))
    etree.SubElement(properties, qn("a:latin"), typeface="+mn-lt")
    if language in COMPLEX_FONTS:
        etree.SubElement(properties, qn("a:cs"), typeface=COMPLEX_FONTS[language])
    return properties


def write_lines(body: etree._Element, lines: list[Line], language: str) -> None:
    """Put paragraphs into a text body in place of its own."""
    for paragraph in body.findall(qn("a:p")):
        body.remove(paragraph)
    for line in lines or [Line("", 12)]:
        body.append(_paragraph(line, language))


def _paragraph(line: Line, language: str) -> etree._Element:
    paragraph = etree.Element(qn("a:p"))
    properties = etree.SubElement(paragraph, qn("a:pPr"), algn=line.align)
    if line.bullet:
        properties.set("marL", str(round(INDENT * POINT)))
        properties.set("indent", str(round(-INDENT * POINT)))
    spacing = etree.SubElement(properties, qn("a:lnSpc"))
    etree.SubElement(spacing, qn("a:spcPct"), val=str(round(SPACING * 100_000)))
    before = etree.SubElement(properties, qn("a:spcBef"))
    etree.SubElement(before, qn("a:spcPts"), val=str(round(line.before * 100)))
    if line.bullet:
        etree.SubElement(properties, qn("a:buFont"), typeface="Arial")
        etree.SubElement(properties, qn("a:buChar"), char="•")
    else:
        etree.SubElement(properties, qn("a:buNone"))
    style = (language, line.size, line.is_bold, line.colour)
    if line.words:
        run = etree.SubElement(paragraph, qn("a:r"))
        run.append(run_properties("a:rPr", *style))
        etree.SubElement(run, qn("a:t")).text = line.words
    paragraph.append(run_properties("a:endParaRPr", *style))
    return paragraph


class Canvas:
    """A slide that is drawn on; the order of calls is the order of reading.

    Args:
        slide: of python-pptx.
        language: of every run.
        where: names the slide in errors, e.g. `slide 5`.
    """

    def __init__(self, slide: Slide, language: str, where: str) -> None:
        self.slide, self.language, self.where = slide, language, where
        self._numbers = itertools.count(1)

    def text(
        self,
        box: Box,
        lines: list[Line],
        name: str,
        *,
        fill: str | None = None,
        outline: str | None = None,
        inset: tuple[float, float, float, float] = (0, 0, 0, 0),
        anchor: MSO_ANCHOR = MSO_ANCHOR.TOP,
    ) -> BaseShape:
        """Add a box with paragraphs.

        Args:
            box: where; the words have to fit already.
            lines: its paragraphs.
            name: of the shape, for the list of objects.
            fill: colour behind the words.
            outline: colour of its edge.
            inset: left, top, right, bottom, in points.
            anchor: where the words stand in a higher box.
        """
        shape = self.slide.shapes.add_textbox(*self._place(box))
        self._name(shape, name)
        properties = shape._element.spPr
        for old in properties.findall(qn("a:noFill")):
            properties.remove(old)
        properties.append(fill_xml(fill) if fill else etree.Element(qn("a:noFill")))
        properties.append(line_xml("a:ln", outline, 0.75))
        frame = shape.text_frame
        # Words are wrapped, and never made smaller silently.
        frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
        frame.margin_left, frame.margin_top = emu(inset[0]), emu(inset[1])
        frame.margin_right, frame.margin_bottom = emu(inset[2]), emu(inset[3])
        frame.vertical_anchor = anchor
        write_lines(shape._element.txBody, lines, self.language)
        return shape

    def bar(self, box: Box, colour: str) -> None:
        """Add a plain rectangle that says nothing to a screen reader."""
        shape = self.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *self._place(box))
        self._name(shape, "Line")
        style = shape._element.find(qn("p:style"))
        if style is not None:
            shape._element.remove(style)
        properties = shape._element.spPr
        properties.append(fill_xml(colour))
        properties.append(line_xml("a:ln", None, 0))
        write_lines(shape._element.txBody, [], self.language)
        decorate(shape)

    def placeholder(self, kind: str, box: Box, line: Line, index: int) -> None:
        """Add a placeholder of the layout: `ftr` or `sldNum`, with words of its own."""
        shape = self.text(box, [line], kind, anchor=MSO_ANCHOR.MIDDLE)
        names = {"ftr": "Footer", "sldNum": "Slide number"}
        shape._element.nvSpPr.cNvPr.set("name", f"{names[kind]} {shape.shape_id}")
        nv = shape._element.nvSpPr
        nv.cNvSpPr.attrib.pop("txBox", None)
        place = nv.find(qn("p:nvPr"))
        etree.SubElement(place, qn("p:ph"), type=kind, sz="quarter", idx=str(index))

    def frame(self, frame: BaseShape, name: str, alt: str) -> None:
        """Name a chart or table, and say in words what it shows."""
        self._name(frame, name)
        describe(frame, alt)

    def _name(self, shape: BaseShape, name: str) -> None:
        shape.name = f"{name} {shape.shape_id}"

    @staticmethod
    def _place(box: Box) -> tuple[Emu, Emu, Emu, Emu]:
        return emu(box.left), emu(box.top), emu(box.width), emu(box.height)


def describe(shape: BaseShape, alt: str) -> None:
    """Set the alternative text of a shape."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", alt)


def decorate(shape: BaseShape) -> None:
    """Mark a shape as decorative: screen readers pass over it."""
    named = shape._element.xpath(".//p:cNvPr")[0]
    named.append(copy.deepcopy(etree.fromstring(_DECORATIVE)))
