"""No published number discloses a small group: attacks on the written file."""

import duckdb
import polars as pl
import pytest

from publishing.cubes import Cube, Span, count_cells
from publishing.disclosure.figures import Rule
from publishing.disclosure.suppression import (
    KpiTable,
    suppress_cells,
)
from publishing.people import with_people
from tandem.core.files import Home
from tests.publishing.conftest import Read

K = 10
WINDOW = ["trailing_quarters", "period_label"]
PLACE = ["delivery_mode", "outcome_category", "programme_id", "business_unit", "region"]

TRUTH = """
select
    {keys},
    count(*) as denominator,
    count(distinct learner_key) as people,
    sum(completion_rate_numerator) as numerator
from marts.fct_enrolments
where matured_quarter_date between $start and $end
group by all
"""


@pytest.fixture(scope="module")
def cells(published_home: Home) -> pl.DataFrame:
    path = published_home.published / published_home.current_snapshot()["dashboard"]
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.sql("from pub.kpi_cells").pl()


def test_no_shown_cell_counts_fewer_than_k_people(cells: pl.DataFrame):
    shown = cells.filter(pl.col("state") == "shown")
    assert shown.height > 50
    assert shown["learner_count"].min() >= K


def test_a_cell_that_is_not_shown_has_no_number(cells: pl.DataFrame):
    numbers = [
        "numerator",
        "denominator",
        "value",
        "ci_low",
        "ci_high",
        "learner_count",
    ]
    not_shown = cells.filter(pl.col("state") != "shown").select(numbers)
    assert not_shown.height > 20
    assert not_shown.null_count().row(0) == (not_shown.height,) * len(numbers)


def test_no_column_of_the_file_counts_fewer_than_k_people(
    published_home: Home, read: Read
):
    columns = read(
        published_home,
        """
        select table_name, column_name from duckdb_columns()
        where schema_name = 'pub' and (
            column_name in ('at_risk', 'enrolment_count')
            or column_name like 'learner_count%'
        )
        """,
    )
    assert columns.height >= 5
    for table, column in columns.iter_rows():
        least = read(published_home, f"select min({column}) from pub.{table}").item()
        assert least is None or least >= K, (table, column)


def test_no_numerator_has_fewer_than_k_people_on_either_side(cells: pl.DataFrame):
    counted = cells.drop_nulls("numerator")
    others = counted["denominator"] - counted["numerator"]
    assert counted["numerator"].min() >= K
    assert others.min() >= K


def test_a_share_of_all_or_none_gives_way_to_a_band(cells: pl.DataFrame):
    everybody = cells.filter(
        (pl.col("cube") == "programme") & (pl.col("programme_id") == "privacy")
    )
    assert set(everybody["state"]) == {"hidden"}
    assert everybody["state_detail"].str.starts_with("At least").all()


PAIRS = [
    ("all", ("mode", "delivery_mode")),
    ("all", ("category", "outcome_category")),
    ("all", ("programme", "programme_id")),
    ("all", ("business_unit", "business_unit")),
    ("all", ("region", "region")),
    ("mode", ("mode_category", "outcome_category")),
    ("category", ("mode_category", "delivery_mode")),
    ("category", ("business_unit_category", "business_unit")),
    ("business_unit", ("business_unit_category", "outcome_category")),
]


@pytest.mark.parametrize(("total", "part"), PAIRS)
def test_subtracting_shown_parts_from_totals_gives_no_small_group(
    cells: pl.DataFrame, total: str, part: tuple[str, str]
):
    """Attack every cube: subtract the shown parts from the exact totals."""
    cube, cut = part
    same = [*(name for name in PLACE if name != cut), *WINDOW]
    totals = cells.filter(
        (pl.col("cube") == total) & pl.col("denominator").is_not_null()
    )
    assert totals.height
    for row in totals.iter_rows(named=True):
        inside = cells.filter(
            (pl.col("cube") == cube)
            & pl.all_horizontal(pl.col(name) == row[name] for name in same)
        )
        assert interval_width(row, inside) >= K, row


@pytest.mark.parametrize("cube", ["all", "mode", "mode_category", "programme"])
def test_subtracting_shown_quarters_from_a_year_gives_no_small_group(
    cells: pl.DataFrame, cube: str
):
    """Subtract quarters, known to the nearest 2k, from the exact trailing four."""
    mine = cells.filter(pl.col("cube") == cube)
    years = mine.filter(
        (pl.col("trailing_quarters") == 4) & pl.col("denominator").is_not_null()
    )
    assert years.height
    for row in years.iter_rows(named=True):
        inside = mine.filter(
            (pl.col("trailing_quarters") == 1)
            & pl.all_horizontal(pl.col(name) == row[name] for name in PLACE)
            & pl.col("period_start_date").is_between(
                row["period_start_date"], row["period_end_date"]
            )
        )
        assert interval_width(row, inside) >= K, row


def interval_width(total: dict, parts: pl.DataFrame) -> float:
    """Return the width of the interval of what is hidden among the parts."""
    if not parts.filter(pl.col("state") == "hidden").height:
        return float("inf")
    shown = parts.filter(pl.col("state") == "shown")
    exact = shown["denominator"].sum()
    coarse = shown.filter(pl.col("denominator").is_null())["learner_count"]
    least = exact + sum(count - K for count in coarse)
    return total["denominator"] - least


def test_counts_of_single_quarters_are_rounded(cells: pl.DataFrame):
    quarters = cells.filter(
        (pl.col("trailing_quarters") == 1) & (pl.col("state") == "shown")
    )
    assert quarters.height > 20
    assert set(quarters["learner_count"] % (2 * K)) == {0}
    assert quarters["numerator"].null_count() == quarters.height
    assert quarters["denominator"].null_count() == quarters.height
    assert (
        quarters["value"] * 100 - (quarters["value"] * 100).round()
    ).abs().max() < 1e-9


def test_primary_and_complementary_suppression_have_the_same_text(cells: pl.DataFrame):
    texts = set(cells.filter(pl.col("state") == "hidden")["state_detail"])
    assert {text for text in texts if text.startswith("Hidden")} == {
        "Hidden: this group, or one that it would reveal, has fewer than 10 people"
    }


def test_shown_numbers_equal_the_facts(cells: pl.DataFrame, published_home: Home):
    shown = cells.filter(
        (pl.col("cube") == "mode") & (pl.col("state") == "shown")
    ).drop_nulls("numerator")
    assert shown.height
    with duckdb.connect(str(published_home.warehouse), read_only=True) as connection:
        for row in shown.iter_rows(named=True):
            truth = connection.sql(
                TRUTH.format(keys="delivery_mode"),
                params={
                    "start": row["period_start_date"],
                    "end": row["period_end_date"],
                },
            ).pl()
            found = truth.filter(pl.col("delivery_mode") == row["delivery_mode"])
            assert found.select("numerator", "denominator", "people").row(0) == (
                row["numerator"],
                row["denominator"],
                row["learner_count"],
            )


def test_a_person_in_two_programmes_is_counted_once(cells: pl.DataFrame):
    everything = (
        cells.filter((pl.col("cube") == "all") & (pl.col("trailing_quarters") == 4))
        .sort("period_end_date")
        .row(-1, named=True)
    )
    assert everything["learner_count"] < everything["denominator"]


def test_two_kpis_of_the_same_people_hide_the_same_small_groups():
    """Otherwise one KPI would disclose the size of a group that another hides."""
    sizes = {"a": 40, "b": 4, "c": 18, "d": 30}
    cubes = (Cube("all", (), (4,)), Cube("programme", ("programme_id",), (4,)))

    def hidden(finished: float) -> set[str]:
        base_cells = pl.DataFrame(
            {
                "kpi_id": "rate",
                "delivery_mode": "sync",
                "outcome_category": "x",
                "programme_id": list(sizes),
                "business_unit": "u",
                "region": "r",
                "quarter": 8096,
                "numerator": [float(int(n * finished)) for n in sizes.values()],
                "denominator": [float(n) for n in sizes.values()],
                "learner_count": list(sizes.values()),
                "numerator_learner_count": [int(n * finished) for n in sizes.values()],
                "complement_learner_count": [
                    n - int(n * finished) for n in sizes.values()
                ],
            }
        )
        span = Span(8096, 8096)
        counted = with_people(count_cells(base_cells, cubes, span), None, cubes)
        counted = counted.with_columns(pl.col("denominator").alias("people"))
        table = KpiTable(base_cells, None, counted, cubes, span, is_share=True)
        result = suppress_cells(table, Rule(K))
        assert result.exposure_count == 0
        return set(result.cells.filter(pl.col("reason").is_not_null())["programme_id"])

    assert hidden(0.5) == hidden(0.7) == {"b", "c"}
