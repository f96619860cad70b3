"""Parts of docs/connect/ that follow from seeds: KPIs of a route, periods of vendors.

A page names its connectors in a table, and what each of its two routes feeds in two
lines. The rest of both sections is written between marks, by `make reference`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tandem.core.files import project_root
from tandem.core.seeds import seed_rows

FOLDER = "connect"
CONNECTOR = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
FED = "- fed {} IT: "
ALL_VERBS, ALL_TABLES = "every verb", "every table"
REPORTS = ("attendance_report", "platform_report", "calendar")


def connect_pages() -> dict[str, str]:
    """Return the text of each page about a source, by its name in docs/."""
    folder = project_root() / "docs" / FOLDER
    return {
        f"{FOLDER}/{path.name}": _filled(path)
        for path in sorted(folder.glob("*.md"))
        if path.name != "README.md"
    }


def _filled(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    parts = {"kpis": _kpis_of(text), "retention": _periods_of(text)}
    for name, lines in parts.items():
        begin, end = (
            f"<!-- {name}: written by make reference -->",
            f"<!-- end {name} -->",
        )
        before, found, rest = text.partition(f"{begin}\n")
        _old, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"{path.name} has no marks for {name}")
        text = before + found + "\n" + "\n".join(lines) + "\n\n" + closed + after
    return text


def connectors_of(text: str) -> list[str]:
    """Return the connectors that a page is about, by its table."""
    section = text.partition("## What Tandem reads\n")[2].partition("\n## ")[0]
    return CONNECTOR.findall(section)


def fed_by(text: str, route: str) -> set[str]:
    """Return the evidence that a route feeds.

    Args:
        text: of a page.
        route: `with` or `without` IT.
    """
    start = FED.format(route)
    line = next(line for line in text.splitlines() if line.startswith(start))
    words = set(re.findall(r"`(\w+)`", line))
    if ALL_VERBS in line:
        words |= _verbs()
    if ALL_TABLES in line:
        words |= {e for row in seed_rows("kpis") for e in row["evidence"].split()}
        words -= _verbs() | set(REPORTS)
    return words


def lost_kpis(text: str) -> list[str]:
    """Return the names of KPIs that need what only the route with IT feeds.

    A KPI needs each table and report that the registry lists for it, and one of the
    verbs.
    """
    whole, part = fed_by(text, "with"), fed_by(text, "without")
    return [row["kpi_name"] for row in _registry() if _lacking(row, part) & whole]


def _lacking(row: dict[str, str], fed: set[str]) -> set[str]:
    """Return the evidence of a KPI that is needed and not fed."""
    named = set(row["evidence"].split())
    verbs = named & _verbs()
    return (named - verbs - fed) | (set() if verbs & fed else verbs)


def _kpis_of(text: str) -> list[str]:
    fed = fed_by(text, "without")
    lost = lost_kpis(text)
    if lost:
        lines = [
            'Without IT these stay "not measured", because nothing on this route feeds'
            " them:",
            "",
            "- " + "; ".join(lost),
        ]
    elif fed:
        lines = ["This route feeds each KPI that the route with IT feeds."]
    else:
        lines = ["Neither route feeds a KPI by itself."]
    groups, untouched = needing_more(fed, leave_out=lost)
    if groups:
        lines += [
            "",
            "These need more than this route feeds. Until another source delivers it"
            ' they stay "not measured", or are measured in part only:',
            "",
            *table_of_needs(groups),
        ]
    if not fed:
        return lines
    others = (
        f"The other {untouched} KPIs of {len(_registry())} use nothing of this route"
    )
    return [*lines, "", f"{others}, and wait for other sources."]


def needing_more(
    fed: set[str], leave_out: Iterable[str] = ()
) -> tuple[dict[tuple[str, ...], list[str]], int]:
    """Return KPIs by what they need beyond some evidence, and how many use none of it.

    Args:
        fed: verbs, tables and reports.
        leave_out: names of KPIs that are told elsewhere.
    """
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    untouched = 0
    for row in _registry():
        if row["kpi_name"] in leave_out:
            continue
        if not set(row["evidence"].split()) & fed:
            untouched += 1
        elif lacking := _lacking(row, fed):
            groups[tuple(sorted(lacking))].append(row["kpi_name"])
    return groups, untouched


def table_of_needs(groups: dict[tuple[str, ...], list[str]]) -> list[str]:
    """Return a Markdown table of what KPIs need beyond what is fed."""
    rows = [
        f"| {_words(lacking)} | {'; '.join(names)} |"
        for lacking, names in sorted(groups.items())
    ]
    return ["| also needed | KPIs |", "|---|---|", *rows]


def _words(lacking: Iterable[str]) -> str:
    verbs = [f"`{name}`" for name in lacking if name in _verbs()]
    others = [f"`{name}`" for name in lacking if name not in _verbs()]
    one = [f"one of {' '.join(verbs)}" if len(verbs) > 1 else verbs[0]] if verbs else []
    return ", ".join([*others, *one])


def _periods_of(text: str) -> list[str]:
    found = {row["vendor"]: row for row in seed_rows("vendor_retention")}
    lines = ["| connector | what | days | according to |", "|---|---|---|---|"]
    for name in connectors_of(text):
        if row := found.get(name):
            basis = "" if row["basis"] == "seen" else " (assumed)"
            lines.append(
                f"| `{name}` | {row['lost']} | {row['retention_days'] or 'no period'} |"
                f" {row['source']}{basis} |"
            )
    if len(lines) > 2:
        return lines
    return ["`seeds/vendor_retention.csv` states no period: the files are your own."]


def _registry() -> list[dict[str, str]]:
    return sorted(seed_rows("kpis"), key=lambda row: int(row["list_order"]))


def _verbs() -> set[str]:
    return {row["verb"] for row in seed_rows("verbs")}
