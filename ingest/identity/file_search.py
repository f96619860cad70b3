"""Search the files below TANDEM_HOME, apart from the databases, for a person."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from ingest.identity.stored_files import UnreadableFile, texts_of_file
from ingest.identity.traces import Traces
from tandem.core.files import Home, replace_text

# Databases of which erasure replaces rows, and the lock, which is empty.
SEARCHED_OTHERWISE = ("warehouse.duckdb", "vault.duckdb", "journal.sqlite", ".lock")


@dataclass
class FoundFiles:
    """Files that name the person and can be written again, and lines about others."""

    derived: list[Path] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def search_files(home: Home, traces: Traces) -> FoundFiles:
    """Return the files that name the person; status.json is corrected in place."""
    found = FoundFiles()
    _correct_status(home, traces)
    derived = (home.dbt_target, home.data_docs, home.root / "logs")
    for path in sorted(home.root.rglob("*")):
        is_own = path.parent == home.root and _is_known(path.name)
        if is_own or not path.is_file():
            continue
        is_derived = any(folder in path.parents for folder in derived)
        try:
            is_named = traces.are_in(str(path.relative_to(home.root)))
            is_named = is_named or any(map(traces.are_in, texts_of_file(path)))
            may_be = not (is_named or is_derived) and _may_name(path, traces)
        except UnreadableFile:
            found.left.append(f"{path}: it cannot be decoded to be searched")
            continue
        if is_named and is_derived:
            found.derived.append(path)
        elif is_named:
            found.left.append(f"{path}: it names the person; delete or correct it")
        elif may_be:
            found.left.append(f"{path}: it may name the person")
    return found


def _is_known(name: str) -> bool:
    return name.startswith(SEARCHED_OTHERWISE)


def _may_name(path: Path, traces: Traces) -> bool:
    return any(map(traces.may_be_in, texts_of_file(path)))


def _correct_status(home: Home, traces: Traces) -> None:
    """Replace the person in status.json, which repeats names of sources."""
    if not home.status.exists():
        return
    text = home.status.read_text(encoding="utf-8")
    shown = traces.redacted(text)
    if shown != text:
        document = json.loads(shown)
        replace_text(home.status, json.dumps(document, indent=2, sort_keys=True))
