"""Where the schema of charts wants each child of an element."""

from lxml import etree
from pptx.oxml.ns import qn

# The children of a scatter series, a bar series ... in the order of the schema.
_SCATTER = [
    "c:idx",
    "c:order",
    "c:tx",
    "c:spPr",
    "c:marker",
    "c:dPt",
    "c:dLbls",
    "c:trendline",
    "c:errBars",
    "c:xVal",
    "c:yVal",
    "c:smooth",
    "c:extLst",
]
_BAR = [
    "c:idx",
    "c:order",
    "c:tx",
    "c:spPr",
    "c:invertIfNegative",
    "c:pictureOptions",
    "c:dPt",
    "c:dLbls",
    "c:trendline",
    "c:errBars",
    "c:cat",
    "c:val",
    "c:shape",
    "c:extLst",
]
_AXIS = [
    "c:axId",
    "c:scaling",
    "c:delete",
    "c:axPos",
    "c:majorGridlines",
    "c:minorGridlines",
    "c:title",
    "c:numFmt",
    "c:majorTickMark",
    "c:minorTickMark",
    "c:tickLblPos",
    "c:spPr",
    "c:txPr",
    "c:crossAx",
    "c:crosses",
    "c:crossesAt",
    "c:crossBetween",
    "c:majorUnit",
    "c:minorUnit",
    "c:dispUnits",
    "c:auto",
    "c:lblAlgn",
    "c:lblOffset",
    "c:noMultiLvlLbl",
    "c:extLst",
]
SPACE = [
    "c:date1904",
    "c:lang",
    "c:roundedCorners",
    "c:style",
    "c:clrMapOvr",
    "c:pivotSource",
    "c:protection",
    "c:chart",
    "c:spPr",
    "c:txPr",
    "c:externalData",
    "c:printSettings",
    "c:userShapes",
    "c:extLst",
]


def put(parent: etree._Element, child: etree._Element, order: list[str]) -> None:
    """Put a child in its place of the order, instead of one of the same name."""
    for old in parent.findall(child.tag):
        parent.remove(old)
    names = [qn(name) for name in order]
    later = set(names[names.index(child.tag) + 1 :])
    for position, sibling in enumerate(parent):
        if sibling.tag in later:
            parent.insert(position, child)
            return
    parent.append(child)


def put_in_series(series: etree._Element, child: etree._Element) -> None:
    """Put a child into `c:ser` of a scatter or bar chart, where its schema has it."""
    is_scatter = series.getparent().tag == qn("c:scatterChart")
    put(series, child, _SCATTER if is_scatter else _BAR)


def put_in_axis(axis: etree._Element, child: etree._Element) -> None:
    """Put a child into an axis, where the schema has it."""
    put(axis, child, _AXIS)
