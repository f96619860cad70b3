"""Unpack archives that no connector reads; each file in them is a delivery."""

import errno
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

from ingest.unpacking.streams import HEAD_BYTES, is_office, packing, streams
from tandem.core.errors import DamagedFile

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
MAX_DEPTH = 3  # archives within archives
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)

Split = Callable[[Iterable[Path]], list[Path]]
IsRecognised = Callable[[Path], bool]


@dataclass(frozen=True)
class _Inspection:
    """Functions of ingest.inspection, which this package may not import."""

    split: Split
    is_recognised: IsRecognised


@contextmanager
def unpacked(
    paths: Iterable[Path], folder: Path, split: Split, is_recognised: IsRecognised
) -> Iterator[list[Path]]:
    """Yield every delivery below the paths, and every one inside archives of reports.

    An archive that cannot be unpacked is a delivery itself.

    Args:
        paths: files and folders.
        folder: where archives are unpacked; deleted afterwards, also after a failure.
        split: returns the deliveries in files and folders.
        is_recognised: returns whether a connector reads a packed file as it is.
    """
    try:
        yield _deliveries(paths, folder, _Inspection(split, is_recognised), MAX_DEPTH)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def shown(path: Path, folder: Path) -> Path:
    """Return a delivery's path for messages: an unpacked file within its archive.

    Args:
        path: of a delivery.
        folder: where archives were unpacked.
    """
    if not path.is_relative_to(folder):
        return path
    parts = path.relative_to(folder).parts
    return Path(*dropwhile(lambda part: not part.strip("-0123456789"), parts))


def _deliveries(
    paths: Iterable[Path], folder: Path, inspection: _Inspection, depth: int
) -> list[Path]:
    deliveries: list[Path] = []
    for number, path in enumerate(inspection.split(paths)):
        inside = folder / str(number) / path.name
        is_packed = depth and _is_packed(path) and not inspection.is_recognised(path)
        if is_packed and _unpack(path, inside):
            below = folder / f"{number}-{depth}"
            deliveries += _deliveries([inside], below, inspection, depth - 1)
        else:
            deliveries.append(path)
    return deliveries


def _is_packed(path: Path) -> bool:
    """Return whether a file is an archive or compressed, and not an office document."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            kind = packing(file.read(HEAD_BYTES))
    except OSError:
        return False
    return kind is not None and not (kind == "zip" and is_office(path))


def _unpack(path: Path, inside: Path) -> bool:
    """Unpack an archive into a folder; return whether all of it was unpacked.

    Nothing is written outside the folder, and at most half of the free disk space is
    used.
    """
    inside.mkdir(parents=True, mode=0o700)
    max_bytes = shutil.disk_usage(inside).free // 2
    try:
        if zipfile.is_zipfile(path):
            return _unpack_zip(path, inside, max_bytes)
        return _unpack_stream(path, inside / path.stem, max_bytes)
    except (*BROKEN, DamagedFile):
        return False
    except OSError as error:
        if error.errno in DISK_FULL:
            raise
        return False  # a member with a name that is no valid file name


def _unpack_zip(path: Path, inside: Path, max_bytes: int) -> bool:
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not _is_skipped(member)]
        # zipfile never unpacks more bytes of a member than its declared size.
        if not members or sum(member.file_size for member in members) > max_bytes:
            return False
        archive.extractall(inside, members)
    return True


def _is_skipped(member: zipfile.ZipInfo) -> bool:
    """Return whether a member is a folder, a hidden file or one that macOS adds."""
    parts = [part for part in Path(member.filename).parts if part.strip(".")]
    return member.is_dir() or any(part.startswith((".", "__MACOSX")) for part in parts)


def _unpack_stream(path: Path, file: Path, max_bytes: int) -> bool:
    size = 0
    with file.open("wb") as content:
        for stream in streams(path):
            while chunk := stream.read(1 << 20):
                size += len(chunk)
                if size > max_bytes:
                    return False
                content.write(chunk)
    return bool(size)
