"""A small warehouse: the marts that comparison reads, filled from invented cells."""

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

LAYOUT = """
create schema marts; create schema seeds;

create table marts.dim_programmes (
    programme_id varchar, completion_class varchar, horizon_days bigint,
    as_of timestamp
);
create table marts.dim_cohorts (
    programme_id varchar, cohort_id varchar, delivery_mode varchar,
    outcome_category varchar, starts_at timestamp, enrolment_count bigint
);
create table marts.dim_outcome_categories (outcome_category varchar, label varchar);
insert into marts.dim_outcome_categories values
    ('leadership', 'Leadership'), ('compliance', 'Compliance');
create table marts.fct_kpis (kpi_id varchar, programme_id varchar, cohort_id varchar);
create table marts.fct_life_table (
    clock varchar, programme_id varchar, cohort_id varchar, delivery_mode varchar,
    outcome_category varchar, day bigint, at_risk bigint, completed bigint,
    withdrawn bigint, censored bigint
);
create table seeds.kpis (
    kpi_id varchar, kpi_name varchar, unit varchar, margin double,
    population_words varchar, anchor varchar, is_compared boolean,
    comparable_within varchar, is_base_selected boolean, estimator varchar,
    base_kpi varchar, direction varchar, is_headline boolean, is_watched boolean,
    source_fact varchar, numerator_column varchar
);
insert into seeds.kpis values
    ('completion_rate', 'Finished', 'share', 0.03, 'people enrolled',
     'matured_quarter_date', true, 'completion_class', false, 'cell_mean', null,
     'higher_better', true, true, 'fct_enrolments', 'completion_rate_numerator'),
    ('time_to_completion', 'Days to finish', 'days', null, 'people enrolled',
     'matured_quarter_date', true, 'completion_class', false, 'restricted_mean',
     'completion_rate', 'lower_better', false, false, 'kpi_time_to_completion', 'days');
"""
CELLS = "create table marts.fct_comparison_cells as select * from given_cells"
# Each cell's people are enrolled once.
ENROLMENTS = """
create table marts.fct_enrolments as
select
    *,
    period_start_date as matured_quarter_date,
    enrolment_id as learner_key,
    1 as completion_rate_numerator
from (
    select *, 'e' || row_number() over () as enrolment_id
    from (
        select *, unnest(range(denominator::bigint)) as person_no
        from marts.fct_comparison_cells
    )
)
"""
PROGRAMMES = """
insert into marts.dim_programmes
select distinct programme_id, 'content', 30, timestamp '2025-05-20 00:00:00'
from marts.fct_comparison_cells
"""
# Live people finish on day 10 and others on day 20; there are no withdrawals.
LIVES = """
insert into marts.fct_life_table
with cohorts as (
    select
        programme_id, cohort_id, delivery_mode, outcome_category,
        sum(denominator) as people, sum(numerator) as finished
    from marts.fct_comparison_cells
    group by all
)
select
    'completion', programme_id, cohort_id, delivery_mode, outcome_category, days.day,
    people - case
        when days.day > case when delivery_mode = 'sync' then 10 else 20 end
            then finished
        else 0
    end,
    case
        when days.day = case when delivery_mode = 'sync' then 10 else 20 end
            then finished
        else 0
    end,
    0,
    case when days.day = 30 then people - finished else 0 end
from cohorts, (select unnest([0, 10, 20, 30]) as day) as days
"""
DATED = """
insert into marts.fct_kpis
select distinct 'time_to_completion', programme_id, cohort_id
from marts.fct_comparison_cells
"""


@dataclass(frozen=True)
class Running:
    """A cohort that has begun, and whose time is not over."""

    programme_id: str
    delivery_mode: str
    outcome_category: str
    starts_at: str
    cohort_id: str = "running"
    people: int = 40


@dataclass(frozen=True)
class Marts:
    """What the small warehouse holds."""

    cells: pl.DataFrame
    running: tuple[Running, ...] = field(default=())
    is_dated: bool = True


def make_warehouse(path: Path, marts: Marts) -> None:
    """Write the marts that comparison reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(LAYOUT)
        connection.register("given_cells", marts.cells)
        connection.execute(CELLS)
        connection.execute(ENROLMENTS)
        connection.execute(PROGRAMMES)
        connection.execute(LIVES)
        if marts.is_dated:
            connection.execute(DATED)
        for cohort in marts.running:
            connection.execute(
                "insert into marts.dim_cohorts values ($1, $2, $3, $4, $5, $6)",
                [
                    cohort.programme_id,
                    cohort.cohort_id,
                    cohort.delivery_mode,
                    cohort.outcome_category,
                    cohort.starts_at,
                    cohort.people,
                ],
            )
