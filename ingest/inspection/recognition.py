"""What each delivery is, and which connector would read it: looked at, not read."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ingest.connectors.discovery import connectors
from ingest.connectors.mapped.table import is_mapping_of_neighbour
from ingest.landing.delivery import Recognition
from ingest.mapping.table_files import RECORDS
from ingest.mapping.tables import SPREADSHEETS, TEXTS
from ingest.parsing.text import decode
from ingest.unpacking.streams import HEAD_BYTES, is_office, packing
from tandem.core.errors import DamagedFile, TandemError, UndecidedFile, UnknownFile


def deliveries(paths: Iterable[Path]) -> list[Path]:
    """Return what there is to read: a folder is one delivery, or one per file in it.

    A folder that a connector recognises (a data set, a roster) is one delivery; of any
    other folder every file is one, hidden files left out.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir() and not _opinions(path, b""):
            inside = sorted(path.iterdir())
            found += deliveries(p for p in inside if not _is_beside(p))
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _is_beside(path: Path) -> bool:
    """Return whether a file is no delivery: hidden, or a mapping of its neighbour.

    Nor is a folder that is only linked: it is read where it is, and may be a circle.
    """
    is_linked = path.is_symlink() and path.is_dir()
    return path.name.startswith(".") or is_linked or is_mapping_of_neighbour(path)


def inspect_one(path: Path) -> Recognition:
    """Return what the surest connector says of a delivery.

    Raises:
        DamagedFile: it is empty, or cannot be opened.
        UnknownFile: no connector reads it.
        UndecidedFile: two connectors are equally sure.
    """
    head = b"" if path.is_dir() else _head(path)
    opinions = _opinions(path, head)
    if not opinions:
        raise _unknown(path, head)
    best, *others = opinions
    if others and others[0].confidence == best.confidence:
        raise UndecidedFile(
            f"this could be {best.connector} or {others[0].connector}",
            path.name,
            "name it with --source",
        )
    return replace(best, grounds=_grounds(best, head) | dict(best.grounds))


def is_recognised(path: Path) -> bool:
    """Return whether a connector knows a file, be it only as damaged or undecided."""
    try:
        inspect_one(path)
    except UnknownFile:
        return False
    except (TandemError, OSError):
        return True
    return True


def _grounds(recognition: Recognition, head: bytes) -> dict[str, str]:
    """Return why encoding, delimiter and locale are what a connector says."""
    found = {}
    is_plain = head and packing(head) is None
    if is_plain and recognition.encoding and (reason := _encoding_reason(head)):
        found["encoding"] = reason
    if recognition.delimiter:
        found["delimiter"] = "most lines agree on it"
    if recognition.locale:
        found["locale"] = "the language of its headings"
    return found


def _encoding_reason(head: bytes) -> str | None:
    for cut in range(4):  # the last letter of the head may be half there
        try:
            return decode(head[: len(head) - cut]).reason
        except UnicodeError:
            continue
    return None


def recognition_or_refusal(path: Path) -> Recognition | TandemError:
    """Return what a delivery is, or why it is refused."""
    try:
        return inspect_one(path)
    except TandemError as error:
        return error


def _head(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise DamagedFile(
            "it is no file (a pipe or a device), and is read more than once",
            path.name,
            "write it to a file first",
        )
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise DamagedFile(
            f"it cannot be opened ({error.strerror})", path.name, "check the path"
        ) from error
    if not head.strip():
        raise DamagedFile("it is empty", path.name, "export it again")
    return head


def _opinions(path: Path, head: bytes) -> list[Recognition]:
    """Return what connectors say of a delivery, the surest first.

    One that fails at it has nothing to say: others may know it.
    """
    said = (_opinion(name, path, head) for name in connectors())
    return sorted(
        (s for s in said if isinstance(s, Recognition)), key=lambda s: -s.confidence
    )


def _opinion(name: str, path: Path, head: bytes) -> Recognition | UnknownFile | None:
    """Return what a connector says of a delivery, or that it failed at it."""
    try:
        return connectors()[name].recognise(path, head)
    except (TandemError, OSError, MemoryError):
        raise
    except Exception as error:
        failed = UnknownFile(
            f"a defect in Tandem while recognising it ({name}: {type(error).__name__})",
            path.name,
            "please report it with the kind and version of the export",
        )
        failed.__cause__ = error
        return failed


def _unknown(path: Path, head: bytes) -> UnknownFile:
    """Return why nobody reads a delivery: a connector failed, or none knows it."""
    for name in connectors():
        if isinstance(failed := _opinion(name, path, head), UnknownFile):
            return failed
    if packing(head) and not is_office(path):
        return UnknownFile(
            "what is packed in it cannot be read from here",
            path.name,
            "unpack it: what it holds is read file by file",
        )
    is_table = path.suffix.lower() in (*TEXTS, *RECORDS, *SPREADSHEETS)
    return UnknownFile(
        "nothing here reads this",
        path.name,
        "`tandem map` proposes how to read a table of your own"
        if is_table
        else "export it as CSV, a spreadsheet, JSON or xAPI statements",
    )
