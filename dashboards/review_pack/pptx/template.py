"""The empty presentation: size, theme, master and two layouts, without machine data."""

from datetime import datetime

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout, SlideMaster

from dashboards import theme
from dashboards.review_pack.content import About
from dashboards.review_pack.pptx.canvas import (
    COMPLEX_FONT,
    COMPLEX_FONTS,
    FONT,
    PANEL,
    WHITE,
    emu,
    fill_xml,
    line_xml,
    locale_of,
)
from dashboards.review_pack.pptx.metrics import Box

WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 42.0
INNER = WIDTH - 2 * MARGIN
RULE = 501.0  # above the footer
FOOT = Box(MARGIN, 505.0, INNER, 20.0)
PANEL_WIDTH = 384.0  # the coloured left part of the cover
TITLE = Box(MARGIN, 44.0, INNER, 66.0)
WRITTEN = datetime(2000, 1, 1)  # noqa: DTZ001  the same in every file

_COVER, _PAGE = "Title Slide", "Title Only"
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"><Application>Microsoft Office PowerPoint</Application>'
    b"</Properties>"
)
_SCRIPTS = {"Deva": "Noto Sans Devanagari", "Taml": "Noto Sans Tamil"}
_PALETTE = {
    "dk1": theme.TEXT,
    "lt1": WHITE,
    "dk2": theme.NOTE,
    "lt2": PANEL,
    "accent1": theme.MODES["sync"].colour,
    "accent2": theme.MODES["async"].colour,
    "accent3": theme.MODES["hybrid"].colour,
    "accent4": theme.LINE,
    "accent5": theme.NEUTRAL,
    "accent6": theme.BETTER,
    "hlink": theme.LINE,
    "folHlink": theme.NEUTRAL,
}


def blank_deck(about: About) -> Deck:
    """Return a presentation without slides, with the two layouts of a pack."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = emu(WIDTH), emu(HEIGHT)
    for layout in list(deck.slide_layouts):
        if layout.name not in (_COVER, _PAGE):
            deck.slide_layouts.remove(layout)
    _set_theme(deck.slide_master, about.language)
    _set_master(deck.slide_master, about.language)
    for layout in deck.slide_layouts:
        _set_layout(layout)
    _set_properties(deck, about)
    return deck


def cover_layout(deck: Deck) -> SlideLayout:
    """Return the layout of the first slide."""
    return deck.slide_layouts.get_by_name(_COVER)


def page_layout(deck: Deck) -> SlideLayout:
    """Return the layout of all other slides."""
    return deck.slide_layouts.get_by_name(_PAGE)


def _set_theme(master: SlideMaster, language: str) -> None:
    part = master.part.part_related_by(RT.THEME)
    root = etree.fromstring(part.blob)
    root.set("name", "Review pack")
    for name, colour in _PALETTE.items():
        place = root.find(f".//{qn('a:clrScheme')}/{qn('a:' + name)}")
        for child in list(place):
            place.remove(child)
        etree.SubElement(place, qn("a:srgbClr"), val=colour.lstrip("#"))
    for kind in ("a:majorFont", "a:minorFont"):
        fonts = root.find(f".//{qn(kind)}")
        for child in list(fonts):
            fonts.remove(child)
        etree.SubElement(
            fonts, qn("a:latin"), typeface=FONT, panose="020F0502020204030204"
        )
        etree.SubElement(fonts, qn("a:ea"), typeface="")
        face = COMPLEX_FONTS.get(language, COMPLEX_FONT)
        etree.SubElement(fonts, qn("a:cs"), typeface=face)
        for script, typeface in _SCRIPTS.items():
            etree.SubElement(fonts, qn("a:font"), script=script, typeface=typeface)
    part._blob = etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", standalone=True
    )


def _set_master(master: SlideMaster, language: str) -> None:
    _place_placeholders(master)
    style = master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    style.set("algn", "l")
    run = style.find(qn("a:defRPr"))
    run.set("sz", "2600")
    run.set("b", "1")
    for properties in master._element.iter(qn("a:defRPr")):
        properties.set("lang", locale_of(language))


def _set_layout(layout: SlideLayout) -> None:
    _place_placeholders(layout)
    tree = layout.shapes._spTree
    identifier = max(int(i) for i in tree.xpath(".//p:cNvPr/@id")) + 1
    if layout.name == _PAGE:
        tree.append(_rule(identifier))
    else:
        tree.insert(2, _panel(identifier))  # behind all placeholders


def _place_placeholders(holder: SlideLayout | SlideMaster) -> None:
    places = {
        "title": TITLE,
        "ctrTitle": Box(MARGIN + 30, 150, INNER - 60, 110),
        "subTitle": Box(MARGIN + 30, 268, INNER - 60, 90),
        "body": Box(MARGIN, 140, INNER, 340),
        "ftr": Box(FOOT.left, FOOT.top, 540, FOOT.height),
        "sldNum": Box(FOOT.right - 60, FOOT.top, 60, FOOT.height),
    }
    for shape in list(holder.placeholders):
        kind = shape._element.ph.get("type", "obj")
        if kind == "dt":
            shape._element.getparent().remove(shape._element)
            continue
        box = places.get(kind)
        if box is not None:
            shape.left, shape.top = emu(box.left), emu(box.top)
            shape.width, shape.height = emu(box.width), emu(box.height)
        if kind in ("ctrTitle", "title", "subTitle"):
            body = shape._element.txBody.find(qn("a:bodyPr"))
            for name in ("lIns", "tIns", "rIns", "bIns"):
                body.set(name, "0")
            body.set("anchor", "b" if kind == "ctrTitle" else "t")


def _rule(identifier: int) -> etree._Element:
    rule = etree.fromstring(
        '<p:cxnSp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'<p:nvCxnSpPr><p:cNvPr id="{identifier}" name="Rule {identifier}"/>'
        '<p:cNvCxnSpPr/><p:nvPr userDrawn="1"/></p:nvCxnSpPr><p:spPr><a:xfrm>'
        f'<a:off x="{emu(MARGIN)}" y="{emu(RULE)}"/><a:ext cx="{emu(INNER)}" cy="0"/>'
        '</a:xfrm><a:prstGeom prst="line"><a:avLst/></a:prstGeom></p:spPr></p:cxnSp>'
    )
    rule.find(qn("p:spPr")).append(line_xml("a:ln", theme.GRID, 0.75))
    return rule


def _panel(identifier: int) -> etree._Element:
    """Return the coloured left part of the cover."""
    panel = etree.fromstring(
        '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'<p:nvSpPr><p:cNvPr id="{identifier}" name="Panel {identifier}"/>'
        '<p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext cx="{emu(PANEL_WIDTH)}" cy="{emu(HEIGHT)}"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:sp>'
    )
    properties = panel.find(qn("p:spPr"))
    properties.append(fill_xml(theme.LINE))
    properties.append(line_xml("a:ln", None, 0))
    return panel


def _set_properties(deck: Deck, about: About) -> None:
    core = deck.core_properties
    core.title, core.subject = about.title, f"{about.quarter_words}, {about.audience}"
    core.author = core.last_modified_by = about.organisation
    core.language = locale_of(about.language)
    core.keywords = core.comments = core.category = ""
    core.created = core.modified = WRITTEN
    core.revision = 1
    package = deck.part.package
    package.part_related_by(RT.EXTENDED_PROPERTIES)._blob = _APP
    for owner, kind in ((package, RT.THUMBNAIL), (deck.part, RT.PRINTER_SETTINGS)):
        relations = owner._rels
        for key in [k for k, rel in relations.items() if rel.reltype == kind]:
            relations.pop(key)
