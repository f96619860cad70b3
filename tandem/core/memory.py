"""How much memory DuckDB may take, and where it writes what does not fit.

Without a limit DuckDB takes four fifths of the machine's memory, whatever else runs
there and whatever the container allows.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tandem.core.files import Home
from tandem.core.limits import MB, Limits

SHARE = 0.6  # of the memory; the rest is for Python, the file cache and other programs
PYTHON_BYTES = 700 * MB  # dbt's manifest, polars' frames and the interpreter
LEAST_BYTES = 200 * MB  # DuckDB needs about this for its threads
CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUPS = Path("/proc/self/cgroup")


def memory_of_machine() -> int | None:
    """Return the bytes that this process may use, None where the system states none.

    They are the physical memory, or less where a control group of Linux allows less.
    """
    if not hasattr(os, "sysconf"):
        return None
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([physical, *limits_of_cgroups(CGROUPS, OWN_CGROUPS)])


def limits_of_cgroups(root: Path, own: Path) -> list[int]:
    """Return the limits in bytes of the groups of this process, and of those above.

    Args:
        root: where control groups are mounted; version 2, or 1 with `memory` below it.
        own: the file that lists the groups of this process.
    """
    found = []
    for line in _text(own).splitlines():
        _number, controllers, path = line.split(":", 2)
        if controllers == "":
            base, name = root, "memory.max"
        elif "memory" in controllers.split(","):
            base, name = root / "memory", "memory.limit_in_bytes"
        else:
            continue
        group = base / path.lstrip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(base):
                found.append(_text(folder / name).strip())
    return [int(text) for text in found if text.isdigit()]  # `max` is no limit


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""


def memory_limit(limits: Limits, machine: int | None) -> int:
    """Return the bytes that one DuckDB may take.

    Args:
        limits: `database_mb` is the most that it may take on any machine.
        machine: bytes of memory; None where they are not known.
    """
    most = limits.size("database_mb")
    if machine is None:
        return most
    room = min(SHARE * machine, machine - PYTHON_BYTES)
    return min(most, max(int(room), LEAST_BYTES))


def memory_setting(limits: Limits) -> str:
    """Return DuckDB's `memory_limit` on this machine."""
    return f"{memory_limit(limits, memory_of_machine())}B"


@contextmanager
def spilling(home: Home) -> Iterator[Path]:
    """Give DuckDB a folder for what exceeds its memory; remove it after the block.

    What a process that was killed left there is removed first. The caller holds the
    writing lock.
    """
    folder = home.spill
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
