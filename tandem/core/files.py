"""The files under TANDEM_HOME, and how they are replaced atomically."""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from tandem.core.errors import DamagedFile, WarehouseProblem
from tandem.core.secret import hidden

TRIAL = ".preview-"  # names of folders in which a correction is tried
FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
UNUSABLE = (errno.EACCES, errno.EPERM, errno.EROFS)


def project_root() -> Path:
    """Return the folder that holds dbt_project.yml."""
    return Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Home:
    """The files of one Tandem, all below `root` (see docs/architecture.md)."""

    root: Path

    @classmethod
    def from_environment(cls) -> "Home":
        """Return the home named by TANDEM_HOME, else ./data."""
        return cls(Path(os.environ.get("TANDEM_HOME", "data")).resolve())

    @property
    def warehouse(self) -> Path:
        """Schemas raw, staging, intermediate, marts, compared; people only as keys."""
        return self.root / "warehouse.duckdb"

    @property
    def vault(self) -> Path:
        """Keys beside names and addresses; whole quarantined payloads."""
        return self.root / "vault.duckdb"

    @property
    def journal(self) -> Path:
        """What people decided, append-only."""
        return self.root / "journal.sqlite"

    @property
    def access_log(self) -> Path:
        """Who asked or exported what, kept for a year."""
        return self.root / "access.sqlite"

    @property
    def landing(self) -> Path:
        """Parquet files not yet in raw, one folder for each load."""
        return self.root / "landing"

    @property
    def published(self) -> Path:
        """Immutable snapshots, one folder each."""
        return self.root / "published"

    @property
    def pointer(self) -> Path:
        """The small JSON file that names the current snapshot."""
        return self.published / "current"

    @property
    def status(self) -> Path:
        """Counters that each stage leaves."""
        return self.root / "status.json"

    @property
    def identity_review(self) -> Path:
        """Unmatched people, for a person to decide who they are; names people."""
        return self.root / "identity_review.xlsx"

    @property
    def settings(self) -> Path:
        """The organisation's own settings."""
        return self.root / "tandem.toml"

    @property
    def data_docs(self) -> Path:
        """Data Docs of Great Expectations on the last check."""
        return self.root / "data_docs"

    @property
    def dbt_target(self) -> Path:
        """dbt's compiled SQL, manifest and run results."""
        return self.root / "dbt"

    @property
    def spill(self) -> Path:
        """What a running build could not hold in memory; removed after it."""
        return self.root / "spill"

    def current_snapshot(self) -> dict[str, Any] | None:
        """Return the pointer's content, or None before the first publish."""
        if not self.pointer.exists():
            return None
        return json.loads(self.pointer.read_text(encoding="utf-8"))

    def snapshot_folder(self, snapshot_id: str) -> Path:
        """Return the folder of one snapshot."""
        return self.published / snapshot_id

    @contextmanager
    def writing(self, wait_seconds: float = 600) -> Iterator[None]:
        """Hold the lock that allows one writing process at a time.

        Raises:
            WarehouseProblem: another process held it for longer than the wait, or
                nothing can be written there.
        """
        lock = FileLock(self.root / ".lock", is_singleton=True)  # stages nest
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=wait_seconds)
        except Timeout as error:
            raise WarehouseProblem(
                "another tandem process is writing",
                str(self.root),
                f"it did not finish within {wait_seconds:.0f} s; try again later",
            ) from error
        except OSError as error:
            raise self._not_writable(error) from error
        try:
            if lock.lock_counter == 1:
                self._remove_broken_trials()
            yield
        finally:
            lock.release()

    def _remove_broken_trials(self) -> None:
        """Remove what a preview that was broken off left: a copy of the warehouse.

        A preview holds the lock while it runs. An erasure must not leave the copy.
        """
        for left in self.root.glob(f"{TRIAL}*"):
            shutil.rmtree(left, ignore_errors=True)

    def _not_writable(self, error: OSError) -> WarehouseProblem:
        is_full = error.errno in FULL_DISK
        return WarehouseProblem(
            f"nothing can be written here ({error.strerror or error})",
            str(self.root),
            "free space on the disk, then again"
            if is_full
            else "allow writing to it, or set TANDEM_HOME to another folder",
        )


def written_name(path: Path | str) -> str:
    r"""Return a path as text that can be stored; a byte that is no UTF-8 is `\xff`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def unusable_database(path: Path, error: Exception) -> WarehouseProblem | None:
    """Return why an undamaged database file cannot be opened; None for other reasons.

    Args:
        path: of the file.
        error: of DuckDB, which words each reason differently.
    """
    text = str(error)
    if "Could not set lock" in text or "being used by another process" in text:
        return WarehouseProblem(
            "another program has it open", str(path), "close it there, then try again"
        )
    codes = (*UNUSABLE, *FULL_DISK)
    found = [os.strerror(code) for code in codes if os.strerror(code) in text]
    if not found:
        return None
    is_full = found[0] in map(os.strerror, FULL_DISK)
    return WarehouseProblem(
        f"nothing can be written here ({found[0]})",
        str(path),
        "free space on the disk, then again"
        if is_full
        else "allow reading and writing it, then try again",
    )


def unreadable(path: Path, error: OSError) -> DamagedFile:
    """Return the error that names a file or folder that cannot be read."""
    is_forbidden = isinstance(error, PermissionError)
    return DamagedFile(
        f"it cannot be read ({error.strerror or error})",
        path.name or str(path),
        "allow reading it, then again" if is_forbidden else "check the path",
    )


@contextmanager
def unreadable_as_error(path: Path) -> Iterator[None]:
    """Raise a DamagedFile that names the path where the block cannot read it."""
    try:
        yield
    except OSError as error:
        raise unreadable(path, error) from error


def replace_text(path: Path, text: str) -> None:
    """Replace a file atomically: a reader sees the old or the new content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def record_status(home: Home, stage: str, counters: dict[str, Any]) -> None:
    """Write one stage's counters to status.json and keep those of the others."""
    everything = read_status(home)
    everything[stage] = counters
    text = json.dumps(everything, indent=2, sort_keys=True, default=str)
    replace_text(home.status, hidden(text))


def read_status(home: Home) -> dict[str, Any]:
    """Return all stages' counters, {} before the first run."""
    if not home.status.exists():
        return {}
    return json.loads(home.status.read_text(encoding="utf-8"))
