"""docs/presets.md: each preset, how sure its layout is, and what it cannot feed.

Everything follows from the declarations of the presets and from the registry.
"""

from collections import defaultdict
from typing import TYPE_CHECKING

from tandem.cli.connect_pages import needing_more, table_of_needs

if TYPE_CHECKING:
    from ingest.mapping.mapping_file import Mapping

INTRODUCTION = """\
# Presets

A preset is a mapping that stands in `ingest/mapping/presets`: it reads one report of a
platform by its headings, without a mapping of your own. This page is written from the
presets themselves and from the registry of KPIs (`make reference`).

**Verified** means that the layout was compared with a public source, which is named.
**Unverified** means that no public sample or reference was found: try it with
`tandem inspect FILE`, and correct a copy of the preset where your file differs. A copy
needs only the keys that differ:

```yaml
like: cornerstone
person: {email: Work E-mail}
```

A report that names no live session is bound to one by its link: `session = "LINK"`
under `[sources.NAME]` in tandem.toml, or `session: {fixed: "LINK"}` in a copy. The link
and the day name the session.

## The presets

| preset | reads | layout | does not hold |
|---|---|---|---|
"""


def presets_page() -> str:
    """Return the page of the presets."""
    from ingest.mapping.mapping_file import preset, presets

    mappings = {name: preset(name) for name in presets()}
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    lines = []
    for name, mapping in mappings.items():
        lines.append(_row(name, mapping))
        groups[tuple(sorted(evidence_of(mapping)))].append(name)
    parts = [INTRODUCTION + "\n".join(lines)]
    parts.append(
        "## What they cannot feed\n\nA KPI needs each table and report that the "
        "registry lists for it, and one of its verbs. What a preset does not feed "
        'stays "not measured" until another source delivers it.'
    )
    parts += [_group(names, fed) for fed, names in groups.items()]
    return "\n\n".join(parts) + "\n"


def _row(name: str, mapping: "Mapping") -> str:
    what = (
        ": ".join(filter(None, [mapping.platform or mapping.vendor, mapping.report]))
        or "-"
    )
    sure = "verified" if mapping.verified else "**unverified**"
    layout = f"{sure}. {mapping.layout or mapping.note}".rstrip(". ")
    return f"| `{name}` | {what} | {layout} | {'; '.join(mapping.lacks) or '-'} |"


def _group(names: list[str], fed: tuple[str, ...]) -> str:
    listed = ", ".join(f"`{name}`" for name in names)
    if not fed:
        return f"### {listed}\n\nMeetings alone: no KPI by itself."
    groups, untouched = needing_more(set(fed))
    words = ", ".join(f"`{word}`" for word in fed)
    rest = f"{untouched} other KPIs use nothing of it, and wait for other sources."
    table = "\n".join(table_of_needs(groups))
    return f"### {listed}\n\nFeeds {words}.\n\n{table}\n\n{rest}"


def evidence_of(mapping: "Mapping") -> set[str]:
    """Return the verbs and reports that the rows of a preset land."""
    from ingest.mapping.completion_statuses import STATES
    from ingest.mapping.mapping_fields import SKIP

    verbs: set[str] = set()
    for verb in mapping.verb:
        named = {verb.fixed, verb.otherwise, *verb.values.values()} - {None, SKIP}
        verbs |= {str(word) for word in named}
        if verb.statuses:
            of_states = {state.verb for state in STATES.values() if state.verb}
            # A wide table prints no day but that of the completion.
            narrow = {"completed", "passed", "failed"}
            verbs |= narrow if mapping.wide else {*of_states, "registered"}
    if mapping.session and verbs & {"joined", "attended"}:
        verbs = verbs - {"joined", "left", "attended"} | {"attendance_report"}
    return verbs
