"""The empty presentation: size, theme, master and two layouts, without machine data."""

from datetime import datetime

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import MSO_CONNECTOR, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.oxml.shapes.shared import BaseShapeElement
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
_HEADINGS = {
    PP_PLACEHOLDER.CENTER_TITLE: MSO_ANCHOR.BOTTOM,
    PP_PLACEHOLDER.TITLE: MSO_ANCHOR.TOP,
    PP_PLACEHOLDER.SUBTITLE: MSO_ANCHOR.TOP,
}
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
    # python-pptx adds shapes to slides only; their elements it makes for any tree.
    tree = layout.shapes._spTree
    number = tree.max_shape_id + 1
    if layout.name == _PAGE:
        line = MSO_CONNECTOR.STRAIGHT
        place = (emu(MARGIN), emu(RULE), emu(INNER), 0)
        rule = tree.add_cxnSp(number, f"Rule {number}", line, *place, False, False)
        _dress(rule, line_xml("a:ln", theme.GRID, 0.75))
        return
    place = (0, 0, emu(PANEL_WIDTH), emu(HEIGHT))
    panel = tree.add_autoshape(number, f"Panel {number}", "rect", *place)
    _dress(panel, fill_xml(theme.LINE), line_xml("a:ln", None, 0))
    tree.insert(2, panel)  # behind all placeholders


def _dress(shape: BaseShapeElement, *looks: etree._Element) -> None:
    """Give a shape of a layout its own looks in place of those of the theme."""
    shape.remove_all("p:style", "p:txBody")
    shape.xpath("./*/p:nvPr")[0].set("userDrawn", "1")
    shape.spPr.extend(looks)


def _place_placeholders(holder: SlideLayout | SlideMaster) -> None:
    places = {
        PP_PLACEHOLDER.TITLE: TITLE,
        PP_PLACEHOLDER.CENTER_TITLE: Box(MARGIN + 30, 150, INNER - 60, 110),
        PP_PLACEHOLDER.SUBTITLE: Box(MARGIN + 30, 268, INNER - 60, 90),
        PP_PLACEHOLDER.BODY: Box(MARGIN, 140, INNER, 340),
        PP_PLACEHOLDER.FOOTER: Box(FOOT.left, FOOT.top, 540, FOOT.height),
        PP_PLACEHOLDER.SLIDE_NUMBER: Box(FOOT.right - 60, FOOT.top, 60, FOOT.height),
    }
    for shape in list(holder.placeholders):
        kind = shape.placeholder_format.type
        if kind == PP_PLACEHOLDER.DATE:
            shape._element.getparent().remove(shape._element)
            continue
        box = places.get(kind)
        if box is not None:
            shape.left, shape.top = emu(box.left), emu(box.top)
            shape.width, shape.height = emu(box.width), emu(box.height)
        if kind in _HEADINGS:
            frame = shape.text_frame
            frame.margin_left = frame.margin_right = 0
            frame.margin_top = frame.margin_bottom = 0
            frame.vertical_anchor = _HEADINGS[kind]


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
