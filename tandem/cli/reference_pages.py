"""The reference pages of docs/ that follow from seeds and contracts.

`python -m tandem.cli.reference_pages` writes them anew; a test holds them against what
they follow from.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tandem.cli.connect_pages import connect_pages
from tandem.cli.method_card import method_page
from tandem.cli.preset_pages import presets_page
from tandem.core.files import project_root

if TYPE_CHECKING:
    from ingest.storage.organisation_tables import Column

MODES = {"sync": "live", "async": "self-paced", "hybrid": "blended"}
UNITS = {
    "share": "a share, shown in percent",
    "part": "a part of a whole that can be passed, shown in percent",
    "days": "days",
    "hours": "hours",
    "currency": "money, in the currency of reports",
    "ratio": "a ratio",
    "points": "points",
}
DIRECTIONS = {
    "higher_better": "more is better",
    "lower_better": "less is better",
    "context": "neither more nor less is better",
}
DOC_BLOCK = re.compile(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", re.DOTALL)
DOC_CALL = re.compile(r"{{ doc\('(\w+)'\) }}")
KPI_INTRODUCTION = """\
# KPIs

Every KPI is one row of `seeds/kpis.csv`, from which this page is written
(`make reference`). Its value is the sum of a numerator over the sum of a denominator,
both columns of one mart; what is missing is in neither.
[Querying the marts](querying.md) shows how to compute one, and the
[data dictionary](data-dictionary.md) describes the columns.
"""
DICTIONARY_INTRODUCTION = """\
# Data dictionary

Every mart, with its grain and its columns, written from the contracts of
`models/marts` (`make reference`). `tandem sql` opens a file that holds them. Times are
UTC without a zone, people appear as keys only, and what is not known is null.
"""
ORGANISATION_INTRODUCTION = """\
# The organisation's own tables

What no report of a vendor says, the organisation says in these tables: CSV files with
the name of the table, or sheets of one workbook. Every table is optional. Columns may
be in any order, and a column that is not required may be left out or empty. This page
is written from `ingest/storage/organisation_tables.toml` (`make reference`), from which
the reader of the tables follows too. `tandem template programmes --out FILE.xlsx`
writes empty tables that explain each column and offer the allowed values.

A person is an e-mail address, which becomes a key as it lands. A time without a zone is
in the zone of the setting `tz`; a day is a time at midnight.
"""
KINDS = {
    "person": "e-mail address",
    "text": "text",
    "whole": "whole number",
    "number": "number",
    "yes_no": "yes or no",
    "time": "day or time",
    "day": "day",
}


def pages() -> dict[str, str]:
    """Return the text of each generated page by its name in docs/."""
    return {
        "kpis.md": kpi_page(),
        "data-dictionary.md": dictionary_page(),
        "organisation.md": organisation_page(),
        "method-card.md": method_page(),
        "presets.md": presets_page(),
        **connect_pages(),
    }


def kpi_page() -> str:
    """Return the page with every KPI, by level of evaluation."""
    path = project_root() / "seeds" / "kpis.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["list_order"]))
    levels: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        levels[row["level"]].append(row)
    parts = [KPI_INTRODUCTION]
    for level, of_level in levels.items():
        parts.append(f"## {level.capitalize()}\n")
        parts += [_kpi(row) for row in of_level]
    return "\n".join(parts)


def _kpi(row: dict[str, str]) -> str:
    code = f" ({row['kpi_code']})" if row["kpi_code"] else ""
    modes = ", ".join(MODES[mode] for mode in row["modes"].split())
    evidence = ", ".join(f"`{name}`" for name in row["evidence"].split())
    facts = {
        "Counts": f"{row['numerator_words']}, out of {row['denominator_words']}.",
        "Is about": f"{row['population_words']}.",
        "Unit": f"{UNITS[row['unit']]}; {DIRECTIONS[row['direction']]}.",
        "Delivery modes": f"{modes}.",
        "Is fed by": f"{evidence}.",
        "Columns": f"`{row['numerator_column']}` and `{row['denominator_column']}` of"
        f" `{row['source_fact']}`, dated by `{row['anchor']}`.",
        "Edge cases": row["edge_cases"],
        "Misleads when": _continued(row["misleads_when"]),
        "Decision": row["decision"],
        "Owner": f"{row['owner_role']}; to be reviewed by {row['review_date']}.",
    }
    lines = [f"- {name}: {words}" for name, words in facts.items()]
    heading = f"### {row['kpi_name']}: `{row['kpi_id']}`{code}"
    return "\n".join([heading, "", row["question"], "", *lines, ""])


def _continued(sentence: str) -> str:
    """Return a sentence as the continuation of another one."""
    return sentence[:1].lower() + sentence[1:]


def dictionary_page() -> str:
    """Return the page with every mart and its columns."""
    blocks = _doc_blocks()
    parts = [DICTIONARY_INTRODUCTION]
    for folder, models in _marts().items():
        parts.append(f"## {folder}\n")
        for model in models:
            parts.append(f"### {model['name']}\n")
            parts.append(f"{_words(model['description'], blocks)}\n")
            parts.append("| column | type | meaning |\n|---|---|---|")
            parts += [
                f"| `{column['name']}` | {column['data_type']} |"
                f" {_words(column['description'], blocks)} |"
                for column in model["columns"]
            ]
            parts.append("")
    return "\n".join(parts)


def _doc_blocks() -> dict[str, str]:
    folder = project_root() / "models" / "_docs"
    texts = (path.read_text("utf-8") for path in sorted(folder.glob("*.md")))
    return {name: words for text in texts for name, words in DOC_BLOCK.findall(text)}


def _words(description: str, blocks: dict[str, str]) -> str:
    """Return a description on one line, with its doc blocks in place."""
    text = DOC_CALL.sub(lambda call: blocks[call[1]], description)
    return " ".join(text.replace("|", "\\|").split())


def _marts() -> dict[str, list[dict[str, Any]]]:
    """Return the declared marts by their folder, both in alphabetical order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((project_root() / "models" / "marts").glob("*/*.yml")):
        found.setdefault(path.parent.name, []).extend(_models_in(path))
    return found


def _models_in(path: Path) -> Iterator[dict[str, Any]]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    yield from content.get("models", [])


def organisation_page() -> str:
    """Return the page with every table of the organisation and its columns."""
    from ingest.connectors.organisation.format.table_columns import layout
    from ingest.storage.organisation_tables import organisation_tables

    parts = [ORGANISATION_INTRODUCTION]
    for table in organisation_tables().values():
        parts.append(f"## {table.name}\n")
        parts.append(f"{table.grain}\n")
        parts.append("| column | required | value | meaning | example |")
        parts.append("|---|---|---|---|---|")
        parts += [
            f"| `{column.name}` | {'yes' if column.is_required else ''} |"
            f" {_values(column)} | {column.meaning} | {column.example} |"
            for column in layout()[table.name]
        ]
        parts.append("")
    return "\n".join(parts)


def _values(column: "Column") -> str:
    """Return what a column may hold, in words."""
    if column.allowed:
        return ", ".join(f"`{value}`" for value in column.allowed)
    if column.allowed_in:
        return f"one of `seeds/{column.allowed_in}.csv`"
    bounds = [
        f"{word} {bound:g}"
        for word, bound in (
            ("from", column.minimum),
            ("above", column.above),
            ("to", column.maximum),
        )
        if bound is not None
    ]
    return " ".join([KINDS[column.kind], *bounds])


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (project_root() / "docs" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
