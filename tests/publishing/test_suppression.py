"""What leaders see tells on nobody: attacked from outside, on the written file."""

import duckdb
import polars as pl
import pytest

from publishing.cubes import Cube, Span, count_cells
from publishing.disclosure.suppression import frequency_threshold, suppress_cells
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


def test_a_cell_that_is_not_shown_has_no_number_at_all(cells: pl.DataFrame):
    numbers = [
        "numerator",
        "denominator",
        "value",
        "ci_low",
        "ci_high",
        "learner_count",
    ]
    silent = cells.filter(pl.col("state") != "shown").select(numbers)
    assert silent.height > 20
    assert silent.null_count().row(0) == (silent.height,) * len(numbers)


def test_no_count_of_people_below_k_is_anywhere_in_the_file(
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


def test_no_numerator_tells_that_fewer_than_k_finished_or_did_not(cells: pl.DataFrame):
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
def test_totals_minus_what_is_shown_leave_no_small_group(
    cells: pl.DataFrame, total: str, part: tuple[str, str]
):
    """Subtract shown parts from exact totals, in every cube, as an attacker would."""
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
        assert widths_left(row, inside) >= K, row


@pytest.mark.parametrize("cube", ["all", "mode", "mode_category", "programme"])
def test_a_year_less_the_quarters_shown_leaves_no_small_group(
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
        assert widths_left(row, inside) >= K, row


def widths_left(total: dict, parts: pl.DataFrame) -> float:
    """Return how far apart the bounds of what is hidden among the parts are."""
    if not parts.filter(pl.col("state") == "hidden").height:
        return float("inf")
    shown = parts.filter(pl.col("state") == "shown")
    exact = shown["denominator"].sum()
    coarse = shown.filter(pl.col("denominator").is_null())["learner_count"]
    least = exact + sum(count - K for count in coarse)
    return total["denominator"] - least


def test_single_quarters_say_how_many_only_roughly(cells: pl.DataFrame):
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


def test_small_and_protecting_cells_cannot_be_told_apart(cells: pl.DataFrame):
    words = set(cells.filter(pl.col("state") == "hidden")["state_detail"])
    assert {word for word in words if word.startswith("Hidden")} == {
        "Hidden: fewer than 10 people, or needed to hide a group that small"
    }


def test_shown_numbers_are_the_truth(cells: pl.DataFrame, published_home: Home):
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


def test_the_same_people_in_two_programmes_are_counted_once(cells: pl.DataFrame):
    everything = (
        cells.filter((pl.col("cube") == "all") & (pl.col("trailing_quarters") == 4))
        .sort("period_end_date")
        .row(-1, named=True)
    )
    assert everything["learner_count"] < everything["denominator"]


def test_no_organisation_can_publish_groups_below_five():
    assert frequency_threshold(3) == 5
    assert frequency_threshold(12) == 12


def test_two_kpis_of_the_same_people_hide_the_same_small_groups():
    """Else the one would show the size of what the other hides."""
    sizes = {"a": 40, "b": 4, "c": 18, "d": 30}
    cubes = (Cube("all", (), (4,)), Cube("programme", ("programme_id",), (4,)))

    def hidden(finished: float) -> set[str]:
        atoms = pl.DataFrame(
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
            }
        )
        span = Span(8096, 8096)
        counted = count_cells(atoms, cubes, span).with_columns(
            pl.col("denominator").alias("people")
        )
        safe = suppress_cells(atoms, counted, cubes, span, K, is_share=True)
        assert safe.remaining == ()
        return set(safe.cells.filter(pl.col("reason").is_not_null())["programme_id"])

    assert hidden(0.5) == hidden(0.7) == {"b", "c"}
