"""What Chromium leaves out of a tagged PDF: metadata, bodies of lists, artifacts.

Equal documents become equal bytes: no clock and no random id is left in them.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO

import pikepdf
from pikepdf import (
    Array,
    ContentStreamInstruction,
    Dictionary,
    Name,
    Object,
    Operator,
    Pdf,
)

from dashboards.review_pack.blocks import PackNotBuilt
from dashboards.review_pack.checks import NEXT

CREATOR = "Tandem"
POINT = 0.75  # of a pixel
OPENS = frozenset(("BDC", "BMC"))
# What a path, words or a picture begins with, and what ends it.
BEGINS = frozenset(("m", "re", "BT", "Do", "sh"))
ENDS = frozenset(
    ("b", "B", "b*", "B*", "f", "F", "f*", "s", "S", "n", "ET", "Do", "sh")
)
PAINTS_WORDS = frozenset(("Tj", "TJ", "'", '"'))
ARTIFACT = ContentStreamInstruction([Name.Artifact], Operator("BMC"))
END = ContentStreamInstruction([], Operator("EMC"))
IN_ITEMS = (Name.Lbl, Name.LBody, Name.L)


def finished(
    printed: bytes,
    title: str,
    organisation: str,
    entries: Sequence[str],
    figures: Sequence[Sequence[float]],
) -> bytes:
    """Return the PDF with its metadata, outline and structure completed.

    Args:
        printed: as Chromium wrote it, tagged, with an outline of its headings.
        title: of the document.
        organisation: whose document it is.
        entries: of the outline, one for each heading of level 2.
        figures: left, top, right and bottom of each drawing on its page, in pixels.

    Raises:
        PackNotBuilt: it is not tagged, or has other headings or drawings.
    """
    with pikepdf.open(BytesIO(printed)) as pdf:
        if Name.StructTreeRoot not in pdf.Root:
            raise PackNotBuilt("it is not tagged", "the PDF", NEXT)
        _describe(pdf, title, organisation)
        _name_outline(pdf, entries)
        for page in pdf.pages:
            _mark_artifacts(page.obj, _owners(pdf, page.obj))
        _complete_lists(pdf)
        _place_figures(pdf, figures)
        target = BytesIO()
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


def elements(pdf: Pdf) -> Iterator[Dictionary]:
    """Yield the structure elements of a tagged PDF in reading order."""
    yield from _below(pdf.Root.StructTreeRoot)


def _below(parent: Dictionary) -> Iterator[Dictionary]:
    for kid in _kids(parent):
        if isinstance(kid, Dictionary) and Name.S in kid:
            yield kid
            yield from _below(kid)


def _kids(element: Dictionary) -> list[Object | int]:
    found = element.get(Name.K, Array())
    return list(found) if isinstance(found, Array) else [found]


def _describe(pdf: Pdf, title: str, organisation: str) -> None:
    producer = str(pdf.docinfo.get(Name.Producer, ""))
    del pdf.docinfo
    pdf.docinfo[Name.Title] = title
    pdf.docinfo[Name.Author] = organisation
    pdf.docinfo[Name.Creator] = CREATOR
    pdf.docinfo[Name.Producer] = producer
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:title"] = title
        xmp["dc:creator"] = [organisation]
        xmp["dc:language"] = [str(pdf.Root.Lang)]
        xmp["xmp:CreatorTool"] = CREATOR
        xmp["pdf:Producer"] = producer


def _name_outline(pdf: Pdf, entries: Sequence[str]) -> None:
    """Leave the headings of slides in the outline, with the given words."""
    with pdf.open_outline() as outline:
        slides = [slide for first in outline.root for slide in first.children]
        if len(slides) != len(entries):
            found = f"it has {len(slides)} headings for {len(entries)} slides"
            raise PackNotBuilt(found, "the PDF", NEXT)
        for slide, words in zip(slides, entries, strict=True):
            slide.title = words
            slide.children.clear()
        outline.root[:] = slides


def _complete_lists(pdf: Pdf) -> None:
    """Put what follows the label of a list's item into a body, as PDF asks for."""
    for item in [e for e in elements(pdf) if e.S == Name.LI]:
        kids = _kids(item)
        moved = [kid for kid in kids if kid.get(Name.S) not in IN_ITEMS]
        body = pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.LBody, P=item, K=Array(moved))
        )
        for kid in moved:
            kid.P = body
        item.K = Array([*(kid for kid in kids if kid not in moved), body])


def _place_figures(pdf: Pdf, figures: Sequence[Sequence[float]]) -> None:
    """Say where each drawing stands, in points from the lower left corner."""
    height = float(pdf.pages[0].mediabox[3])
    found = [element for element in elements(pdf) if Name.Figure == element.S]
    for element, (left, top, right, bottom) in zip(found, figures, strict=True):
        ends = (
            left * POINT,
            height - bottom * POINT,
            right * POINT,
            height - top * POINT,
        )
        box = Array([round(end, 2) for end in ends])
        element.A = Dictionary(O=Name.Layout, BBox=box)


def _owners(pdf: Pdf, page: Dictionary) -> dict[int, Dictionary]:
    """Return marked-content id of a page to the element that it belongs to."""
    tree = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    return dict(enumerate(tree[int(page.StructParents)]))


def _mark_artifacts(page: Dictionary, owners: dict[int, Dictionary]) -> None:
    """Mark lines and grounds as decoration: what is neither words nor a drawing.

    Args:
        page: of the PDF.
        owners: of its marked content.
    """
    found = list(pikepdf.parse_content_stream(page))
    for at in _wordless(page, found):
        owner = owners[int(found[at].operands[1].MCID)]
        if Name.Figure != owner.S:
            _give_up(owner, int(found[at].operands[1].MCID))
            found[at] = ARTIFACT
    written: list[ContentStreamInstruction] = []
    depth, begun = 0, None
    for instruction in found:
        operator = str(instruction.operator)
        depth += (operator in OPENS) - (operator == "EMC")
        if begun is None and operator in BEGINS:
            begun = len(written)
        written.append(instruction)
        if operator in ENDS:
            if depth == 0 and operator != "n" and begun is not None:
                written.insert(begun, ARTIFACT)
                written.append(END)
            begun = None
    page.Contents.write(pikepdf.unparse_content_stream(written))


def _wordless(page: Dictionary, found: list[ContentStreamInstruction]) -> list[int]:
    """Return the places at which marked content begins that paints no words."""
    begun: list[int] = []
    with_words: set[int] = set()
    places = []
    for at, instruction in enumerate(found):
        operator = str(instruction.operator)
        if operator in OPENS:
            begun.append(at)
        elif _paints_words(page, instruction):
            with_words.update(begun)
        elif operator == "EMC":
            place = begun.pop()
            operands = found[place].operands
            if place not in with_words and len(operands) > 1 and "/MCID" in operands[1]:
                places.append(place)
    return places


def _paints_words(holder: Object, instruction: ContentStreamInstruction) -> bool:
    """Return whether an instruction of a page, or of a form, paints words."""
    operator = str(instruction.operator)
    if operator != "Do":
        return operator in PAINTS_WORDS
    form = holder.Resources.XObject[str(instruction.operands[0])]
    return form.Subtype == Name.Form and any(
        _paints_words(form, inner) for inner in pikepdf.parse_content_stream(form)
    )


def _give_up(owner: Dictionary, number: int) -> None:
    """Take marked content of a page away from its element."""
    owner.K = Array(kid for kid in _kids(owner) if kid != number)
