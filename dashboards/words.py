"""Words of published rows in the reader's language.

The published file is in English: the registry of KPIs, the categories, the reasons of
states and the sentences of comparisons. Each is said again from seeds/wording.csv;
where a language has no words of its own, the English ones stand.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import polars as pl

from tandem.core.seeds import seed_rows
from tandem.core.wording import (
    ENGLISH,
    Words,
    current_language,
    render,
    render_words,
    translation,
)

KPI_FIELDS = {
    "kpi_name": "name",
    "question": "question",
    "numerator_words": "numerator",
    "denominator_words": "denominator",
    "population_words": "population",
}

DETAILS = "gate."  # keys of the reasons that stand in published rows as text


def kpi_words(row: Mapping[str, Any], field: str) -> str:
    """Return a field of a KPI in words, in the reader's language.

    Args:
        row: of pub.kpis, with `kpi_id` and the field.
        field: a key of KPI_FIELDS.
    """
    said = translation(f"kpi.{row['kpi_id']}.{KPI_FIELDS[field]}")
    return said or row[field] or ""


def kpis_in_words(registry: pl.DataFrame) -> pl.DataFrame:
    """Return rows of pub.kpis with all their words in the reader's language."""
    if current_language() == ENGLISH or registry.is_empty():
        return registry
    return registry.with_columns(
        pl.Series(
            field,
            [kpi_words(row, field) or None for row in registry.iter_rows(named=True)],
            dtype=pl.String,
        )
        for field in KPI_FIELDS
        if field in registry.columns
    )


def category_words(slug: str, label: str) -> str:
    """Return the label of an outcome category in the reader's language."""
    return translation(f"category.{slug}") or label


def evidence_words(row: Mapping[str, str], field: str) -> str:
    """Return `words` or `reason` of a row of seeds/evidence_points.csv."""
    return translation(f"evidence.{row['gate']}.{field}") or row[field]


def detail_words(detail: str | None) -> str:
    """Return the reason of a published state (`state_detail`); empty for None."""
    if not detail or current_language() == ENGLISH:
        return detail or ""
    for key, pattern in _patterns(DETAILS).items():
        if found := pattern.fullmatch(detail):
            return render(key, **found.groupdict())
    return detail


@lru_cache(maxsize=4)
def _patterns(prefix: str) -> dict[str, re.Pattern[str]]:
    """Return key -> a pattern of its English text, with a group per parameter."""
    return {
        row["wording_key"]: re.compile(
            re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(row["template"]))
        )
        for row in seed_rows("wording")
        if row["language"] == ENGLISH and row["wording_key"].startswith(prefix)
    }


def comparisons_in_words(found: pl.DataFrame) -> pl.DataFrame:
    """Return rows of pub.mode_comparisons, with sentences in the reader's language.

    Args:
        found: with `sentence` and `method_note` in English, and `wording`, which holds
            both for other languages; a file of an earlier version has no `wording`.
    """
    if current_language() == ENGLISH or "wording" not in found.columns:
        return found
    return found.with_columns(
        pl.Series(
            field,
            [_said(row, field) for row in found.iter_rows(named=True)],
            dtype=pl.String,
        )
        for field in ("sentence", "method_note")
        if field in found.columns
    )


def _said(row: Mapping[str, Any], field: str) -> str | None:
    if not row["wording"]:
        return detail_words(row[field]) or None
    parts = json.loads(row["wording"])[field]
    try:
        return " ".join(render_words(Words.of_json(part)) for part in parts)
    except KeyError:  # published with the wording of another version
        return row[field]
