"""Name every column that a proposed mapping does not use."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import yaml

from ingest.parsing.source_phrases import plain


def left_out(
    proposed: str,
    header: Sequence[str],
    rows: Sequence[list[str]],
    taken: Collection[str] = (),
) -> str:
    """Return a comment that lists the columns that no key of a mapping names.

    Args:
        proposed: the mapping as YAML.
        header: the headings, "" where a column has none.
        rows: some rows, by which a column without heading counts as empty or not.
        taken: headings of columns that are used although no key names them.
    """
    used = {plain(text) for text in taken}
    used |= {plain(text) for text in _texts(yaml.safe_load(proposed))}
    seen: Counter[str] = Counter()
    names = []
    for place, heading in enumerate(header):
        seen[heading] += 1
        if not heading:
            if any(len(row) > place and row[place] for row in rows):
                names.append(f"column {place + 1}, which has no heading")
        elif seen[heading] > 1:
            names.append(f"{heading} (column {place + 1}, the same heading again)")
        elif plain(heading) not in used:
            names.append(heading)
    return f"# {not_used(names)}"


def not_used(names: Sequence[str]) -> str:
    """Return in words which columns are not used."""
    return "Not used: " + (", ".join(names) if names else "no column is left out")


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any YAML
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
