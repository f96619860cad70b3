"""What numba compiled and kept: removed once a source that it was made of changed.

numba compares each function with its own source file alone. A function of another file
that it calls becomes part of it, so that a change of that file would not be noticed.
"""

import hashlib
from pathlib import Path

from ingest.landing.template_cache import (
    assembly,
    blake2b,
    memory,
    raw_bytes,
    readings,
    walk,
)

SOURCES = (assembly, blake2b, memory, raw_bytes, readings, walk)
DIGEST = "compiled-from.txt"
KEPT = ("*.nbi", "*.nbc")  # the files of numba: indexes and compiled functions


def remove_outdated(folder: Path | None = None) -> bool:
    """Remove what was compiled from other sources than the present ones.

    Call it before a compiled function is first called.

    Args:
        folder: where numba keeps what it compiles; by default the folder that it says.

    Returns:
        Whether the sources had changed.
    """
    folder = folder or Path(assembly.assemble.stats.cache_path)
    digest = hashlib.sha256()
    for module in SOURCES:
        digest.update(Path(str(module.__file__)).read_bytes())
    noted = folder / DIGEST
    if noted.exists() and noted.read_text() == digest.hexdigest():
        return False
    for pattern in KEPT:
        for file in folder.glob(pattern):
            file.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    noted.write_text(digest.hexdigest())
    return True
