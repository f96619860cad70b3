"""What python-pptx leaves out of a chart: plain style, room and language."""

import math
from collections.abc import Iterable

from lxml import etree
from pptx.chart.axis import _BaseAxis
from pptx.chart.chart import Chart
from pptx.enum.chart import XL_TICK_MARK
from pptx.oxml.ns import qn

from dashboards import theme
from dashboards.review_pack.pptx.canvas import (
    fill_xml,
    line_xml,
    locale_of,
    run_properties,
)
from dashboards.review_pack.pptx.chart_order import (
    SPACE,
    put,
    put_in_axis,
)

_PLOT = "c:layout"
# No thin lines between a label that was moved and its point.
_NO_LEADERS = (
    '<c:extLst xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:ext uri="{CE6537A1-D6FC-4f65-9D91-7224C49458BB}" '
    'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart">'
    '<c15:showLeaderLines val="0"/></c:ext></c:extLst>'
)


def shape_properties(
    line: etree._Element | None, fill: etree._Element | None = None
) -> etree._Element:
    """Return `c:spPr` with a fill and a line."""
    properties = etree.Element(qn("c:spPr"))
    if fill is not None:
        properties.append(fill)
    if line is not None:
        properties.append(line)
    return properties


def range_bars(minus: float, plus: float, colour: str, points: float) -> etree._Element:
    """Return the error bars of a range whose value is the middle one of three points.

    PowerPoint draws and edits them; LibreOffice leaves custom ones out, and has the
    line of the three points.

    Args:
        minus: from the low end to the value, in the unit of the axis.
        plus: from the value to the high end.
        colour: `#rrggbb`.
        points: width of the line.
    """
    bars = etree.Element(qn("c:errBars"))
    for tag, value in (
        ("c:errDir", "x"),
        ("c:errBarType", "both"),
        ("c:errValType", "cust"),
        ("c:noEndCap", "1"),
    ):
        etree.SubElement(bars, qn(tag), val=value)
    for tag, number in (("c:plus", plus), ("c:minus", minus)):
        literal = etree.SubElement(etree.SubElement(bars, qn(tag)), qn("c:numLit"))
        etree.SubElement(literal, qn("c:formatCode")).text = "General"
        etree.SubElement(literal, qn("c:ptCount"), val="3")
        for index, size in enumerate((0.0, number, 0.0)):
            point = etree.SubElement(literal, qn("c:pt"), idx=str(index))
            etree.SubElement(point, qn("c:v")).text = f"{size:.10g}"
    bars.append(shape_properties(line_xml("a:ln", colour, points)))
    return bars


def marker(style: str, size: int, colour: str, fill: str) -> etree._Element:
    """Return `c:marker`; the style `none` draws nothing."""
    mark = etree.Element(qn("c:marker"))
    etree.SubElement(mark, qn("c:symbol"), val=style)
    if style != "none":
        etree.SubElement(mark, qn("c:size"), val=str(size))
        mark.append(shape_properties(line_xml("a:ln", colour, 1.75), fill_xml(fill)))
    return mark


def point_marker(index: int, mark: etree._Element) -> etree._Element:
    """Return `c:dPt` that gives one point of a scatter series its own marker."""
    point = etree.Element(qn("c:dPt"))
    etree.SubElement(point, qn("c:idx"), val=str(index))
    point.append(mark)
    etree.SubElement(point, qn("c:bubble3D"), val="0")
    return point


def set_inner_layout(
    chart: Chart, left: float, top: float, width: float, height: float
) -> None:
    """Fix the plot area without its labels, in parts of the frame (0 to 1)."""
    area = chart._chartSpace.find(f".//{qn('c:plotArea')}")
    for old in area.findall(qn(_PLOT)):
        area.remove(old)
    layout = etree.Element(qn(_PLOT))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    for name, value in (
        ("c:layoutTarget", "inner"),
        ("c:xMode", "edge"),
        ("c:yMode", "edge"),
        ("c:x", left),
        ("c:y", top),
        ("c:w", width),
        ("c:h", height),
    ):
        text = value if isinstance(value, str) else f"{value:.6f}"
        etree.SubElement(manual, qn(name), val=text)
    area.insert(0, layout)


def text_properties(language: str, size: float, colour: str) -> etree._Element:
    """Return `c:txPr`: size, colour, face and language of words in a chart."""
    properties = etree.Element(qn("c:txPr"))
    etree.SubElement(properties, qn("a:bodyPr"))
    etree.SubElement(properties, qn("a:lstStyle"))
    paragraph = etree.SubElement(properties, qn("a:p"))
    holder = etree.SubElement(paragraph, qn("a:pPr"))
    holder.append(run_properties("a:defRPr", language, size, False, colour))
    holder[0].attrib.pop("lang")  # PowerPoint takes it from endParaRPr
    etree.SubElement(paragraph, qn("a:endParaRPr"), lang=locale_of(language))
    return properties


def rich_text(
    words: str, language: str, size: float, colour: str, is_bold: bool
) -> etree._Element:
    """Return `c:tx` with words of its own, of a label or title."""
    holder = etree.Element(qn("c:tx"))
    rich = etree.SubElement(holder, qn("c:rich"))
    etree.SubElement(rich, qn("a:bodyPr"), wrap="none")
    etree.SubElement(rich, qn("a:lstStyle"))
    paragraph = etree.SubElement(rich, qn("a:p"))
    etree.SubElement(paragraph, qn("a:pPr"), algn="l")
    run = etree.SubElement(paragraph, qn("a:r"))
    run.append(run_properties("a:rPr", language, size, is_bold, colour))
    etree.SubElement(run, qn("a:t")).text = words
    return holder


def label(
    index: int,
    words: etree._Element,
    position: str,
    lower: float = 0.0,
) -> etree._Element:
    """Return `c:dLbl` of one point with words of its own.

    Args:
        index: of the point.
        words: of `rich_text`.
        position: `r`, `outEnd` ...
        lower: how far down it is moved, in parts of the height of the chart.
    """
    single = etree.Element(qn("c:dLbl"))
    etree.SubElement(single, qn("c:idx"), val=str(index))
    if lower:
        manual = etree.SubElement(
            etree.SubElement(single, qn("c:layout")), qn("c:manualLayout")
        )
        etree.SubElement(manual, qn("c:x"), val="0")
        etree.SubElement(manual, qn("c:y"), val=f"{lower:.6f}")
    single.append(words)
    etree.SubElement(single, qn("c:dLblPos"), val=position)
    _show(single, value="1")
    return single


def labels(singles: Iterable[etree._Element]) -> etree._Element:
    """Return `c:dLbls` with labels of single points and none elsewhere."""
    holder = etree.Element(qn("c:dLbls"))
    holder.extend(singles)
    _show(holder, value="0")
    holder.append(etree.fromstring(_NO_LEADERS))
    return holder


def _show(holder: etree._Element, value: str) -> None:
    for name in (
        "c:showLegendKey",
        "c:showVal",
        "c:showCatName",
        "c:showSerName",
        "c:showPercent",
        "c:showBubbleSize",
    ):
        shown = value if name == "c:showVal" else "0"
        etree.SubElement(holder, qn(name), val=shown)


def plain(chart: Chart, language: str) -> None:
    """Take away title, legend, background and rounded corners; set the language."""
    chart.has_title = False
    chart.has_legend = False
    space = chart._chartSpace
    put(space, etree.Element(qn("c:lang"), val=locale_of(language)), SPACE)
    put(space, etree.Element(qn("c:roundedCorners"), val="0"), SPACE)
    nothing = shape_properties(line_xml("a:ln", None, 0), etree.Element(qn("a:noFill")))
    put(space, nothing, SPACE)
    put(space, text_properties(language, 12, theme.NOTE), SPACE)
    # python-pptx numbers axes below 0, which the schema does not allow.
    for name in ("c:axId", "c:crossAx"):
        for axis in space.iter(qn(name)):
            axis.set("val", axis.get("val").lstrip("-"))


def draw_axis(axis: _BaseAxis, line: str | None, language: str, size: float) -> None:
    """Set an axis: one thin line or none, words in grey, no ticks, no grid."""
    axis.has_major_gridlines = axis.has_minor_gridlines = False
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    put_in_axis(axis._element, shape_properties(line_xml("a:ln", line, 0.75)))
    put_in_axis(axis._element, text_properties(language, size, theme.NOTE))


def nice_unit(span: float, parts: int) -> float:
    """Return a step of 1, 2, 2.5 or 5 times a power of ten, few of it in a span.

    Args:
        span: of the axis, above 0.
        parts: most steps that have room.
    """
    raw = span / parts
    power = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 2.5, 5, 10):
        if factor == 2.5 and power < 10:
            continue  # a number at the axis would have decimal places
        if factor * power >= raw * 0.999:
            return factor * power
    return 10 * power
