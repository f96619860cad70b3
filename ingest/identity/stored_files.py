"""The texts in files of any kind below TANDEM_HOME, decoded, to search them."""

import gzip
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import duckdb
import polars as pl

LARGEST_MEMBER = 256 << 20  # bytes that are unpacked from one archive member
SQLITE = b"SQLite format 3\0"
DUCKDB = b"DUCK"  # after a checksum of eight bytes
PARQUET = b"PAR1"
ZIP = b"PK\x03\x04"
GZIP = b"\x1f\x8b"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
TEXT_COLUMNS = """
select schema_name, table_name, column_name
from duckdb_columns()
where not internal and (data_type like '%VARCHAR%' or data_type = 'JSON')
order by all
"""


class UnreadableFile(Exception):
    """A file whose content cannot be decoded, so that nobody knows what it holds."""


def texts_of_file(path: Path) -> Iterator[str]:
    """Yield the texts of a file; a database, archive or table is decoded.

    Raises:
        UnreadableFile: it cannot be decoded.
    """
    try:
        with path.open("rb") as file:
            start = file.read(16)
        if start[8:12] == DUCKDB:
            yield from _texts_of_duckdb(path)
        else:
            yield from _texts_of(path.read_bytes(), path)
    except (
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        zipfile.BadZipFile,
        zlib.error,
        duckdb.Error,
        sqlite3.Error,
        pl.exceptions.PolarsError,
    ) as error:
        raise UnreadableFile(str(path)) from error


def _texts_of(content: bytes, path: Path) -> Iterator[str]:
    if content.startswith(SQLITE):
        yield from _texts_of_sqlite(path)
    elif content.startswith(PARQUET):
        frame = pl.read_parquet(BytesIO(content))
        for column in frame.iter_columns():
            yield from column.cast(pl.String, strict=False).drop_nulls().unique()
    elif content.startswith(ZIP):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for member in archive.infolist():
                yield member.filename
                if member.file_size > LARGEST_MEMBER:
                    raise UnreadableFile(str(path))
                yield _text(archive.read(member))
    elif content.startswith(GZIP):
        with gzip.open(BytesIO(content)) as file:
            unpacked = file.read(LARGEST_MEMBER + 1)
        if len(unpacked) > LARGEST_MEMBER:
            raise UnreadableFile(str(path))
        yield _text(unpacked)
    else:
        yield _text(content)


def _text(content: bytes) -> str:
    if content.startswith(UTF_16):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8", "replace")


def _texts_of_duckdb(path: Path) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        for schema, table, column in connection.sql(TEXT_COLUMNS).fetchall():
            found = connection.execute(
                f'select distinct "{column}"::varchar from "{schema}"."{table}"'
            )
            while rows := found.fetchmany(10_000):
                yield from (text for (text,) in rows if text)


def _texts_of_sqlite(path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = connection.execute(
            "select name from sqlite_master where type = 'table'"
        ).fetchall()
        for (table,) in tables:
            for row in connection.execute(f'select * from "{table}"'):
                yield from (value for value in row if isinstance(value, str))
