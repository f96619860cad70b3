"""What each KPI means, in words: for the definitions page and for downloads."""

import re
from typing import Any

import polars as pl

from tandem.core.wording import render

Row = dict[str, Any]

SEARCHED = (
    "kpi_name",
    "question",
    "numerator_words",
    "denominator_words",
    "decision",
    "owner_role",
)


def formula(row: Row) -> str:
    """Return what is counted, and out of what, in words.

    Args:
        row: of the registry.
    """
    key = "page.data.formula_of" if row["denominator_words"] else "page.data.formula"
    numerator = row["numerator_words"] or render("page.data.not_written")
    return render(key, numerator=numerator, denominator=row["denominator_words"])


def sentence(row: Row) -> str:
    """Return the question that a KPI answers and its formula."""
    return " ".join(filter(None, (row["question"], formula(row))))


def named_in(
    registry: pl.DataFrame, title: str, rows: pl.DataFrame
) -> list[tuple[str, str]]:
    """Return name and meaning of the KPIs that a table names.

    Args:
        registry: of the KPIs.
        title: of the table.
        rows: the table; its columns and its texts are searched for names of KPIs.
    """
    texts = rows.select(pl.col(pl.String))
    words = {str(word) for column in texts.iter_columns() for word in column.unique()}
    said = "\n".join((title, *rows.columns, *words)).casefold()
    return [
        (row["kpi_name"], sentence(row))
        for row in registry.iter_rows(named=True)
        if row["kpi_name"] and _names(said, row["kpi_name"].casefold())
    ]


def _names(said: str, name: str) -> bool:
    """Return whether a text holds a name as whole words.

    Every table of a page is searched for every name on every rerun. A pattern that
    begins with the name finds it ten times faster than one that begins with a bound.
    """
    part = re.escape(name)
    return name in said and bool(re.search(rf"{part}(?<!\w{part})(?!\w)", said))


def matching(registry: pl.DataFrame, search: str) -> pl.DataFrame:
    """Return the KPIs of which the words hold every word that is searched.

    Args:
        registry: of the KPIs.
        search: as typed; empty for all of them.
    """
    wanted = search.casefold().split()
    rows = [
        at
        for at, row in enumerate(registry.iter_rows(named=True))
        if all(word in _searched(row) for word in wanted)
    ]
    return registry[rows]


def _searched(row: Row) -> str:
    parts = (row[name] or "" for name in SEARCHED)
    return " ".join(parts).casefold()


def facts(row: Row) -> list[tuple[str, str]]:
    """Return what the dictionary says of a KPI, as pairs of a heading and words."""
    missing = render("page.data.not_written")
    return [
        (render("page.data.counted"), formula(row)),
        (render("page.data.unit"), render(f"page.data.unit.{row['unit'] or 'none'}")),
        (render("page.data.population"), row["population_words"] or missing),
        (render("page.data.decision"), row["decision"] or missing),
        (render("page.data.owner"), row["owner_role"] or missing),
        (render("page.data.since"), render("page.data.version", number=row["since"])),
    ]


def table(registry: pl.DataFrame) -> pl.DataFrame:
    """Return the dictionary as rows, for its download."""
    return pl.DataFrame(
        [
            {
                render("page.data.kpi"): row["kpi_name"] or "",
                render("page.data.question"): row["question"] or "",
                **dict(facts(row)),
            }
            for row in registry.iter_rows(named=True)
        ]
    )


def sql_rows(registry: pl.DataFrame) -> pl.DataFrame:
    """Return the names of the KPIs in SQL and in the registry, for analysts."""
    return pl.DataFrame(
        [
            {
                render("page.data.kpi"): row["kpi_name"] or "",
                render("page.data.code"): row["kpi_code"] or "",
                "kpi_id": row["kpi_id"],
                render("page.data.sql"): ".".join(
                    filter(None, (row["source_fact"], row["numerator_column"]))
                ),
                render("page.data.sql_of"): row["denominator_column"] or "",
            }
            for row in registry.iter_rows(named=True)
        ]
    )
