"""A consistent copy of a home with hashes, and the home made from it again.

The pseudonym key is not in the copy: who has a vault and its key has the names.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from tandem.core.errors import DamagedFile, TandemError, WarehouseProblem, WrongUse
from tandem.core.files import Home, unusable_database
from tandem.core.progress import step
from tandem.core.whole_folder import MANIFEST, sha256_of, whole_folder, write_manifest

Json = dict[str, Any]
KIND = "backup"
# Made again by the next run, or of a process that was broken off.
NOT_COPIED = frozenset({".lock", "landing", "dbt", "data_docs", "spill"})
ENDS_LEFT_OUT = (".wal", "-wal", "-shm", "-journal")
FINGERPRINT = "select key_fingerprint from layout"


@dataclass(frozen=True)
class Copied:
    """What was copied.

    Attributes:
        files: number of files.
        byte_count: of all of them.
        made_at: when the copy was made, UTC, ISO 8601.
        key_fingerprint: of the key that the vault was made with; None without a vault.
    """

    files: int
    byte_count: int
    made_at: str
    key_fingerprint: str | None


def back_up(home: Home, target: Path, *, may_replace: bool = False) -> Copied:
    """Copy a home into a folder, all files or none; only the owner may read it.

    Nothing else writes meanwhile: the lock is held, and the databases are closed.

    Args:
        home: what to copy.
        target: new or empty, and not below the home.
        may_replace: replace an earlier copy.

    Raises:
        WarehouseProblem: there is nothing to copy, or another program has a file open.
        WrongUse: the target holds something, or lies in the home.
    """
    if not home.vault.exists() and not home.journal.exists():
        raise WarehouseProblem(
            "there is nothing to back up", str(home.root), "land something first"
        )
    target = target.resolve()
    if target.is_relative_to(home.root):
        raise WrongUse(
            "it lies in TANDEM_HOME", str(target), "name a folder on another disk"
        )
    with (
        home.writing(),
        whole_folder(target, may_replace=may_replace, is_private=True) as written,
    ):
        names = list(_files(home.root))
        for database in (home.warehouse, home.vault):
            _settle(database)
        entries = []
        with step("Copying", len(names)) as advance:
            for name in names:
                entries.append(_copied(home.root / name, written / "home" / name, name))
                advance(1)
        manifest = {
            "kind": KIND,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "key_fingerprint": _fingerprint(home.vault),
            "files": entries,
        }
        write_manifest(written, manifest)
    return _summary(manifest)


def restore(source: Path, home: Home) -> Copied:
    """Make a home from a copy; every file is compared with its hash twice.

    Args:
        source: what `back_up` wrote.
        home: a folder that does not exist or is empty.

    Raises:
        DamagedFile: a file of the copy is missing or was changed.
        WrongUse: it is no copy, or the home holds something.
    """
    manifest = _manifest(source)
    if home.root.exists() and any(path.name != ".lock" for path in home.root.iterdir()):
        raise WrongUse(
            "it holds files, and a restore never overwrites",
            str(home.root),
            "set TANDEM_HOME to a new folder, or move these away",
        )
    (home.root / ".lock").unlink(missing_ok=True)
    # A folder that cannot be renamed, as the top of a disk, is filled from inside.
    can_rename = os.access(home.root.parent, os.W_OK) and not home.root.is_mount()
    target = home.root if can_rename else home.root / ".restored"
    with whole_folder(target) as written, step("Restoring") as advance:
        for entry in manifest["files"]:
            name = _inside(entry["path"])
            kept = source / "home" / name
            _check(kept, entry["sha256"], entry["path"])
            path = written / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kept, path)
            path.chmod(int(entry["mode"], 8))
            _check(path, entry["sha256"], entry["path"])
            advance(1)
        _open_each(Home(written))
    if target != home.root:
        for path in target.iterdir():
            path.rename(home.root / path.name)
        target.rmdir()
    return _summary(manifest)


def _summary(manifest: Json) -> Copied:
    return Copied(
        len(manifest["files"]),
        sum(entry["bytes"] for entry in manifest["files"]),
        manifest["made_at"],
        manifest["key_fingerprint"],
    )


def _files(root: Path) -> Iterator[Path]:
    """Yield what is copied, as paths below the root.

    Raises:
        TandemError: a link leads elsewhere, and what is there would not be copied.
    """
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        # A hidden folder is of a broken-off process, or of another program; the key may
        # be in one where TANDEM_HOME is the home of its user.
        is_hidden = any(part.startswith(".") for part in name.parts)
        if name.parts[0] in NOT_COPIED or is_hidden:
            continue
        if path.is_symlink():
            raise TandemError(
                "it is a link, and what it leads to would not be copied",
                str(path),
                "put the file itself there, or back it up by other means",
            )
        if path.is_file() and not path.name.endswith(ENDS_LEFT_OUT):
            yield name


def _settle(path: Path) -> None:
    """Bring what a database still holds beside its file into the file.

    Raises:
        WarehouseProblem: another program has it open, or it is damaged.
    """
    if not path.exists():
        return
    try:
        with duckdb.connect(str(path)) as connection:
            connection.execute("checkpoint")
    except duckdb.Error as error:
        raise unusable_database(path, error) or WarehouseProblem(
            "it cannot be opened", str(path), "restore it from an earlier copy"
        ) from error


def _copied(path: Path, copy: Path, name: Path) -> Json:
    """Copy one file; a journal may be written by the dashboard at the same time."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".sqlite":
        with (
            closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    else:
        shutil.copyfile(path, copy)
    return {
        "path": name.as_posix(),
        "bytes": copy.stat().st_size,
        "sha256": sha256_of(copy),
        "mode": f"{path.stat().st_mode & 0o777:o}",
    }


def _fingerprint(vault: Path) -> str | None:
    if not vault.exists():
        return None
    with duckdb.connect(str(vault), read_only=True) as connection:
        rows = connection.sql(FINGERPRINT).fetchall()
    return rows[0][0] if rows else None


def _manifest(source: Path) -> Json:
    path = source / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongUse(
            "this is no backup of Tandem", str(source), "name the folder of one"
        ) from error
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise WrongUse("this is no backup of Tandem", str(source), "name one")
    return found


def _inside(name: str) -> Path:
    """Return a path of the manifest, which never leads out of the folder."""
    path = Path(name)
    if path.is_absolute() or ".." in path.parts:
        raise DamagedFile("it leads out of the backup", name, "use another copy")
    return path


def _check(path: Path, expected: str, name: str) -> None:
    if not path.is_file():
        raise DamagedFile("it is missing from the backup", name, "use another copy")
    if sha256_of(path) != expected:
        raise DamagedFile(
            "it is not as it was when the backup was made", name, "use another copy"
        )


def _open_each(home: Home) -> None:
    """Open every database of a restored home.

    Raises:
        DamagedFile: one cannot be opened.
    """
    try:
        for path in (home.warehouse, home.vault):
            if path.exists():
                with duckdb.connect(str(path), read_only=True) as connection:
                    connection.sql("select count(*) from duckdb_tables()").fetchall()
        for path in (home.journal, home.access_log):
            if path.exists():
                with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as one:
                    (found,) = one.execute("pragma integrity_check").fetchone()
                    if found != "ok":
                        raise DamagedFile(found, path.name, "use another copy")
    except (duckdb.Error, sqlite3.Error) as error:
        raise DamagedFile(str(error), "a database", "use another copy") from error
