"""Archives that no connector reads whole: their files are deliveries of their own."""

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

FULL = (errno.ENOSPC, errno.EDQUOT)
DEPTH = 3  # archives in archives
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)

Split = Callable[[Iterable[Path]], list[Path]]
IsRecognised = Callable[[Path], bool]


@dataclass(frozen=True)
class _Recognition:
    """What inspection knows of paths; unpacking itself imports no connector."""

    split: Split
    is_recognised: IsRecognised


@contextmanager
def unpacked(
    paths: Iterable[Path], folder: Path, split: Split, is_recognised: IsRecognised
) -> Iterator[list[Path]]:
    """Yield every delivery below the paths, and those inside archives of reports.

    Args:
        paths: files and folders.
        folder: where archives are unpacked; removed afterwards, also on failure.
            An archive that cannot be unpacked is a delivery itself.
        split: returns the deliveries that files and folders consist of.
        is_recognised: says whether a connector reads a packed file as it is.
    """
    try:
        yield _deliveries(paths, folder, _Recognition(split, is_recognised), DEPTH)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def shown(path: Path, folder: Path) -> Path:
    """Return a delivery's path as a person knows it: what was unpacked, in its archive.

    Args:
        path: of a delivery.
        folder: where archives were unpacked.
    """
    if not path.is_relative_to(folder):
        return path
    parts = path.relative_to(folder).parts
    return Path(*dropwhile(lambda part: not part.strip("-0123456789"), parts))


def _deliveries(
    paths: Iterable[Path], folder: Path, recognition: _Recognition, depth: int
) -> list[Path]:
    found: list[Path] = []
    for number, path in enumerate(recognition.split(paths)):
        inside = folder / str(number) / path.name
        is_packed = depth and _is_packed(path) and not recognition.is_recognised(path)
        if is_packed and _unpack(path, inside):
            below = folder / f"{number}-{depth}"
            found += _deliveries([inside], below, recognition, depth - 1)
        else:
            found.append(path)
    return found


def _is_packed(path: Path) -> bool:
    """Return whether a file is an archive or compressed, and no office document."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            kind = packing(file.read(HEAD_BYTES))
    except OSError:
        return False
    return kind is not None and not (kind == "zip" and is_office(path))


def _unpack(path: Path, inside: Path) -> bool:
    """Write what is in an archive below a folder; return whether all of it is there.

    Nothing is written outside, nor more than half of what the disk has free.
    """
    inside.mkdir(parents=True, mode=0o700)
    most = shutil.disk_usage(inside).free // 2
    try:
        if zipfile.is_zipfile(path):
            return _unpack_zip(path, inside, most)
        return _unpack_stream(path, inside / path.stem, most)
    except (*BROKEN, DamagedFile):
        return False
    except OSError as error:
        if error.errno in FULL:
            raise
        return False  # a name that no file can have


def _unpack_zip(path: Path, inside: Path, most: int) -> bool:
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if not _is_beside(one)]
        # No member gives more than it says that it holds.
        if not members or sum(one.file_size for one in members) > most:
            return False
        archive.extractall(inside, members)
    return True


def _is_beside(member: zipfile.ZipInfo) -> bool:
    """Return whether a member is no content: a folder, or what a Mac adds."""
    parts = [part for part in Path(member.filename).parts if part.strip(".")]
    return member.is_dir() or any(part.startswith((".", "__MACOSX")) for part in parts)


def _unpack_stream(path: Path, file: Path, most: int) -> bool:
    size = 0
    with file.open("wb") as content:
        for stream in streams(path):
            while chunk := stream.read(1 << 20):
                size += len(chunk)
                if size > most:
                    return False
                content.write(chunk)
    return bool(size)
