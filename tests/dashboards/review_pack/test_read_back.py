"""Every number of a whole pack, read back from its files and the published file."""

import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from dashboards.review_pack import assembly, writing
from dashboards.review_pack.blocks import Figure
from dashboards.review_pack.content import Pack, figures_of
from dashboards.review_pack.gathering import Request
from tandem.core.files import Home
from tests.dashboards.review_pack.frozen import (
    QUARTER,
    freeze,
    keep_decision,
    published_values,
)

pytestmark = pytest.mark.browser

TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
NUMBER = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True)
class Written:
    """A pack, its folder, and the published file that it was built from."""

    pack: Pack
    folder: Path
    published: Path

    @property
    def figures(self) -> list[tuple[str, Figure]]:
        return figures_of(self.pack)

    def file(self, extension: str) -> Path:
        return self.folder / writing.file_name(self.pack, extension)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    root = tmp_path_factory.mktemp("review")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANDEM_HOME", str(root / "home"))
        home = Home.from_environment()
        published = freeze(home)
        keep_decision(home, "Run two cohorts live")
        pack = assembly.pack(home, Request(QUARTER))
        writing.write(pack, list(writing.WRITERS), root / "out")
        yield Written(pack, root / "out", published)


def plain(words: str) -> str:
    """Return words without any space, which files break in their own ways."""
    return re.sub(r"\s", "", words)


def printed_by_page(written: Written) -> dict[str, set[str]]:
    found = defaultdict(set)
    for number, figure in written.figures:
        found[number].add(plain(figure.printed))
    return found


def test_every_number_is_the_published_one(written: Written):
    assert len(written.figures) > 30
    for number, figure in written.figures:
        held = published_values(written.published, figure)
        assert held == [figure.value], (number, figure)


def test_every_printed_number_rounds_to_the_published_one(written: Written):
    checked = 0
    for _, figure in written.figures:
        shown = [
            float(n.replace(",", "").rstrip("."))
            for n in NUMBER.findall(figure.printed)
        ]
        if len(shown) != 1:
            continue
        scale = 100 if "%" in figure.printed or abs(figure.value) <= 1 else 1
        close = min(abs(shown[0] - abs(figure.value) * s) for s in (1, scale))
        assert close <= 1, figure
        checked += 1
    assert checked > 20


def slides_of(path: Path) -> list[str]:
    """Return the words of every slide of a presentation, its charts' among them."""
    with zipfile.ZipFile(path) as kept:
        names = [n for n in kept.namelist() if re.fullmatch(r"ppt/slides/\w+\.xml", n)]
        found = []
        for name in names:
            folder, _, file = name.rpartition("/")
            related = kept.read(f"{folder}/_rels/{file}.rels").decode()
            charts = [
                f"ppt/charts/{c}" for c in re.findall(r"charts/(\w+\.xml)", related)
            ]
            found.append(plain(" ".join(words_in(kept, n) for n in [name, *charts])))
        return found


def words_in(kept: zipfile.ZipFile, name: str) -> str:
    parts = ElementTree.fromstring(kept.read(name)).iter(TEXT)
    return " ".join(part.text or "" for part in parts)


def test_the_presentation_prints_every_number_on_its_slide(written: Written):
    slides = slides_of(written.file("pptx"))
    for number, printed in printed_by_page(written).items():
        (slide,) = [s for s in written.pack.pages if s.number == number]
        topic = plain(slide.topic)
        mine = "".join(words for words in slides if topic in words)
        missing = {each for each in printed if each not in mine}
        assert not missing, (number, missing)


def test_the_document_prints_every_number_on_its_page(written: Written):
    pages = [
        plain(page.extract_text() or "")
        for page in PdfReader(written.file("pdf")).pages
    ]
    for number, printed in printed_by_page(written).items():
        (slide,) = [s for s in written.pack.pages if s.number == number]
        mine = "".join(words for words in pages if plain(slide.topic) in words)
        missing = {each for each in printed if each not in mine}
        assert not missing, (number, missing)


def test_the_web_page_prints_every_number(written: Written):
    words = plain(re.sub(r"<[^>]+>", "", written.file("html").read_text("utf-8")))
    for number, printed in printed_by_page(written).items():
        assert not {each for each in printed if each not in words}, number


def test_the_workbook_holds_the_numbers_of_tables_and_charts(written: Written):
    book = CalamineWorkbook.from_path(written.file("xlsx"))
    cells = {
        plain(str(cell))
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    }
    held = "".join(sorted(cells))
    tiles = [f for n, f in written.figures if n == "2" and f.column == "value"]
    assert tiles
    for figure in tiles:
        assert plain(figure.printed) in held or plain(str(figure.value)) in held, figure


def test_the_manifest_lists_every_number(written: Written):
    path = written.file("manifest.json")
    listed = json.loads(path.read_text(encoding="utf-8"))["figures"]
    assert [(one["page"], one["printed"], one["value"]) for one in listed] == [
        (number, figure.printed, figure.value) for number, figure in written.figures
    ]


def test_no_file_holds_what_is_hidden_or_an_error(written: Written):
    words = "".join(slides_of(written.file("pptx")))
    assert not re.search(r"Traceback|NaN|undefined|\{\w+\}", words)
