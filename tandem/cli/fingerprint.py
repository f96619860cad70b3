"""Digests of everything that gives the numbers their meaning.

dbt does not record that a threshold, a macro or a seed changed since the last build.
The digests of that build are kept in status.json; a difference causes a full rebuild,
and its kind is reported as the reason.
"""

import json
from hashlib import sha256
from pathlib import Path

import duckdb

from tandem.core.files import project_root
from tandem.core.settings import Settings
from tandem.core.vocabulary import VOCABULARIES

# What dbt reads of the project, except tests, which change no number.
FILES = {
    "dbt_project.yml": ("dbt_project.yml",),
    "seeds": ("seeds/**/*.csv", "seeds/**/*.yml"),
    "macros": ("macros/**/*.sql", "macros/**/*.yml"),
    "models": ("models/**/*.sql", "models/**/*.yml"),
}
# Data tests change no number. Links are derived anew before each build.
CHECKS = ("tests/models/generic/**/*.sql", "ingest/identity/**/*.py")


def fingerprint_of(settings: Settings, root: Path | None = None) -> dict[str, str]:
    """Return a SHA-256 in hex for each kind of file and of setting.

    Args:
        settings: the current thresholds and the organisation's own vocabulary.
        root: the folder that holds dbt_project.yml; by default this project's.

    Raises:
        WrongUse: a file of the organisation's vocabulary cannot be read.
    """
    root = root or project_root()
    digests = {kind: _digest_of_files(root, globs) for kind, globs in FILES.items()}
    own = {vocabulary.variable for vocabulary in VOCABULARIES}
    thresholds = {k: value for k, value in settings.vars.items() if k not in own}
    vocabulary = {k: value for k, value in settings.vars.items() if k in own}
    digests["thresholds"] = _digest_of_values(thresholds)
    digests["vocabulary"] = _digest_of_values(vocabulary)
    digests["DuckDB"] = duckdb.__version__  # another one may compute differently
    return digests


def fingerprint_of_checks(root: Path | None = None) -> str:
    """Return a SHA-256 in hex of the data tests, and of what resolves identities."""
    return _digest_of_files(root or project_root(), CHECKS)


def changed_kinds(before: object, now: dict[str, str]) -> list[str]:
    """Return the kinds whose digest differs; all of them if `before` is unreadable."""
    known = before if isinstance(before, dict) else {}
    kinds = {**now, **known}
    return [kind for kind in kinds if known.get(kind) != now.get(kind)]


def _digest_of_files(root: Path, globs: tuple[str, ...]) -> str:
    """Return one digest of relative names and contents, in the order of the names."""
    digest = sha256()
    for path in sorted({path for glob in globs for path in root.glob(glob)}):
        name, content = path.relative_to(root).as_posix(), path.read_bytes()
        # The length separates one file from the next.
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _digest_of_values(values: dict[str, object]) -> str:
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
