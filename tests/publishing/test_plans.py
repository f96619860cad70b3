"""Plans beside the year so far and the forecast, at the bounds of each rule."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from publishing.cells import Calendar
from publishing.cubes import Span
from publishing.disclosure.figures import Rule
from publishing.outlook import Outlook
from publishing.plans import Registry, judged, plan_status
from publishing.year_to_date import Facts

K = 10
FIRST = 2024 * 4  # the number of the first quarter of 2024
PEOPLE = pl.DataFrame(
    schema={
        "kpi_id": pl.String,
        "programme_id": pl.String,
        "quarter": pl.Int64,
        "learner_key": pl.String,
        "numerator": pl.Float64,
        "denominator": pl.Float64,
    }
)
CELLS = {
    "cube": pl.String,
    "kpi_id": pl.String,
    "programme_id": pl.String,
    "trailing_quarters": pl.Int64,
    "period_start_date": pl.Date,
    "period_end_date": pl.Date,
    "value": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "learner_count": pl.Int64,
    "state": pl.String,
}
LIFE = {
    "clock": pl.String,
    "programme_id": pl.String,
    "outcome_category": pl.String,
    "day": pl.Int64,
    "at_risk": pl.Int64,
    "completed": pl.Int64,
    "withdrawn": pl.Int64,
}
OPEN = {
    "programme_id": pl.String,
    "outcome_category": pl.String,
    "learner_key": pl.String,
    "matured_quarter_date": pl.Date,
    "stands": pl.String,
    "day": pl.Int64,
    "horizon": pl.Int64,
}


def base(quarter: int, finished: float, count: float, programme: str = "P") -> dict:
    return {
        "kpi_id": "rate",
        "programme_id": programme,
        "quarter": FIRST + quarter,
        "numerator": float(finished),
        "denominator": float(count),
        "learner_count": int(count),
        "numerator_learner_count": int(finished),
        "complement_learner_count": int(count - finished),
    }


def cell(start: date, end: date, length: int = 1, **values: Any) -> dict:
    shown = {
        "value": 0.7,
        "ci_low": 0.6,
        "ci_high": 0.8,
        "learner_count": 80,
        "state": "shown",
    }
    place = {
        "cube": "programme",
        "kpi_id": "rate",
        "programme_id": "P",
        "trailing_quarters": length,
        "period_start_date": start,
        "period_end_date": end,
    }
    return place | shown | values


def still_open(count: int, day: int = 0, stands: str = "open", **values: Any) -> list:
    row = {
        "programme_id": "P",
        "outcome_category": "leadership",
        "matured_quarter_date": date(2024, 7, 1),
        "stands": stands,
        "day": day,
        "horizon": 10,
    }
    return [
        row | {"learner_key": f"{stands}{day}-{person}"} | values
        for person in range(count)
    ]


# Of a hundred, forty finish on day 5 and twenty of the other sixty on day 9.
LIFE_TABLE = [
    {
        "clock": "completion",
        "programme_id": "P",
        "outcome_category": "leadership",
        "day": day,
        "at_risk": 100 if day <= 5 else 60 if day <= 9 else 40,
        "completed": {5: 40, 9: 20}.get(day, 0),
        "withdrawn": 0,
    }
    for day in range(11)
]


def status(
    planned: float,
    cells: list[dict],
    base_cells: list[dict],
    opened: list[dict] | None = None,
    newest: int = 1,
    known_until: date = date(2024, 6, 30),
    measure: str = "value",
    programme_id: str = "P",
    with_forecast: str | None = "rate",
    direction: str = "higher_better",
    published: tuple[str, ...] = ("rate",),
) -> dict[str, Any]:
    """Return the row of one plan for the year 2024."""
    plans = pl.DataFrame(
        [
            {
                "kpi_id": "rate",
                "programme_id": programme_id,
                "measure": measure,
                "fiscal_year": 2024,
                "planned": planned,
                "year_start_date": date(2024, 1, 1),
            }
        ]
    )
    rule = Rule(K)
    facts = Facts(
        pl.DataFrame(base_cells, schema_overrides={"quarter": pl.Int64}),
        PEOPLE,
        pl.DataFrame(cells, schema=CELLS),
        frozenset(["rate"]),
        Calendar(Span(FIRST - 8, FIRST + newest), FIRST - 8, 1),
        rule,
        known_until,
    )
    horizons = pl.DataFrame(
        {"programme_id": ["P"], "outcome_category": ["leadership"], "days": [10]}
    )
    outlook = Outlook(
        pl.DataFrame(opened or [], schema=OPEN),
        pl.DataFrame(LIFE_TABLE, schema=LIFE),
        horizons,
        rule,
    )
    registry = Registry(
        {"rate": direction}, frozenset(published), frozenset(["rate"]), with_forecast
    )
    (row,) = plan_status(plans, facts, outlook, registry).to_dicts()
    return row


@pytest.mark.parametrize(
    ("low", "high", "higher", "lower"),
    [
        (0.70, 0.79, "behind", "ahead"),
        (0.70, 0.80, "on_plan", "on_plan"),  # it touches the plan
        (0.70, 0.81, "on_plan", "on_plan"),
        (0.79, 0.90, "on_plan", "on_plan"),
        (0.80, 0.90, "on_plan", "on_plan"),
        (0.81, 0.90, "ahead", "behind"),
    ],
)
def test_a_plan_is_missed_only_by_the_whole_range(
    low: float, high: float, higher: str, lower: str
):
    assert judged(0.8, low, high, is_lower_better=False) == higher
    assert judged(0.8, low, high, is_lower_better=True) == lower


QUARTER = (date(2024, 1, 1), date(2024, 3, 31))
NEXT = (date(2024, 4, 1), date(2024, 6, 30))
SHOWN = [cell(*QUARTER), cell(*NEXT)]


def test_two_quarters_are_summed_and_given_as_coarsely_as_a_quarter():
    row = status(0.5, SHOWN, [base(0, 30, 47), base(1, 33, 50)], with_forecast=None)
    assert row["year_to_date"] == 0.65  # 63 of 97
    # Fact tables without people count those of the largest cell: 50, to the nearest 20.
    assert row["learner_count"] == 40
    assert (row["status"], row["reason"], row["state"]) == ("on_plan", None, "shown")
    assert row["share_of_plan"] == 1.3
    assert (row["period_label"], row["period_end_date"]) == (
        "2024-Q2",
        date(2024, 6, 30),
    )
    assert row["forecast_reason"] == "not_forecast"


@pytest.mark.parametrize(("people", "state"), [(9, "hidden"), (10, "shown")])
def test_a_year_of_fewer_than_k_people_is_hidden(people: int, state: str):
    row = status(0.5, SHOWN, [base(0, 5, people), base(1, 5, people)])
    assert row["state"] == state
    assert (row["year_to_date"] is None) == (state == "hidden")


@pytest.mark.parametrize(
    ("hidden", "is_hidden"),
    [
        (cell(date(2023, 10, 1), date(2023, 12, 31), state="hidden"), False),
        (cell(*QUARTER, state="hidden"), True),
        (cell(*NEXT, state="hidden"), True),
        (cell(date(2023, 7, 1), date(2024, 6, 30), 4, state="hidden"), True),
        (cell(date(2024, 7, 1), date(2024, 9, 30), state="hidden"), False),
        (cell(*NEXT, state="hidden", programme_id="Q"), False),
        (cell(*NEXT, state="hidden", kpi_id="other"), False),
    ],
)
def test_a_year_is_hidden_where_a_cell_of_it_is(hidden: dict, is_hidden: bool):
    row = status(0.5, [*SHOWN, hidden], [base(0, 30, 47), base(1, 33, 50)])
    assert (row["state"] == "hidden") == is_hidden
    if is_hidden:
        assert (row["status"], row["reason"]) == ("cannot_say", "hidden")
        assert row["forecast_reason"] == "hidden"


@pytest.mark.parametrize(("newest", "length"), [(0, 1), (3, 4)])
def test_one_quarter_and_a_year_are_the_published_cells(newest: int, length: int):
    end = {1: date(2024, 3, 31), 4: date(2024, 12, 31)}[length]
    published = cell(date(2024, 1, 1), end, length, value=0.71, learner_count=60)
    before = cell(date(2023, 1, 1), date(2023, 12, 31), 4, value=0.66)
    cells, whole = [base(0, 30, 47)], {"newest": newest, "known_until": end}
    row = status(0.5, [published, before], cells, **whole)
    assert (row["year_to_date"], row["learner_count"]) == (0.71, 60)
    assert row["last_year"] == 0.66
    assert row["status"] == "ahead"


def test_the_forecast_reads_those_still_in_off_the_curve():
    """Of 100 so far 60; of 40 on day 6, a third still finish, and 20 have finished."""
    opened = [*still_open(40, day=6), *still_open(20, stands="finished")]
    cells = [base(0, 30, 50), base(1, 30, 50)]
    row = status(0.6, SHOWN, cells, opened)
    assert row["forecast"] == round((60 + 20 + 40 / 3) / 160, 2)
    assert row["forecast_low"] < row["forecast"] < row["forecast_high"]
    counted = status(90, SHOWN, cells, opened, measure="completions")
    assert counted["forecast"] == 90  # 93, to the nearest ten
    assert counted["forecast_low"] <= 80
    assert counted["forecast_high"] >= 110


def test_as_many_as_a_year_before_are_taken_to_enrol_still():
    before = [cell(date(2023, 7, 1), date(2023, 12, 31), 4)]
    cells = [base(0, 30, 50), base(1, 30, 50), base(-2, 50, 90), base(-1, 50, 70)]
    row = status(0.6, [*SHOWN, *before], cells, still_open(40, day=6))
    # 160 a year before, 40 of them enrolled: 120 begin, of whom 60 % finish.
    assert row["forecast"] == round((60 + 40 / 3 + 120 * 0.6) / 260, 2)
    counted = status(90, SHOWN, cells, still_open(40, day=6), measure="completions")
    assert counted["forecast"] == 70  # 73 of those enrolled by now


@pytest.mark.parametrize(("people", "reason"), [(9, "few_open"), (10, None)])
def test_a_forecast_is_not_about_fewer_than_k(people: int, reason: str | None):
    cells = [base(0, 30, 50), base(1, 30, 50)]
    row = status(0.6, SHOWN, cells, still_open(people, day=1))
    assert row["forecast_reason"] == reason
    assert (row["forecast"] is None) == (reason is not None)


@pytest.mark.parametrize(
    ("known_until", "label", "value"),
    [
        (date(2024, 6, 29), "2024-Q1", 0.7),  # the published cell of the quarter
        (date(2024, 6, 30), "2024-Q2", 0.65),
        (date(2024, 9, 29), "2024-Q2", 0.65),
    ],
)
def test_a_year_to_date_ends_with_a_whole_quarter(
    known_until: date, label: str, value: float
):
    cells = [base(0, 30, 47), base(1, 33, 50), base(2, 1, 2)]
    row = status(0.5, SHOWN, cells, newest=2, known_until=known_until)
    assert (row["period_label"], row["year_to_date"]) == (label, value)


@pytest.mark.parametrize(
    ("known_until", "month", "number"),
    [
        (date(2024, 4, 29), 2, 0),  # from February: the quarter ends with April
        (date(2024, 4, 30), 2, 1),
        (date(2024, 1, 31), 2, 0),
        (date(2024, 1, 30), 2, -1),
        (date(2024, 3, 30), 1, 0),
        (date(2024, 3, 31), 1, 1),
    ],
)
def test_quarters_of_every_fiscal_year_end(known_until: date, month: int, number: int):
    facts = Facts(
        PEOPLE,
        PEOPLE,
        pl.DataFrame(schema=CELLS),
        frozenset(),
        Calendar(Span(FIRST, FIRST), FIRST, month),
        Rule(K),
        known_until,
    )
    assert facts.last_whole_quarter == FIRST + number - 1


@pytest.mark.parametrize(("others", "reason"), [(2, "hidden"), (3, None)])
def test_a_forecast_does_not_say_that_all_finish(others: int, reason: str | None):
    finished = still_open(20, stands="finished")
    withdrawn = still_open(others, stands="withdrawn")
    row = status(0.6, [], [base(-7, 9, 20)], [*finished, *withdrawn])
    assert row["forecast_reason"] == reason


@pytest.mark.parametrize(("others", "reason"), [(2, "hidden"), (3, None)])
def test_a_forecast_less_the_year_to_date_does_not_say_it_either(
    others: int, reason: str | None
):
    """Of the year so far, many did not finish; of those since, all but a few did."""
    since = [
        *still_open(20, stands="finished"),
        *still_open(others, stands="withdrawn"),
    ]
    row = status(0.6, SHOWN, [base(0, 30, 50), base(1, 30, 50)], since)
    assert row["state"] == "shown"
    assert row["forecast_reason"] == reason


@pytest.mark.parametrize(
    ("finished", "reason"), [(0, None), (1, "hidden"), (2, "hidden"), (3, None)]
)
def test_a_range_does_not_end_at_one_or_two_who_have_finished(
    finished: int, reason: str | None
):
    since = [*still_open(20, day=1), *still_open(finished, stands="finished")]
    row = status(0.6, SHOWN, [base(0, 30, 50), base(1, 30, 50)], since)
    assert row["forecast_reason"] == reason


def test_nothing_is_expected_of_a_year_in_which_nobody_is_enrolled():
    row = status(0.6, [], [base(-2, 50, 90)])
    assert row["forecast_reason"] == "nobody_open"
    assert (row["status"], row["reason"]) == ("cannot_say", "no_data")


def test_a_count_is_behind_only_once_nobody_can_add_to_it():
    whole = [cell(date(2024, 1, 1), date(2024, 12, 31), 4)]
    cells = [base(quarter, 30, 50) for quarter in range(4)]
    given: dict[str, Any] = {"measure": "enrolments", "newest": 3}
    before_end = status(300, whole, cells, known_until=date(2024, 12, 30), **given)
    assert before_end["year_to_date"] == 150  # of three whole quarters
    assert (before_end["status"], before_end["reason"]) == (
        "cannot_say",
        "enrolments_to_come",
    )
    at_end = {"known_until": date(2024, 12, 31)} | given
    assert status(210, whole, cells, **at_end)["status"] == "behind"
    assert status(200, whole, cells, **at_end)["status"] == "on_plan"
    assert status(190, whole, cells, **at_end)["status"] == "ahead"


def test_more_than_planned_is_behind_where_less_is_better():
    whole = [cell(date(2024, 1, 1), date(2024, 12, 31), 4)]
    cells = [base(quarter, 30, 50) for quarter in range(4)]
    given: dict[str, Any] = {
        "newest": 3,
        "known_until": date(2024, 12, 31),
        "direction": "lower_better",
        "with_forecast": None,
    }
    assert status(110, whole, cells, measure="completions", **given)["status"] == (
        "behind"
    )
    assert status(130, whole, cells, measure="completions", **given)["status"] == (
        "ahead"
    )
    # Enrolments in the base are no worse for being many.
    assert status(190, whole, cells, measure="enrolments", **given)["status"] == (
        "ahead"
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"published": ()}, "not_published"),
        ({"direction": "context"}, "no_direction"),
        ({"programme_id": "unknown"}, "no_data"),
    ],
)
def test_a_status_that_cannot_be_said_has_a_reason(given: dict, reason: str):
    cells = [base(0, 30, 50), base(1, 30, 50)]
    row = status(0.6, SHOWN, cells, **given)
    assert (row["status"], row["reason"]) == ("cannot_say", reason)


def test_less_than_planned_is_ahead_where_less_is_better():
    cells = [base(0, 30, 50), base(1, 30, 50)]
    row = status(0.9, SHOWN, cells, direction="lower_better", with_forecast=None)
    assert row["status"] == "ahead"


def test_a_year_that_has_not_begun_has_no_row():
    plans = pl.DataFrame(
        [
            {
                "kpi_id": "rate",
                "programme_id": "all",
                "measure": "value",
                "fiscal_year": 2024 + later,
                "planned": 0.5,
                "year_start_date": date(2024 + later, 1, 1),
            }
            for later in (0, 1)
        ]
    )
    facts = Facts(
        pl.DataFrame([base(0, 1, 2)]),
        PEOPLE,
        pl.DataFrame(schema=CELLS),
        frozenset(),
        Calendar(Span(FIRST, FIRST + 3), FIRST, 1),
        Rule(K),
        date(2024, 12, 31),
    )
    empty = pl.DataFrame(schema={"a": pl.String, "b": pl.String, "c": pl.Int64})
    outlook = Outlook(
        pl.DataFrame(schema=OPEN), pl.DataFrame(schema=LIFE), empty, Rule(K)
    )
    registry = Registry({}, frozenset(), frozenset(), None)
    assert plan_status(plans, facts, outlook, registry)["fiscal_year"].to_list() == [
        2024
    ]
