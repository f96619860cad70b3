"""Folders of loads below landing/: names, creation, and removal of leftovers."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tandem.core.files import Home


def sweep(home: Home) -> None:
    """Remove what a killed load left; only the holder of the lock may call it."""
    if home.landing.exists():
        shutil.rmtree(home.landing)


def load_name(started_at: datetime, salt: str) -> str:
    """Return the id of a load: it sorts by time and no two are the same."""
    return f"{started_at:%Y%m%dT%H%M%S%f}-{salt}"


@contextmanager
def folder_of(home: Home, load_id: str) -> Iterator[Path]:
    """Make the folder of a load's Parquet; it is gone afterwards, come what may."""
    folder = home.landing / load_id
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
