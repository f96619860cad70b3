"""The files of the inbox: which are complete, how they are taken and where they go.

A file is taken by renaming it into a folder that only Tandem uses, so that a newer file
of the same name cannot take its place while it lands. A run that is killed leaves what
it took there, and the next run begins with it.
"""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from filecmp import cmp
from pathlib import Path

from tandem.core.errors import TandemError, WarehouseProblem, WrongUse
from tandem.core.files import FULL_DISK, Home, written_name
from tandem.core.settings import Settings

DONE, REJECTED, TAKEN = "done", "rejected", ".taken"
NOTE = ".note.txt"
TEMPORARY_STARTS = (".", "~$", "~")
TEMPORARY_ENDS = (
    *("~", ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload"),
    *(".download", ".swp", ".lock", NOTE),
)
SETTLE_SECONDS = 60.0  # copying tools write at least once a minute
LOOK_AGAIN_SECONDS = 1.0
MAPPINGS = (".yml", ".yaml")
PRIVATE = ("landing", "published", "dbt", "data_docs", "spill", "extensions")


@dataclass(frozen=True)
class Inbox:
    """A folder into which others put files.

    Attributes:
        folder: its path, without links.
        settle_seconds: how long a file must have stayed as it is.
    """

    folder: Path
    settle_seconds: float = SETTLE_SECONDS

    @classmethod
    def of(cls, home: Home, settings: Settings) -> "Inbox":
        """Return the inbox of tandem.toml; a relative path is one below the home.

        Raises:
            WrongUse: none is set, or it is no folder, or one of Tandem's own.
        """
        where = f"{home.settings} [inbox]"
        section = settings.section("inbox")
        name, seconds = section.get("folder"), section.get("settle_seconds", 60)
        if not isinstance(name, str) or not name:
            raise WrongUse("no inbox is set", where, 'write folder = "/path/of/it"')
        if unknown := sorted(set(section) - {"folder", "settle_seconds"}):
            raise WrongUse(
                f"no such setting: {', '.join(unknown)}",
                where,
                "use folder and settle_seconds",
            )
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            seconds = -1
        if seconds < 0:
            raise WrongUse(
                "settle_seconds is no number from 0", where, "write seconds, as 60"
            )
        folder = (home.root / name).resolve()
        if not folder.is_dir():
            raise WrongUse(f"there is no folder {folder}", where, "make it")
        own = [home.root / part for part in PRIVATE]
        if home.root.is_relative_to(folder) or any(map(folder.is_relative_to, own)):
            raise WrongUse(
                f"{folder} holds files of Tandem itself", where, "name another folder"
            )
        return cls(folder, float(seconds))


@dataclass
class Found:
    """What lies in the inbox: files to take, what may not be taken, and why to wait."""

    complete: list[Path]
    refused: list[Path]
    waiting: dict[str, str]


def look(inbox: Inbox) -> Found:
    """Return what lies in the inbox; a file must look the same twice to be complete."""
    found = Found([], [], {})
    first = {}
    for path in sorted(inbox.folder.iterdir()):
        name = path.name
        if name in (DONE, REJECTED) or _is_temporary(name) or is_mapping(path):
            continue
        seen = seen_at(path)
        if seen is None:
            continue
        if stat.S_ISREG(seen.st_mode):
            first[path] = seen
        elif stat.S_ISDIR(seen.st_mode):
            found.waiting[name] = "it is a folder; put one .zip of it here instead"
        else:
            found.refused.append(path)
    if first:
        time.sleep(min(LOOK_AGAIN_SECONDS, inbox.settle_seconds))
    now = time.time()
    for path, before in first.items():
        after = seen_at(path)
        if after is None:
            continue
        if state_of(before) != state_of(after):
            found.waiting[path.name] = "it is still being written"
        elif now - after.st_ctime < inbox.settle_seconds:
            found.waiting[path.name] = (
                f"it changed less than {inbox.settle_seconds:.0f} s ago"
            )
        else:
            found.complete.append(path)
    return found


def no_file(path: Path) -> TandemError:
    """Return why a link, a device or a pipe is refused."""
    kind = "link" if path.is_symlink() else "device or pipe"
    return TandemError(
        f"it is a {kind} and no file", printable(path.name), "put the file itself there"
    )


def is_mapping(path: Path) -> bool:
    """Return whether a file says how another is read; it stays in the inbox."""
    return path.suffix.lower() in MAPPINGS


def is_file(path: Path) -> bool:
    """Return whether a path is a file itself, and no link or device."""
    seen = seen_at(path)
    return seen is not None and stat.S_ISREG(seen.st_mode)


def _is_temporary(name: str) -> bool:
    lowered = name.lower()
    return lowered.startswith(TEMPORARY_STARTS) or lowered.endswith(TEMPORARY_ENDS)


def seen_at(path: Path) -> os.stat_result | None:
    """Return what a path is, None where it is gone meanwhile; follows no link."""
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def state_of(seen: os.stat_result | None) -> tuple[int, ...]:
    """Return what differs as soon as a file is written, () for one that is gone."""
    if seen is None:
        return ()
    return seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def taken_before(inbox: Inbox) -> list[Path]:
    """Return the folders that a killed run left, with what it had taken."""
    folder = inbox.folder / TAKEN
    return sorted(path for path in folder.iterdir()) if folder.is_dir() else []


def make_folders(inbox: Inbox) -> None:
    """Make the folders of Tandem in the inbox.

    Raises:
        WarehouseProblem: nothing can be written in the inbox.
        WrongUse: one of them is a link, which may lead anywhere.
    """
    with writing_in(inbox):
        for name in (TAKEN, DONE, REJECTED):
            own = inbox.folder / name
            own.mkdir(mode=0o700 if name == TAKEN else 0o755, exist_ok=True)
            if own.is_symlink():
                raise WrongUse(
                    "it is a link", str(own), "remove it; Tandem makes the folder"
                )


def take(inbox: Inbox, paths: Iterable[Path]) -> Path:
    """Move files into a new folder that only Tandem uses; return it.

    Mappings are copied there, as the reader of a table looks for one beside it.

    Raises:
        WarehouseProblem: nothing can be written in the inbox.
    """
    make_folders(inbox)
    with writing_in(inbox):
        folder = Path(tempfile.mkdtemp(dir=inbox.folder / TAKEN))
        for path in paths:
            try:
                path.rename(folder / path.name)
            except FileNotFoundError:
                continue  # whoever put it there took it away again
        for path in inbox.folder.iterdir():
            if is_mapping(path) and is_file(path):
                shutil.copyfile(path, folder / path.name, follow_symlinks=False)
    return folder


def put(inbox: Inbox, path: Path, kind: str, day: date, note: str) -> Path:
    """Move a file to done/<day> or rejected/<day>, and write its note beside it.

    The note is written first: a run that is killed between the two does both again.
    A file with the same name and content is replaced; another content gets a number.

    Args:
        inbox: where.
        path: the file, which may be a link.
        kind: DONE or REJECTED.
        day: of the run, UTC.
        note: the text of the note; none is written for "".

    Returns:
        Where the file is now.
    """
    with writing_in(inbox):
        folder = inbox.folder / kind / day.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        target = _free(path, folder)
        beside = target.with_name(target.name + NOTE)
        if note:
            beside.write_text(note, encoding="utf-8")
        else:
            beside.unlink(missing_ok=True)
        path.replace(target)
    return target


def _free(path: Path, folder: Path) -> Path:
    number, target = 1, folder / path.name
    while os.path.lexists(target) and not _is_same(path, target):
        number += 1
        target = folder / f"{path.stem}-{number}{path.suffix}"
    return target


def _is_same(path: Path, other: Path) -> bool:
    if path.is_symlink() or other.is_symlink():
        return False
    return path.is_file() and other.is_file() and cmp(path, other, shallow=False)


def clear(inbox: Inbox, folder: Path) -> None:
    """Remove a folder of taken files, unless one of them has to be taken again."""
    with writing_in(inbox):
        for path in folder.iterdir():
            if not is_mapping(path):
                return
            path.unlink()
        folder.rmdir()


@contextmanager
def writing_in(inbox: Inbox) -> Iterator[None]:
    """Raise one line that names the inbox where nothing can be written in it.

    Raises:
        WarehouseProblem: so it is.
    """
    try:
        yield
    except OSError as error:
        is_full = error.errno in FULL_DISK
        raise WarehouseProblem(
            f"nothing can be moved here ({error.strerror or error})",
            written_name(inbox.folder),
            "free space on the disk, then again"
            if is_full
            else "allow writing to it and to what is in it",
        ) from error


def printable(name: str) -> str:
    """Return a file's name for one line: control characters become question marks."""
    text = written_name(name)
    return "".join(c if c.isprintable() else "?" for c in text)
