"""Write a pack: every file, or none.

Files are written beside the folder that they are for and moved into it when all of
them are whole, with the manifest last.
"""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from dashboards.review_pack import manifest
from dashboards.review_pack.checks import check
from dashboards.review_pack.content import Pack
from dashboards.selection import ALL
from tandem.core.errors import WrongUse


def _nothing() -> None:
    """Do nothing before files are moved into place."""


def _presentation(pack: Pack, path: Path) -> None:
    from dashboards.review_pack import presentation

    presentation.write(pack, path)


def _document(pack: Pack, path: Path) -> None:
    from dashboards.review_pack import document

    document.write(pack, path)


def _page(pack: Pack, path: Path) -> None:
    from dashboards.review_pack import page

    path.write_text(page.html(pack), encoding="utf-8")


def _workbook(pack: Pack, path: Path) -> None:
    from dashboards.review_pack import annex_workbook

    annex_workbook.write(pack, path)


# Each imports its library only when it is used.
WRITERS: dict[str, Callable[[Pack, Path], None]] = {
    "pptx": _presentation,
    "pdf": _document,
    "html": _page,
    "xlsx": _workbook,
}


def formats_of(listed: str) -> list[str]:
    """Return the formats that a text lists with commas, each once, in its order.

    Raises:
        WrongUse: one of them does not exist, or there is none.
    """
    names = [name.strip().lower() for name in listed.split(",") if name.strip()]
    if unknown := [name for name in names if name not in WRITERS]:
        raise WrongUse(
            "there is no such format", ", ".join(unknown), f"use {', '.join(WRITERS)}"
        )
    if not names:
        raise WrongUse("no format is named", "--format", f"use {', '.join(WRITERS)}")
    return list(dict.fromkeys(names))


def file_name(pack: Pack, extension: str) -> str:
    """Return the name of a file of a pack, e.g. `review-2026-Q2-retail-hi.pptx`."""
    about = pack.about
    unit = "" if about.business_unit == ALL else f"-{_plain(about.business_unit)}"
    return f"review-{about.quarter}{unit}-{about.language}.{extension}"


def _plain(name: str) -> str:
    kept = "".join(c if c.isalnum() else "-" for c in name.casefold())
    return "-".join(part for part in kept.split("-") if part)


def write(
    pack: Pack,
    formats: Iterable[str],
    folder: Path,
    *,
    before: Callable[[], None] = _nothing,
    on_file: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Write a pack and its manifest, and return the manifest's content.

    Args:
        pack: the pack.
        formats: keys of WRITERS.
        folder: made where it is missing; files of the same names are replaced.
        before: called when all files are whole, before they are moved into place: an
            export that cannot be written down does not take place.
        on_file: called with each format that is whole.

    Raises:
        PackNotBuilt: a page cannot be trusted or drawn. Nothing is written.
    """
    check(pack)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".review-", dir=folder) as name:
        files = []
        for extension in formats:
            path = Path(name) / file_name(pack, extension)
            WRITERS[extension](pack, path)
            files.append(path)
            on_file(extension)
        said = manifest.content(pack)
        listed = Path(name) / file_name(pack, manifest.NAME)
        listed.write_text(manifest.text(said, files), encoding="utf-8")
        before()
        for path in [*files, listed]:
            path.replace(folder / path.name)
    return said
