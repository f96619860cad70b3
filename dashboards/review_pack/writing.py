"""Write a pack: every file, or none.

Files are written beside the folder that they are for and moved into it when all of
them are whole, with the manifest last.
"""

import errno
import hashlib
import tempfile
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from dashboards.review_pack import manifest
from dashboards.review_pack.checks import check
from dashboards.review_pack.content import Pack
from dashboards.selection import ALL
from tandem.core.errors import WrongUse

LONGEST_UNIT = 120  # bytes of a file name; most file systems take 255 in all


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
    """Return a unit as part of a file name: letters, their marks and digits.

    A name that is too long for a file, or has none of these, is told apart by a hash.
    """
    kept = "".join(
        c if unicodedata.category(c)[0] in "LMN" else "-" for c in name.casefold()
    )
    plain = "-".join(part for part in kept.split("-") if part)
    if plain and len(plain.encode()) <= LONGEST_UNIT:
        return plain
    short = plain.encode()[:LONGEST_UNIT].decode(errors="ignore")
    told_apart = hashlib.sha256(name.encode()).hexdigest()[:8]
    return "-".join(part for part in (short, told_apart) if part)


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
        WrongUse: files cannot be written there.
    """
    check(pack)
    _make(folder)
    with tempfile.TemporaryDirectory(prefix=".review-", dir=folder) as name:
        files = []
        for extension in formats:
            path = Path(name) / file_name(pack, extension)
            WRITERS[extension](pack, path)
            files.append(path)
            on_file(extension)
        said = manifest.content(pack)
        _refuse_folders(folder / path.name for path in files)
        listed = Path(name) / file_name(pack, manifest.NAME)
        listed.write_text(manifest.text(said, files), encoding="utf-8")
        before()
        for path in [*files, listed]:
            path.replace(folder / path.name)
    return said


def _make(folder: Path) -> None:
    """Make a folder where it is missing.

    Raises:
        WrongUse: it is a file, or nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise WrongUse(
            f"no files can be written there ({error.strerror})",
            str(folder),
            "name another folder with --out",
        ) from error


def _refuse_folders(paths: Iterable[Path]) -> None:
    """Refuse a folder that has the name of a file to be written.

    Raises:
        WrongUse: names it.
    """
    for path in paths:
        if path.is_dir():
            raise WrongUse(
                "a folder has the name of a file of the pack",
                str(path),
                "remove it, or name another folder with --out",
            )
