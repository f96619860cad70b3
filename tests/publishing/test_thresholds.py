"""Every table of the published file, with groups of k - 1, k and k + 1 people."""

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations.run import judge
from publishing.run import publish
from publishing.small_groups import (
    COUNTS_OF_PEOPLE,
    COUNTS_OR_NOBODY,
    check_small_groups,
)
from tandem.core.errors import NotPublished
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.publishing.warehouse import Offer, make_warehouse

SIZES = (4, 5, 6, 9, 10, 11)
# The configured minimum, and the k that follows from it: the floor is 5.
THRESHOLDS = {3: 5, 4: 5, 5: 5, 6: 6, 9: 9, 10: 10, 11: 11}
ENROLMENT_COUNTS = {"programmes", "mode_mix"}
WITHOUT_GROUPS = {
    "accepted_warnings",
    "blended_programmes",
    "kpis",
    "outcome_categories",
    "page_kpis",
    "placebo_results",
    "privacy_audit",
    "programme_facts",
    "programme_modes",
    "snapshot",
}

# Two programmes of each size: hidden together, they need no complementary suppression.
OFFERS = (
    *[
        Offer(f"{size}{name}", "leadership", "sync", (size,), 50)
        for size in SIZES
        for name in ("a", "b")
    ],
    Offer("large", "leadership", "sync", (300,), 50),
)

# Enrolments without a quarter are in no KPI, but count in programmes and mode_mix.
MODE_MIX = """
insert into marts.fct_enrolments (learner_key, programme_id, cohort_id, delivery_mode,
    outcome_category, enrolled_at)
select 'mix-' || person, 'mix' || $size, 'mix' || $size, 'async', 'mix' || $size,
    timestamp '2024-01-01'
from range($size) as people(person);

insert into marts.dim_programmes
    (programme_id, programme_name, outcome_category, as_of)
values ('mix' || $size, 'Mix', 'mix' || $size, '2024-03-31');

insert into marts.dim_cohorts (cohort_id, programme_id, delivery_mode)
values ('mix' || $size, 'mix' || $size, 'async')
"""

STATISTICS = """
insert into marts.fct_kpi_statistics
select 'days_to_completion', 'all', 'all', 'size' || $size, 'all', 'all', 'all',
    null, null, 'median', 20, $size
"""

SOURCE = """
insert into marts.dim_sources
select 'source' || $size, 'xapi_file', 10, 10, 0, 0, $size, 0, 0, false,
    timestamp '2024-03-31'
"""

COMPARISONS = """
insert into compared.fct_mode_comparisons by name
select
    'completion_rate' as kpi_id, side || $size as outcome_category,
    date '2023-04-01' as period_start_date, date '2024-03-31' as period_end_date,
    4 as trailing_quarters, 'async' as mode_a, 'sync' as mode_b,
    people_a as learner_count_a, people_b as learner_count_b,
    0.1 as crude_difference, 0.1 as adjusted_difference, 0.05 as ci_low,
    0.15 as ci_high, 'difference' as verdict, 'verdict' as wording_key,
    'A sentence.' as sentence, 'segment' as held_equal,
    'same_programmes' as evidence_gates
from (values ('a', $size, 200), ('b', 200, $size)) as sides(side, people_a, people_b)
"""

CHANGES = """
insert into compared.fct_programme_changes
select 'completion_rate', $size || 'a', date '2023-04-01', date '2024-03-31', 0.5, 0.6,
    -0.1, -0.2, -0.05, 0.55, 0.65, 2, 2, 'mode', 0.03, 'fell'
"""

PLANS = """
insert into marts.fct_plans
select 'completion_rate', $size || 'a', measure, 2024, 0.5, date '2024-01-01'
from (values ('value'), ('enrolments')) as measures(measure)
"""

BENCHMARKS = """
insert into compared.fct_programme_benchmarks
select 'completion_rate', $size || 'a', 'leadership', date '2023-04-01',
    date '2024-03-31', 4, 0.5, 0.6, -0.1, -0.2, -0.05, 0.2, 1, 2,
    $size || 'b,large', null
"""

PILOTS = """
insert into compared.fct_pilots
select side || $size, 'completion_rate', 'leadership', 'sync', 'async', 'paired',
    date '2024-01-01', date '2024-03-31', date '2024-05-01', 4, 8, 10, 0.1, 8, 0,
    people_a, people_b, 0.5, status, 'difference', 0.1, 0.05, 0.15, 'pilot.answered',
    'A sentence.'
from (values
    ('a', $size, 200, 'answered'), ('b', 200, $size, 'stopped'), ('c', 0, 0, 'planned')
) as sides(side, people_a, people_b, status)
"""

# Two curves of each size, for the same reason as the programmes.
LIFE_TABLE = """
insert into marts.fct_life_table
select 'completion', name || $size, name || $size, 'sync', 'leadership', 1, $size,
    $size, 0, 0
from (values ('size'), ('twin')) as curves(name)
"""

# Programmes of which one mode is large; their enrolments are in no KPI either.
BREAK_EVEN = """
insert into marts.fct_enrolments (learner_key, programme_id, cohort_id, delivery_mode,
    outcome_category, enrolled_at)
select side || mode || person, 'even' || side || $size, 'even' || side || $size,
    mode, 'even', timestamp '2024-01-01'
from (values
    ('a', 'async', $size), ('a', 'sync', 200), ('b', 'async', 200), ('b', 'sync', $size)
) as arms(side, mode, people), range(people) as persons(person);

insert into marts.dim_programmes
    (programme_id, programme_name, outcome_category, as_of)
select 'even' || side || $size, 'Even', 'even', '2024-03-31'
from (values ('a'), ('b')) as sides(side);

insert into marts.dim_cohorts (cohort_id, programme_id, delivery_mode)
select programme_id, programme_id, 'async' from marts.dim_programmes
where programme_id in ('evena' || $size, 'evenb' || $size);

insert into marts.fct_break_even
select programme_id, 'async', 'sync', 'USD', null, 12345, 9876, 71.3, 94.6, 118.2
from marts.dim_programmes
where programme_id in ('evena' || $size, 'evenb' || $size)
"""

# People of a pattern, of whom none is lost.
BLENDS = """
insert into marts.fct_cohort_patterns
values ('blend', 'blend' || $size, null, 'pattern' || $size, 1);

insert into marts.fct_phase_transitions
select $size || 'e' || person, 'p' || person, 'blend', 'blend' || $size, 1,
    'async', null, 1, 1, date '2024-01-01'
from range($size) as people(person);

insert into marts.fct_phase_transitions
select $size || 'f' || person, 'p' || person, $size || 'a', $size || 'a-0', 1,
    'async', null, 1, 1, date '2024-01-01'
from range($size) as people(person)
"""

# Nine people were prepared and absent; in every other group there are forty.
SEATS = """
insert into marts.fct_session_transitions
select 'p' || person || status || prepared, status, date '2024-01-01', prepared, 1
from range(40) as people(person),
    (values ('attended'), ('no_show')) as statuses(status),
    (values (0), (1)) as sides(prepared)
where person < 9 or not (status = 'no_show' and prepared = 1)
"""

# As many people are left out for each reason as a group has.
REASONS = dict(
    zip(
        ("waived", "excluded", "immature", "left", "unmatched", "outside"),
        SIZES,
        strict=True,
    )
)
WATERFALL = """
insert into marts.fct_kpi_waterfall
select 'completion_rate', 'sync', 'leadership', 'large', date '2024-01-01', $step,
    $step_no, $removed, $removed, $remaining, $remaining
"""

SCRIPTS = (
    MODE_MIX,
    STATISTICS,
    SOURCE,
    COMPARISONS,
    CHANGES,
    BENCHMARKS,
    PLANS,
    PILOTS,
    LIFE_TABLE,
    BREAK_EVEN,
    BLENDS,
)

EVERY_COUNT = COUNTS_OF_PEOPLE | COUNTS_OR_NOBODY


@pytest.fixture(scope="module")
def judged_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("thresholds") / "home")
    make_warehouse(home.warehouse, OFFERS, (("lms", 90, False),))
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("delete from compared.fct_mode_comparisons")
        connection.execute("delete from marts.fct_life_table")
        connection.execute("update marts.dim_programmes set as_of = '2024-03-31'")
        # A share of five people has fewer than three on one side, and so a band.
        connection.execute("update seeds.kpis set unit = 'ratio'")
        for script in SCRIPTS:
            for statement in script.split(";"):
                for size in SIZES:
                    connection.execute(statement, {"size": size})
        connection.execute(SEATS)
        _write_waterfall(connection)
    judge(home, Settings.load(home))
    return home


def _write_waterfall(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("delete from marts.fct_kpi_waterfall")
    removed = {"all": 0, **REASONS, "base": 0}
    remaining = 300 + sum(SIZES)
    for number, (step, size) in enumerate(removed.items(), start=1):
        remaining -= size
        counts = {"removed": size, "remaining": remaining}
        connection.execute(WATERFALL, {"step": step, "step_no": number} | counts)


@pytest.fixture(scope="module", params=THRESHOLDS)
def configured(request: pytest.FixtureRequest) -> int:
    return request.param


@pytest.fixture(scope="module")
def published(judged_home: Home, configured: int) -> Path:
    judged_home.settings.write_text(f"[vars]\nminimum_people = {configured}\n")
    snapshot_id = publish(judged_home, Settings.load(judged_home), [])
    return judged_home.snapshot_folder(snapshot_id) / "dashboard.duckdb"


@pytest.fixture
def k(configured: int) -> int:
    return THRESHOLDS[configured]


def query(published: Path, sql: str) -> pl.DataFrame:
    with duckdb.connect(str(published), read_only=True) as connection:
        return connection.sql(sql).pl()


def test_every_table_about_groups_has_a_test_here(published: Path):
    tables = query(published, "select table_name from duckdb_tables()")["table_name"]
    tested = {name.removeprefix("test_") for name in globals()}
    assert set(tables) - WITHOUT_GROUPS <= tested | ENROLMENT_COUNTS


def test_kpi_waterfall(published: Path, k: int):
    found = query(published, "select distinct step, row_count from pub.kpi_waterfall")
    # Four people left out are too few also beside those of the other small reasons.
    expected = {reason: size for reason, size in REASONS.items() if size >= k}
    rounded = {step: round(n / k) * k for step, n in {**expected, "base": 300}.items()}
    assert dict(found.rows()) == {"all": None, "other": None, **rounded}
    assert found.height == len(rounded) + 2


def test_programme_cohorts(published: Path, k: int):
    found = query(
        published,
        """
        select cast(programme_id[:-2] as integer) as size, state, learner_count
        from pub.programme_cohorts where programme_id similar to '[0-9]+[ab]'
        """,
    )
    assert found.height == 2 * len(SIZES)
    for size, state, people in found.iter_rows():
        # Of six people, two do not finish: too few for a share.
        is_shown = size >= max(k, 9)
        expected = ("shown", max(1, round(size / (2 * k))) * 2 * k)
        assert (state, people) == (expected if is_shown else ("hidden", None)), size


def test_break_even(published: Path, k: int):
    found = query(
        published,
        """
        select programme_id[5] as side, cast(programme_id[6:] as integer) as size,
            state, enrolment_count_a, enrolment_count_b, fixed_amount_a
        from pub.break_even
        """,
    )
    assert found.height == 2 * len(SIZES)
    for side, size, *values in found.iter_rows():
        counts = [round(size / k) * k, round(200 / k) * k]
        shown = ["shown", *(counts if side == "a" else counts[::-1]), 12000]
        assert values == (shown if size >= k else ["hidden", None, None, None]), size


def test_blended_steps(published: Path, k: int):
    found = query(published, "from pub.blended_steps")
    states = dict(found.select("hybrid_pattern", "state").rows())
    assert states == {
        f"pattern{size}": "as_before" if size >= k else "hidden" for size in SIZES
    } | {"unrecognised": "as_before"}


HEADLINES = """
select programme_id, state as headline_state
from pub.kpi_cells
where
    cube = 'programme' and kpi_id = 'completion_rate' and trailing_quarters = 4
    and period_end_date = (select max(period_end_date) from pub.programme_funnels)
"""


def test_programme_steps(published: Path, k: int):
    found = query(
        published, f"from pub.programme_steps join ({HEADLINES}) using (programme_id)"
    )
    assert found.height == len(SIZES)
    assert set(found["state"]) >= {"as_before"}
    for row in found.iter_rows(named=True):
        size = int(row["programme_id"][:-1])
        is_shown = size >= k and row["headline_state"] == "shown"
        count = round(size / k) * k if is_shown else None
        assert row["state"] == ("as_before" if is_shown else "hidden"), size
        assert row["enrolment_count"] == count, size


def test_programme_funnels(published: Path, k: int):
    found = query(
        published, f"from pub.programme_funnels join ({HEADLINES}) using (programme_id)"
    )
    assert found.height == 4 * (2 * len(SIZES) + 1)
    for row in found.iter_rows(named=True):
        if row["programme_id"] == "large":
            # 105 never start, 45 stop, and a third of 150 finishers have no pass.
            assert row["state"] == "shown"
            assert row["enrolment_count"] == round(300 / k) * k
            continue
        size = int(row["programme_id"][:-1])
        if size < k or row["headline_state"] != "shown":
            assert (row["state"], row["enrolment_count"]) == ("hidden", None), size
        elif row["step"] in {"started", "passed"}:
            assert row["state"] != "shown", size


def test_prework_attendance(published: Path, k: int):
    found = query(published, "from pub.prework_attendance")
    assert found["state"].unique().to_list() == ["shown" if k <= 9 else "hidden"]


def test_programme_changes(published: Path, k: int):
    changes = query(published, "from pub.programme_changes")
    assert changes.height == len(SIZES)
    for row in changes.iter_rows(named=True):
        # Nothing is known of the year before.
        is_large = int(row["programme_id"][:-1]) >= k
        assert row["state"] == ("no_data" if is_large else "hidden")
        numbers = ("value", "value_before", "standardised_change", "limit_low")
        assert [row[name] for name in numbers] == [None] * len(numbers)


def test_programme_benchmarks(published: Path, k: int):
    benchmarks = query(published, "from pub.programme_benchmarks")
    assert benchmarks.height == len(SIZES)
    for row in benchmarks.iter_rows(named=True):
        is_large = int(row["programme_id"][:-1]) >= k
        assert row["state"] == ("shown" if is_large else "hidden")
        assert (row["value"] is not None) == is_large
        assert row["benchmark"] == (0.6 if is_large else None)


def test_plan_status(published: Path, k: int):
    plans = query(published, "from pub.plan_status")
    assert plans.height == 2 * len(SIZES)
    for row in plans.iter_rows(named=True):
        size = int(row["programme_id"][:-1])
        is_value = row["measure"] == "value"
        # A ratio has no range, and counts no enrolments.
        reason = "no_range" if is_value else "not_published"
        expected = ("shown", reason, max(1, round(size / (2 * k))) * 2 * k)
        if size < k:
            expected = ("hidden", "hidden", None)
        assert (row["state"], row["reason"], row["learner_count"]) == expected, size
        assert (row["share_of_plan"] is not None) == (size >= k and is_value)


def test_pilots(published: Path, k: int):
    pilots = query(published, "from pub.pilots")
    assert pilots.height == 3 * len(SIZES)
    for row in pilots.iter_rows(named=True):
        is_shown = row["status"] == "planned" or int(row["plan_id"][1:]) >= k
        assert row["state"] == ("shown" if is_shown else "hidden")
        assert row["ci_low"] == (0.05 if is_shown else None)
        assert (row["sentence"] == "A sentence.") == is_shown


def test_the_snapshot_states_k(published: Path, k: int):
    assert query(published, "select k from pub.snapshot").item() == k


def test_kpi_cells(published: Path, k: int):
    cells = query(
        published,
        """
        select programme_id, state, learner_count, denominator
        from pub.kpi_cells
        where cube = 'programme' and trailing_quarters = 4 and state <> 'no_data'
        """,
    )
    assert cells.height == 2 * len(SIZES) + 1
    for programme_id, state, people, rows in cells.iter_rows():
        size = 300 if programme_id == "large" else int(programme_id[:-1])
        expected = ("shown", size, size) if size >= k else ("hidden", None, None)
        assert (state, people, rows) == expected, programme_id


@pytest.mark.parametrize("table", sorted(ENROLMENT_COUNTS))
def test_enrolment_counts(published: Path, k: int, table: str):
    counts = query(
        published,
        f"""
        select cast(outcome_category[4:] as integer) as size, state, enrolment_count
        from pub.{table} where outcome_category like 'mix%'
        """,
    )
    assert counts.height == len(SIZES)
    for size, state, count in counts.iter_rows():
        expected = ("shown", round(size / k) * k) if size >= k else ("hidden", None)
        assert (state, count) == expected


def test_kpi_statistics(published: Path, k: int):
    found = query(
        published,
        """
        select cast(programme_id[5:] as integer) as size, state, value
        from pub.kpi_statistics where programme_id like 'size%'
        """,
    )
    assert found.height == len(SIZES)
    for size, state, value in found.iter_rows():
        assert (state, value) == (("shown", 20) if size >= k else ("hidden", None))


def test_life_curves(published: Path, k: int):
    points = query(
        published,
        """
        select cast(programme_id[5:] as integer) as size, state, day, at_risk
        from pub.life_curves where programme_id <> 'all'
        """,
    )
    assert points.height == 2 * len(SIZES)
    for size, *values in points.iter_rows():
        assert values == (["shown", 1, size] if size >= k else ["hidden", 0, None])


def test_mode_comparisons(published: Path, k: int):
    found = query(
        published,
        """
        select cast(outcome_category[2:] as integer) as size, verdict,
            least(learner_count_a, learner_count_b) as people, adjusted_difference
        from pub.mode_comparisons
        """,
    )
    assert found.height == 2 * len(SIZES)
    for size, *values in found.iter_rows():
        shown, hidden = ["difference", size, 0.1], ["suppressed", None, None]
        assert values == (shown if size >= k else hidden)


def test_sources(published: Path, k: int):
    found = query(
        published,
        """
        select cast(source[7:] as integer) as size, matched_share
        from pub.sources where source like 'source%'
        """,
    )
    assert found.height == len(SIZES)
    for size, matched_share in found.iter_rows():
        assert matched_share == (0 if size >= k else None)


def test_decisions(published: Path, k: int):
    keys = set(query(published, "select decision_key from pub.decisions").to_series())
    expected = {f"link_people:source{size}" for size in SIZES if size >= k}
    expected |= {
        f"mode_difference:{side}{size}:async:sync"
        for side in ("a", "b")
        for size in SIZES
        if size >= k
    }
    assert keys == expected


@pytest.mark.parametrize(
    ("table", "column"),
    [(table, name) for table, names in EVERY_COUNT.items() for name in names],
)
@pytest.mark.parametrize(("count", "is_refused"), [(9, True), (10, False), (11, False)])
def test_a_count_below_k_is_never_written(
    table: str, column: str, count: int, is_refused: bool
):
    tables = {
        name: pl.DataFrame({column: [10, None] for column in columns})
        for name, columns in EVERY_COUNT.items()
    }
    check_small_groups(tables, 10)
    tables[table] = pl.DataFrame(
        {name: [count if name == column else None] for name in EVERY_COUNT[table]}
    )
    if is_refused:
        with pytest.raises(NotPublished, match="1 counts below 10"):
            check_small_groups(tables, 10)
    else:
        check_small_groups(tables, 10)


@pytest.fixture
def own_home(judged_home: Home, tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    shutil.copy(judged_home.warehouse, home.warehouse)
    return home


def test_as_many_snapshots_are_kept_as_configured(own_home: Home):
    counts = []
    for minimum in (20, 21, 22, 23):
        lines = "[vars]", f"minimum_people = {minimum}", "snapshots_kept = 2"
        own_home.settings.write_text("\n".join(lines))
        publish(own_home, Settings.load(own_home), [])
        counts.append(len(list(own_home.published.glob("*/manifest.json"))))
    assert counts == [1, 2, 2, 2]


@pytest.mark.parametrize(("configured_quarters", "found"), [(1, 1), (2, 2), (3, 2)])
def test_as_many_quarters_are_published_as_configured(
    own_home: Home, configured_quarters: int, found: int
):
    with duckdb.connect(str(own_home.warehouse)) as connection:
        # Without judged tables, none can have changed since it was judged.
        connection.execute("delete from judged.tables")
        connection.execute(
            "update marts.fct_kpis set period_start_date = '2023-10-01'"
            " where programme_id = 'large'"
        )
    own_home.settings.write_text(f"[vars]\nquarters_published = {configured_quarters}")
    snapshot_id = publish(own_home, Settings.load(own_home), [])
    file = own_home.snapshot_folder(snapshot_id) / "dashboard.duckdb"
    labels = query(file, "select distinct period_label from pub.kpi_cells")
    assert labels.height == found
