"""Plans of every programme are published: they give nothing of hidden groups."""

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from expectations.run import judge
from publishing.run import publish
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.publishing.warehouse import OFFERS, QUARTERS, Offer, make_warehouse

K = 10
WHOLE_QUARTERS = 3
DAYS = 274  # to the last day of September 2024
PLANS = """
insert into marts.fct_plans
select 'completion_rate', programme_id, measure, 2024, 0.6, date '2024-01-01'
from
    (select programme_id from marts.dim_programmes union all select 'all'),
    (values ('value'), ('completions'), ('enrolments')) as measures(measure)
"""
# Still open: twelve of every programme, on different days of their ninety.
OPEN = """
insert into marts.fct_enrolments by name
select
    'open-' || programme_id || person as learner_key, programme_id,
    programme_id || '-open' as cohort_id, 'sync' as delivery_mode, outcome_category,
    date '2024-10-01' as matured_quarter_date, false as is_matured,
    timestamp '2024-07-20' as enrolled_at,
    timestamp '2024-07-20' as clock_started_at,
    timestamp '2024-07-20' + to_days(90) as matured_at,
    person < 4 as is_completed, 'started' as status
from marts.dim_programmes, range(12) as people(person)
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    home = Home(tmp_path_factory.mktemp("plans") / "home")
    offers = tuple(
        Offer(
            o.programme_id, o.category, o.mode, o.people[:WHOLE_QUARTERS], o.finishing
        )
        for o in OFFERS
    )
    make_warehouse(home.warehouse, offers, (("lms", DAYS, False),))
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(PLANS)
        connection.execute(OPEN)
    judge(home, Settings.load(home))
    snapshot_id = publish(home, Settings.load(home), [])
    return {
        **_read(home.snapshot_folder(snapshot_id) / "dashboard.duckdb"),
        "true": _true(home),
    }


def _read(path: Path) -> dict[str, pl.DataFrame]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            name: connection.sql(f"from pub.{name}").pl()
            for name in ("plan_status", "kpi_cells")
        }


def _true(home: Home) -> pl.DataFrame:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql(
            """
            select programme_id, sum(completion_rate_numerator) as finished,
                count(*) as enrolments
            from marts.fct_enrolments where is_matured group by programme_id
            """
        ).pl()


def rows(tables: dict[str, pl.DataFrame], measure: str = "value") -> dict[str, Any]:
    found = tables["plan_status"].filter(pl.col("measure") == measure)
    return {row["programme_id"]: row for row in found.iter_rows(named=True)}


def test_every_programme_has_three_plans_up_to_the_third_quarter(
    tables: dict[str, pl.DataFrame],
):
    assert QUARTERS[WHOLE_QUARTERS] == "2024-10-01"
    assert tables["plan_status"].height == 3 * (len(OFFERS) + 1)
    assert set(tables["plan_status"]["period_label"]) == {"2024-Q3"}
    states = {name: row["state"] for name, row in rows(tables).items()}
    assert states["induction"] == states["all"] == "shown"
    assert states["board"] == "hidden"


def test_a_programme_with_a_hidden_cell_of_the_year_has_no_number(
    tables: dict[str, pl.DataFrame],
):
    cells = tables["kpi_cells"].filter(
        (pl.col("cube") == "programme") & (pl.col("state") == "hidden")
    )
    hidden = set(cells["programme_id"])
    assert len(hidden) > 1
    for row in tables["plan_status"].iter_rows(named=True):
        is_hidden = row["programme_id"] in hidden
        assert (row["state"] == "hidden") == is_hidden
        if is_hidden:
            numbers = ("year_to_date", "learner_count", "share_of_plan", "forecast")
            assert [row[name] for name in numbers] == [None] * 4
            assert (row["status"], row["reason"]) == ("cannot_say", "hidden")


def test_numbers_are_given_no_more_exactly_than_those_of_a_quarter(
    tables: dict[str, pl.DataFrame],
):
    shares = ("year_to_date", "ci_low", "ci_high", "forecast", "forecast_low")
    for row in rows(tables).values():
        for name in (*shares, "forecast_high", "share_of_plan"):
            assert row[name] is None or row[name] == round(row[name], 2)
        assert row["learner_count"] is None or row["learner_count"] % (2 * K) == 0
    for measure in ("completions", "enrolments"):
        for row in rows(tables, measure).values():
            for name in ("year_to_date", "forecast", "forecast_low", "forecast_high"):
                assert row[name] is None or row[name] % K == 0


def test_the_organisation_less_its_programmes_does_not_give_a_hidden_one(
    tables: dict[str, pl.DataFrame],
):
    """Enrolments add up: what is left is of several programmes, and not exact."""
    found = rows(tables, "enrolments")
    counts = {name: row["year_to_date"] for name, row in found.items()}
    shown = {name: count for name, count in counts.items() if count is not None}
    whole = shown.pop("all")
    hidden = set(found) - set(shown) - {"all"}
    assert len(hidden) >= 2
    rest = whole - sum(shown.values())
    slack = K / 2 * (1 + len(shown))
    is_hidden = pl.col("programme_id").is_in(hidden)
    true = tables["true"].filter(is_hidden)["enrolments"].sum()
    assert abs(rest - true) <= slack
    assert slack >= K
    assert rest - slack >= K


def test_a_shown_programme_has_a_forecast_of_those_still_open(
    tables: dict[str, pl.DataFrame],
):
    found = rows(tables)["induction"]
    assert found["forecast_low"] <= found["forecast"] <= found["forecast_high"]
    counted = rows(tables, "completions")["induction"]
    finished = dict(tables["true"].select("programme_id", "finished").rows())
    assert finished["induction"] < counted["forecast"] + K
    assert counted["forecast"] <= finished["induction"] + 12 + K
