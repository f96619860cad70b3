"""Where the schema of charts wants each child of an element."""

from lxml import etree
from pptx.oxml.ns import NamespacePrefixedTag
from pptx.oxml.xmlchemy import BaseOxmlElement

# The children of a series of any kind, and of an axis, in the order of the schema.
_SERIES = [
    "c:idx",
    "c:order",
    "c:tx",
    "c:spPr",
    "c:invertIfNegative",
    "c:pictureOptions",
    "c:marker",
    "c:dPt",
    "c:dLbls",
    "c:trendline",
    "c:errBars",
    "c:cat",
    "c:val",
    "c:xVal",
    "c:yVal",
    "c:shape",
    "c:smooth",
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


def put(parent: BaseOxmlElement, child: etree._Element, order: list[str]) -> None:
    """Put a child in its place of the order, instead of one of the same name."""
    name = NamespacePrefixedTag.from_clark_name(child.tag)
    parent.remove_all(name)
    parent.insert_element_before(child, *order[order.index(name) + 1 :])


def put_in_series(series: BaseOxmlElement, child: etree._Element) -> None:
    """Put a child into `c:ser`, where the schema has it."""
    put(series, child, _SERIES)


def put_in_axis(axis: BaseOxmlElement, child: etree._Element) -> None:
    """Put a child into an axis, where the schema has it."""
    put(axis, child, _AXIS)
