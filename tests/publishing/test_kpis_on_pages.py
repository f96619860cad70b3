"""Cells are published of the KPIs that a page reads."""

import polars as pl
import pytest

from publishing.assembly import kpis_on_pages
from tandem.core.files import project_root

PLAIN = {
    "is_headline": False,
    "is_compared": False,
    "is_watched": False,
    "tile_slot": None,
    "fallback_kpi": None,
}
SCHEMA = {
    "kpi_id": pl.String,
    "is_headline": pl.Boolean,
    "is_compared": pl.Boolean,
    "is_watched": pl.Boolean,
    "tile_slot": pl.String,
    "fallback_kpi": pl.String,
}


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ({}, []),
        ({"is_headline": True}, ["a"]),
        ({"is_compared": True}, ["a"]),
        ({"is_watched": True}, ["a"]),
        ({"tile_slot": "passed"}, ["a"]),
        ({"tile_slot": "passed", "fallback_kpi": "b"}, ["a", "b"]),
    ],
)
def test_a_kpi_is_published_if_a_page_reads_it(mark: dict, expected: list[str]):
    rows = [{"kpi_id": "a"} | PLAIN | mark, {"kpi_id": "b"} | PLAIN]
    assert kpis_on_pages(pl.DataFrame(rows, schema=SCHEMA)) == expected


def test_the_tiles_and_the_comparisons_of_the_registry_are_published():
    kpis = pl.read_csv(project_root() / "seeds" / "kpis.csv")
    found = kpis_on_pages(kpis)
    assert set(kpis.filter("is_compared")["kpi_id"]) <= set(found)
    assert set(kpis.drop_nulls("tile_slot")["kpi_id"]) <= set(found)
    assert len(found) < kpis.height
