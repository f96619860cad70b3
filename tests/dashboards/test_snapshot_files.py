"""Missing, damaged and older files give a page that says what to do."""

from collections.abc import Callable

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.pages import PAGES
from tandem.core.files import Home, replace_text
from tandem.core.wording import render
from tests.dashboards.opened import opened
from tests.dashboards.published import SITUATIONS, make_published
from tests.dashboards.test_exposures import tables_named

OUTDATED, BROKEN = "page.outdated.title", "page.broken.title"
NAMES = [entry.name for entry in PAGES]


def says(test: AppTest, title: str) -> bool:
    """Return whether the page has that title and a reference, and no traceback."""
    assert list(test.exception) == []
    assert "Traceback" not in " ".join(code.value for code in test.code)
    is_said = render(title) in [header.value for header in test.header]
    return is_said and "tandem publish" in test.code[0].value


@pytest.mark.parametrize("page", NAMES)
def test_a_file_without_a_table_of_today(home: Home, page: str):
    path = make_published(home, SITUATIONS["three_modes"])
    with duckdb.connect(str(path)) as connection:
        for table in tables_named(page) - {"snapshot"}:
            connection.execute(f"drop table pub.{table}")
    assert says(opened(page), OUTDATED)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("kpis", "since"),
        ("kpi_cells", "ci_low"),
        ("mode_comparisons", "verdict"),
        ("snapshot", "hidden_cell_count"),
    ],
)
def test_a_file_without_a_column_of_today(home: Home, table: str, column: str):
    path = make_published(home, SITUATIONS["three_modes"])
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"alter table pub.{table} drop column {column}")
    assert says(opened("compare_modes"), OUTDATED)


def cut_short(home: Home) -> None:
    path = make_published(home, SITUATIONS["three_modes"])
    path.write_bytes(path.read_bytes()[:5000])


def no_database(home: Home) -> None:
    make_published(home, SITUATIONS["three_modes"]).write_bytes(b"no database" * 999)


def gone(home: Home) -> None:
    make_published(home, SITUATIONS["three_modes"]).unlink()


def pointer_of(text: str) -> Callable[[Home], None]:
    def written(home: Home) -> None:
        make_published(home, SITUATIONS["three_modes"])
        replace_text(home.pointer, text)

    return written


@pytest.mark.parametrize(
    "damage",
    [cut_short, no_database, gone, *map(pointer_of, ("{", "[1]", "{}", "3", "null"))],
)
def test_a_damaged_or_missing_file(home: Home, damage: Callable[[Home], None]):
    damage(home)
    test = opened()
    if [header.value for header in test.header] == [render("page.none.title")]:
        assert home.pointer.read_text(encoding="utf-8") == "null"
    else:
        assert says(test, BROKEN)


def test_a_new_snapshot_replaces_a_damaged_one_without_a_restart(home: Home):
    cut_short(home)
    test = opened()
    assert says(test, BROKEN)
    make_published(home, SITUATIONS["three_modes"], "b2")
    test.run()
    assert render(BROKEN) not in [header.value for header in test.header]


def test_an_open_session_follows_a_new_snapshot(home: Home):
    make_published(home, SITUATIONS["three_modes"])
    test = opened("review_pack")
    make_published(home, SITUATIONS["hidden"], "b2")
    test.run()
    words = " ".join(element.proto.body for element in test.get("html"))
    assert render("review.why.no_numbers") in words
