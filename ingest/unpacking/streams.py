"""Open a path as plain byte streams, unpacking gzip, zstd and zip."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyarrow as pa

from ingest.unpacking.budget import Budget, BudgetStream
from ingest.unpacking.zip_files import opened_zip
from tandem.core.errors import DamagedFile

HEAD_BYTES = 65_536  # of a file, read to recognise it
GZIP, ZSTD, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
OFFICE = {"[Content_Types].xml", "mimetype"}  # members of OOXML and OpenDocument
SKIPPABLE = b"\x2a\x4d\x18"  # bytes 2 to 4 of a skippable zstd frame, as of pzstd
DAMAGES = (EOFError, zlib.error, gzip.BadGzipFile, pa.ArrowInvalid)
DAMAGES += (zipfile.BadZipFile, NotImplementedError)


def packing(head: bytes) -> str | None:
    """Return gzip, zstd or zip by the first bytes, None for other content."""
    for mark, name in ((GZIP, "gzip"), (ZSTD, "zstd"), (ZIP, "zip")):
        if head.startswith(mark):
            return name
    return "zstd" if head[1:4] == SKIPPABLE and head[0] >> 4 == 5 else None


def is_office(path: Path) -> bool:
    """Return whether a zip is an office document, which is not unpacked.

    Raises:
        LimitExceeded: it holds too many files.
    """
    try:
        with opened_zip(path) as archive:
            return not OFFICE.isdisjoint(archive.namelist())
    except DAMAGES:
        return False


def plain_head(path: Path, head: bytes, size: int) -> bytes:
    """Return the first bytes of the unpacked content.

    Raises:
        DamagedFile: the file cannot be unpacked.
        LimitExceeded: it holds too many files.
    """
    if packing(head) is None:
        return head[:size]
    return next((stream.read(size) for stream in streams(path)), b"")


def streams(path: Path) -> Iterator[IO[bytes]]:
    """Yield the byte streams of a file: a single one, or one per member of a zip.

    Raises:
        DamagedFile: the compressed content is cut off or damaged. This can also be
            raised while the caller reads, because streams unpack lazily.
        LimitExceeded: it unfolds to more than may be unpacked, likewise.
    """
    yield from streams_within(path, Budget(path))


def streams_within(path: Path, budget: Budget) -> Iterator[IO[bytes]]:
    """Yield the byte streams of a file, counted towards a budget; see `streams`."""
    with _damage_as_error(path), path.open("rb") as file:
        kind = packing(file.read(4))
        file.seek(0)
        if kind == "gzip":
            yield _stream(gzip.GzipFile(fileobj=file), path, budget)
        elif kind == "zstd":
            yield _stream(_Zstd(file), path, budget)
        elif kind == "zip":
            yield from _members(path, budget)
        else:
            yield file


def _stream(content: IO[bytes], path: Path, budget: Budget) -> IO[bytes]:
    return BudgetStream(_NamedStream(content, path), budget)


def _members(path: Path, budget: Budget) -> Iterator[IO[bytes]]:
    with opened_zip(path) as archive:
        for member in sorted(archive.infolist(), key=lambda m: m.filename):
            name = Path(member.filename).name
            if member.is_dir() or name.startswith("."):
                continue
            with archive.open(member) as stream:
                yield _stream(stream, path, budget)


class _Zstd(io.RawIOBase):
    """The content of all frames of a zstd file; an incomplete frame is an error."""

    def __init__(self, file: IO[bytes]) -> None:
        self._stream = pa.CompressedInputStream(file, "zstd")

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(None if size < 0 else size)
        except OSError as error:
            if error.errno is not None:
                raise
            raise pa.ArrowInvalid(str(error)) from error


class _NamedStream(io.RawIOBase):
    """A stream that raises DamagedFile with the delivery's name."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream, self._path = stream, path

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        with _damage_as_error(self._path):
            return self._stream.read(size)


@contextmanager
def _damage_as_error(path: Path) -> Iterator[None]:
    try:
        yield
    except DAMAGES as error:
        raise DamagedFile(
            f"it is cut off or damaged ({error})", path.name, "fetch it again"
        ) from error
