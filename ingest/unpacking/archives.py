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

from ingest.unpacking.budget import Budget
from ingest.unpacking.streams import HEAD_BYTES, is_office, packing, streams_within
from ingest.unpacking.zip_files import opened_zip
from tandem.core.errors import DamagedFile, LimitExceeded, TandemError
from tandem.core.limits import current_limits

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)

Split = Callable[[Iterable[Path]], list[Path]]
IsRecognised = Callable[[Path], bool]


@dataclass(frozen=True)
class _Inspection:
    """Functions of ingest.inspection, which this package may not import."""

    split: Split
    is_recognised: IsRecognised


@dataclass(frozen=True)
class Unpacked:
    """A delivery below the paths; `refusal` is set where it may not be unpacked."""

    path: Path
    refusal: TandemError | None = None


@contextmanager
def unpacked(
    paths: Iterable[Path], folder: Path, split: Split, is_recognised: IsRecognised
) -> Iterator[list[Unpacked]]:
    """Yield every delivery below the paths, and every one inside archives of reports.

    An archive that cannot be unpacked is a delivery itself.

    Args:
        paths: files and folders.
        folder: where archives are unpacked; deleted afterwards, also after a failure.
        split: returns the deliveries in files and folders.
        is_recognised: returns whether a connector reads a packed file as it is.
    """
    inspection = _Inspection(split, is_recognised)
    try:
        yield _deliveries(paths, folder, inspection, _Level(current_limits().depth))
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


@dataclass(frozen=True)
class _Level:
    """How deep archives may still lie in each other, and their common budget."""

    depth: float
    budget: Budget | None = None


def _deliveries(
    paths: Iterable[Path], folder: Path, inspection: _Inspection, level: _Level
) -> list[Unpacked]:
    deliveries: list[Unpacked] = []
    for number, path in enumerate(inspection.split(paths)):
        try:
            is_archive = _is_archive(path, inspection)
            budget = (level.budget or Budget(path)) if is_archive else None
            inside = folder / str(number) / path.name
            is_unpacked = budget and _unpack(path, inside, level.depth, budget)
        except LimitExceeded as error:
            shutil.rmtree(folder / str(number), ignore_errors=True)
            deliveries.append(Unpacked(path, error))
            continue
        if not is_unpacked:
            deliveries.append(Unpacked(path))
            continue
        below, deeper = folder / f"{number}-{level.depth:g}", level.depth - 1
        deliveries += _deliveries([inside], below, inspection, _Level(deeper, budget))
    return deliveries


def _is_archive(path: Path, inspection: _Inspection) -> bool:
    return _is_packed(path) and not inspection.is_recognised(path)


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


def _unpack(path: Path, inside: Path, depth: float, budget: Budget) -> bool:
    """Unpack an archive into a folder; return whether all of it was unpacked.

    Nothing is written outside the folder, and at most half of the free disk space is
    used.

    Raises:
        LimitExceeded: it holds more than may be unpacked, or lies too deep.
    """
    if depth <= 0:
        raise current_limits().refuse(
            "depth", "it is an archive in too many archives", path.name
        )
    inside.mkdir(parents=True, mode=0o700)
    budget.name = path.name
    max_bytes = shutil.disk_usage(inside).free // 2
    try:
        if zipfile.is_zipfile(path):
            return _unpack_zip(path, inside, budget, max_bytes)
        return _unpack_stream(path, inside / path.stem, budget, max_bytes)
    except (*BROKEN, DamagedFile):
        return False
    except OSError as error:
        if error.errno in DISK_FULL:
            raise
        return False  # a member with a name that is no valid file name


def _unpack_zip(path: Path, inside: Path, budget: Budget, max_bytes: int) -> bool:
    with opened_zip(path, budget) as archive:
        members = [member for member in archive.infolist() if not _is_skipped(member)]
        # zipfile never unpacks more bytes of a member than its declared size.
        declared = sum(member.file_size for member in members)
        budget.require(declared)
        if declared > max_bytes:
            raise _too_little_space(path)
        if not members:
            return False
        archive.extractall(inside, members)
    return True


def _is_skipped(member: zipfile.ZipInfo) -> bool:
    """Return whether a member is a folder, a hidden file or one that macOS adds."""
    parts = [part for part in Path(member.filename).parts if part.strip(".")]
    return member.is_dir() or any(part.startswith((".", "__MACOSX")) for part in parts)


def _unpack_stream(path: Path, file: Path, budget: Budget, max_bytes: int) -> bool:
    size = 0
    with file.open("wb") as content:
        for stream in streams_within(path, budget):
            while chunk := stream.read(1 << 20):
                size += len(chunk)
                if size > max_bytes:
                    raise _too_little_space(path)
                content.write(chunk)
    return bool(size)


def _too_little_space(path: Path) -> LimitExceeded:
    return LimitExceeded(
        "it unfolds to more than half of the free disk space",
        path.name,
        "free space, or unpack it elsewhere and name its files",
    )
