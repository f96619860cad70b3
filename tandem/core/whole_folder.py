"""A folder that appears with all its files, or not at all."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tandem.core.errors import WrongUse

MANIFEST = "manifest.json"  # says what a folder holds, and that Tandem wrote it


@contextmanager
def whole_folder(
    target: Path, *, may_replace: bool = False, is_private: bool = False
) -> Iterator[Path]:
    """Yield a folder beside the target to write into; it gets the target's name.

    Where the block fails, nothing of it stays, and what was there before is untouched.

    Args:
        target: new, or empty.
        may_replace: a folder that Tandem wrote before may be replaced: one that holds
            manifest.json. Any other that holds something never is.
        is_private: only the owner may read the folder and its files.

    Raises:
        WrongUse: the target is a file, or holds something that may not be replaced.
    """
    target = target.resolve()
    check_target(target, may_replace=may_replace)
    target.parent.mkdir(parents=True, exist_ok=True)
    # The name begins with a dot and ends with the process, so that two never meet.
    written = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        written.chmod(0o700)
        yield written
        for path in sorted(written.rglob("*")):
            if is_private:
                path.chmod(0o700 if path.is_dir() else 0o600)
            sync(path)
        written.chmod(0o700 if is_private else 0o755)
        _put_in_place(written, target)
    finally:
        shutil.rmtree(written, ignore_errors=True)


def check_target(target: Path, *, may_replace: bool) -> None:
    """Refuse a target that may not be written.

    Raises:
        WrongUse: it is a file, or holds something that may not be replaced.
    """
    if target.exists() and not target.is_dir():
        raise WrongUse("it is a file", str(target), "name a new folder")
    if not target.is_dir() or not any(target.iterdir()):
        return
    if not (target / MANIFEST).is_file():
        raise WrongUse(
            "it holds files that are not of Tandem", str(target), "name a new folder"
        )
    if not may_replace:
        raise WrongUse(
            "it holds an earlier one", str(target), "name a new folder, or add --force"
        )


def _put_in_place(written: Path, target: Path) -> None:
    """Rename the folder to its target; what was there goes last."""
    old = target.parent / f"{written.name}.old"
    if target.exists():
        target.rename(old)
    try:
        written.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write what a folder holds, and that Tandem wrote it."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def sync(path: Path) -> None:
    """Have the disk keep what was written to a file or folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
