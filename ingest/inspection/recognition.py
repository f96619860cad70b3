"""Recognise what each delivery is and which connector reads it, without reading it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ingest.connectors.discovery import connectors
from ingest.connectors.mapped.table import is_mapping_of_neighbour
from ingest.inspection.advice import advice_for
from ingest.inspection.vendor_marks import most_likely
from ingest.landing.delivery import Recognition
from ingest.mapping.table_files import RECORDS
from ingest.mapping.tables import SPREADSHEETS, TEXTS
from ingest.parsing.report_text import head_text
from ingest.unpacking.streams import HEAD_BYTES, is_office, packing
from tandem.core.errors import DamagedFile, TandemError, UndecidedFile, UnknownFile
from tandem.core.files import unreadable_as_error


def deliveries(paths: Iterable[Path]) -> list[Path]:
    """Return the deliveries below paths: whole folders, or the files in them.

    A folder that a connector recognises (a data set, a roster) is one delivery; of any
    other folder every file is one, hidden files left out. A folder that cannot be read
    is one, too: its inspection says why.
    """
    result: list[Path] = []
    for path in paths:
        children = _children(path)
        result += [path] if children is None else deliveries(children)
    return list(dict.fromkeys(result))


def _children(path: Path) -> list[Path] | None:
    """Return the paths in a folder of deliveries, None for what is one itself."""
    try:
        if not path.is_dir():
            return None
        children = sorted(path.iterdir())
        if any(_is_whole(name, path) for name in connectors()):
            return None
    except (TandemError, OSError):
        return None
    return [child for child in children if not _is_skipped(child)]


def _is_whole(name: str, folder: Path) -> bool:
    """Return whether a connector reads a folder as one delivery.

    A file in it that cannot be read is no reason to refuse all of them.
    """
    try:
        return isinstance(_recognition(name, folder, b""), Recognition)
    except OSError:
        return False


def _is_skipped(path: Path) -> bool:
    """Return whether a path in a folder is no delivery.

    Hidden files and the mapping of a neighbouring file are none. A symbolic link to a
    folder is none either: it can point back to one of its parents.
    """
    if path.name.startswith("."):
        return True
    try:
        is_linked = path.is_symlink() and path.is_dir()
        return is_linked or is_mapping_of_neighbour(path)
    except OSError:
        return False


def inspect_one(path: Path, source: str | None = None) -> Recognition:
    """Return the recognition of the connector with the highest confidence.

    A report that has headings which only one vendor writes is that vendor's.

    Args:
        path: of a file or folder.
        source: as the user names it; decides where several are as likely.

    Raises:
        DamagedFile: it is empty, or cannot be read.
        UnknownFile: no connector reads it.
        UndecidedFile: two connectors have the same confidence, or several vendors write
            such a report.
        LimitExceeded: it takes more than a limit allows.
    """
    with unreadable_as_error(path):
        is_folder = path.is_dir()
        if is_folder:
            next(path.iterdir(), None)
        head = b"" if is_folder else _head(path)
        recognitions = _recognitions(path, head)
        if not recognitions:
            raise _unknown(path, head)
        likely = most_likely(recognitions, path, head)
    stated = (one for one in likely if source in (one.source, one.connector))
    best = likely[0] if len(likely) == 1 else next(stated, None)
    if best is None:
        names = list(dict.fromkeys(one.source for one in likely))
        if len(names) == 1:
            names = [one.connector for one in likely]
        raise UndecidedFile(
            f"this could be a report of {' or '.join(names)}",
            path.name,
            f"say which: {' or '.join(f'--source {name}' for name in names)}",
        )
    return replace(best, evidence=_evidence(best, head) | dict(best.evidence))


def is_recognised(path: Path) -> bool:
    """Return whether a connector knows a file, even a damaged or undecided one."""
    try:
        inspect_one(path)
    except UnknownFile:
        return False
    except (TandemError, OSError):
        return True
    return True


def _evidence(recognition: Recognition, head: bytes) -> dict[str, str]:
    """Return why encoding, delimiter and locale are what a connector reports."""
    evidence = {}
    is_plain = head and packing(head) is None
    if is_plain and recognition.encoding and (reason := _encoding_reason(head)):
        evidence["encoding"] = reason
    if recognition.delimiter:
        evidence["delimiter"] = "most lines agree on it"
    if recognition.locale:
        evidence["locale"] = "the language of its headings"
    return evidence


def _encoding_reason(head: bytes) -> str | None:
    """Return why a head has its encoding, None if no encoding fits."""
    decoded = head_text(head)
    return decoded.reason if decoded else None


def recognition_or_refusal(path: Path) -> Recognition | TandemError:
    """Return what a delivery is, or why it is refused."""
    try:
        return inspect_one(path)
    except TandemError as error:
        return error.at(path.name)


def _head(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise DamagedFile(
            "it is a pipe or a device, which cannot be read twice",
            path.name,
            "write its content to a file first",
        )
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip():
        raise DamagedFile("it is empty", path.name, "export it again")
    return head


def _recognitions(path: Path, head: bytes) -> list[Recognition]:
    """Return the recognitions of a delivery, the highest confidence first.

    A connector that fails is left out: another one may recognise the delivery.
    """
    results = (_recognition(name, path, head) for name in connectors())
    return sorted(
        (result for result in results if isinstance(result, Recognition)),
        key=lambda recognition: -recognition.confidence,
    )


def _recognition(
    name: str, path: Path, head: bytes
) -> Recognition | UnknownFile | None:
    """Return a connector's recognition of a delivery, or the error that it failed with.

    None where the connector does not know the delivery.
    """
    try:
        return connectors()[name].recognise(path, head)
    except (TandemError, OSError, MemoryError):
        raise
    except Exception as error:
        failure = UnknownFile(
            f"a defect in Tandem while recognising it ({name}: {type(error).__name__})",
            path.name,
            "please report it with the kind and version of the export",
        )
        failure.__cause__ = error
        return failure


def _unknown(path: Path, head: bytes) -> UnknownFile:
    """Return why no connector reads a delivery: one failed, or none knows it."""
    for name in connectors():
        if isinstance(failure := _recognition(name, path, head), UnknownFile):
            return failure
    if packing(head) and not is_office(path):
        return UnknownFile(
            "the files packed in it cannot be read without unpacking it",
            path.name,
            "unpack it: each file in it is then read as a delivery",
        )
    if advice := advice_for(path, head):
        return advice
    is_table = path.suffix.lower() in (*TEXTS, *RECORDS, *SPREADSHEETS)
    return UnknownFile(
        "nothing here reads this",
        path.name,
        "`tandem map` proposes how to read a table of your own"
        if is_table
        else "export it as CSV, a spreadsheet, iCalendar, JSON or xAPI statements",
    )
