"""Folders of loads below landing/: names, creation, and removal of leftovers."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tandem.core.files import Home


def sweep(home: Home) -> None:
    """Remove folders left by loads that were killed; call it with the lock held."""
    if home.landing.exists():
        shutil.rmtree(home.landing)


def load_name(started_at: datetime, salt: str) -> str:
    """Return the unique id of a load; ids sort by time."""
    return f"{started_at:%Y%m%dT%H%M%S%f}-{salt}"


@contextmanager
def folder_of(home: Home, load_id: str) -> Iterator[Path]:
    """Make the folder of a load's Parquet; remove it afterwards, also on failure."""
    folder = home.landing / load_id
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
