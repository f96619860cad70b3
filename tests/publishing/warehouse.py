"""A small invented warehouse: the marts that publishing reads, with known groups."""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from comparison.writing import ddl, declared


@dataclass(frozen=True)
class Offer:
    """A programme: how many enrol each quarter, and how many of 100 finish."""

    programme_id: str
    category: str
    mode: str
    people: tuple[int, ...]
    finishing: int


QUARTERS = ("2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01")

OFFERS = (
    Offer("induction", "compliance", "async", (80, 90, 70, 85, 95), 80),
    Offer("safety", "compliance", "async", (60, 60, 60, 60, 60), 70),
    Offer("coaching", "leadership", "sync", (40, 45, 35, 50, 42), 65),
    Offer("negotiation", "leadership", "sync", (30, 6, 28, 33, 31), 60),
    Offer("board", "leadership", "sync", (4, 5, 3, 4, 6), 50),
    Offer("selling", "complex_skill", "hybrid", (55, 50, 60, 58, 52), 75),
    Offer("machines", "complex_skill", "async", (7, 44, 46, 41, 48), 55),
    Offer("privacy", "compliance", "hybrid", (25, 25, 24, 26, 25), 100),
)

# Groups large enough for nothing to be hidden: quick to publish.
PLAIN = (
    Offer("coaching", "leadership", "sync", (300, 310, 290), 65),
    Offer("selling", "leadership", "hybrid", (320, 305, 315), 75),
    Offer("induction", "compliance", "async", (400, 420, 410), 60),
)

SCHEMA = """
create schema raw; create schema marts; create schema seeds; create schema compared;

create table raw.loads (
    load_id varchar, source varchar, report_end_at timestamp, committed_at timestamp
);
create table raw.statements (
    load_id varchar, source varchar, statement_id bigint, occurred_at timestamp
);
create table marts.dim_sources (
    source varchar, connector varchar, read_count bigint, landed_count bigint,
    rejected_count bigint, undated_count bigint, actor_count bigint,
    matched_count bigint, row_count bigint, is_ended boolean, watermark_at timestamp
);
comment on table marts.dim_sources is 'One row per source.';
comment on column marts.dim_sources.is_ended is 'Whether it''s over.';
create table marts.fct_session_reports (
    source varchar, session_id varchar, report_kind varchar, join_key varchar,
    title_key varchar, connection_count bigint, started_at timestamp, ended_at timestamp
);
create table marts.dim_programmes (
    programme_id varchar, programme_name varchar, outcome_category varchar,
    as_of timestamp, default_delivery_mode varchar, hybrid_pattern varchar,
    completion_rule varchar, completion_class varchar, audience varchar,
    owner_role varchar, horizon_days bigint, is_mandatory boolean,
    is_high_stakes boolean
);
create table marts.dim_cohorts (
    cohort_id varchar, programme_id varchar, delivery_mode varchar,
    starts_at timestamp
);
create table marts.dim_outcome_categories (
    outcome_category varchar, outcome_category_code varchar, label varchar,
    usual_mode varchar, sort_order bigint
);
insert into marts.dim_outcome_categories values
    ('leadership', 'OS1', 'Leadership', 'sync', 1),
    ('complex_skill', 'OS2', 'Complex skill', 'sync', 2),
    ('compliance', 'OA1', 'Compliance', 'async', 3);
create table marts.fct_enrolments (
    learner_key varchar, programme_id varchar, cohort_id varchar,
    delivery_mode varchar, outcome_category varchar, business_unit varchar,
    region varchar, enrolled_at timestamp, matured_quarter_date date,
    finish_day bigint, completion_rate_numerator bigint,
    completion_rate_denominator bigint, is_matured boolean default true,
    is_waived boolean default false, is_excluded boolean default false,
    is_completed boolean default false, is_withdrawn boolean default false,
    status varchar, clock_started_at timestamp, matured_at timestamp,
    completed_at timestamp, start_rate_numerator bigint, passed boolean
);
create table marts.fct_plans (
    kpi_id varchar, programme_id varchar, measure varchar, fiscal_year bigint,
    planned double, year_start_date date
);
create table seeds.kpis (
    kpi_id varchar, kpi_code varchar, kpi_name varchar, unit varchar,
    direction varchar, is_headline boolean, tile_order bigint, source_fact varchar,
    numerator_column varchar, denominator_column varchar, anchor varchar,
    is_watched boolean, is_compared boolean, tile_slot varchar, fallback_kpi varchar,
    list_order bigint
);
insert into seeds.kpis values (
    'completion_rate', 'C03', 'Finished', 'share', 'higher_better', true, 1,
    'fct_enrolments', 'completion_rate_numerator', 'completion_rate_denominator',
    'matured_quarter_date', true, true, null, null, 1
);
create table marts.fct_costs (currency varchar, is_reported boolean);
insert into marts.fct_costs values ('EUR', true), ('USD', false);
create table marts.fct_record_findings (
    finding varchar, record_count bigint, total_count bigint, record_share double
);
insert into marts.fct_record_findings values
    ('enrolment_undated', 0, 800, 0), ('several_enrolments', 40, 400, 0.1);
create table marts.fct_cohort_patterns (
    programme_id varchar, cohort_id varchar, designed_pattern varchar,
    detected_pattern varchar, session_count bigint
);
create table marts.fct_phase_transitions (
    enrolment_id varchar, learner_key varchar, programme_id varchar,
    cohort_id varchar, phase_no bigint, phase_mode varchar,
    hours_since_previous_phase double, phase_survival_numerator bigint,
    phase_survival_denominator bigint, matured_quarter_date date
);
create table marts.fct_session_transitions (
    learner_key varchar, attendance_status varchar, session_quarter_date date,
    prework_readiness_numerator bigint, prework_readiness_denominator bigint
);
create table seeds.verdicts (verdict varchar, state varchar);
insert into seeds.verdicts values
    ('difference', 'clear_difference'), ('suppressed', 'hidden'),
    ('not_comparable_no_overlap', 'cannot_compare');
"""

# A learner may be in several programmes; every tenth is in the unit `legal`.
ENROL = """
with learners as (
    select
        person,
        (person * 7 + $quarter_no * 97 + length($programme_id) * 31) % 1009 as learner
    from range($people) as people(person)
)

insert into marts.fct_enrolments (
    learner_key, programme_id, cohort_id, delivery_mode, outcome_category,
    business_unit, region, enrolled_at, matured_quarter_date, finish_day,
    completion_rate_numerator, completion_rate_denominator, start_rate_numerator,
    passed
)
select
    'learner-' || learner,
    $programme_id,
    $programme_id || '-' || $quarter_no,
    $mode,
    $category,
    case when learner % 10 = 0 then 'legal' when learner % 2 = 0 then 'sales'
        else 'works' end,
    case when learner % 3 = 0 then 'north' else 'south' end,
    cast($quarter as timestamp),
    cast($quarter as date),
    1 + (person * 13) % 80,
    cast((person * 37) % 100 < $finishing as bigint),
    1,
    cast((person * 37) % 100 < $finishing + 15 as bigint),
    case when (person * 37) % 100 < $finishing then person % 3 <> 0 end
from learners
"""

DERIVED = """
insert into marts.dim_programmes by name
select distinct
    programme_id, 'Programme ' || programme_id as programme_name, outcome_category,
    'all units completed' as completion_rule, 'content' as completion_class,
    'Academy' as owner_role, 90 as horizon_days, false as is_mandatory,
    false as is_high_stakes
from marts.fct_enrolments;

insert into marts.dim_cohorts
select cohort_id, programme_id, delivery_mode, min(enrolled_at)
from marts.fct_enrolments
group by all;

create table marts.fct_programme_modes as
select
    programme_id, default_delivery_mode, 'sync' as reference_mode,
    'category' as reference_reason, default_delivery_mode <> 'async' as is_aligned,
    programme_id = 'induction' as has_exception,
    'Asked for by A. Person' as exception_reason, date '2026-04-01' as
        exception_review_on,
    date '2026-01-01' as reference_adopted_on,
    'Head of learning' as reference_adopted_by_role
from marts.dim_programmes;

create table marts.fct_cohort_doses as
select programme_id, cohort_id, 4 as session_count, 6.4 as live_hours
from marts.dim_cohorts;

create table marts.fct_break_even as
select
    programme_id, 'async' as mode_a, if(programme_id = 'machines', 'sync', 'async')
        as mode_b,
    'USD' as currency, null::varchar as no_break_even_reason,
    12345.0 as fixed_amount_a, 9876.0 as fixed_amount_b, 71.3 as per_person_amount_a,
    94.6 as per_person_amount_b, 118.2 as break_even_enrolments
from marts.dim_programmes
where programme_id in ('induction', 'machines');

create table marts.fct_cost_coverage as
select
    'USD' as currency, count(*) as costed_programme_count, count(*) as programme_count
from marts.dim_programmes;

create table marts.fct_kpis as
select
    'completion_rate' as kpi_id, delivery_mode, outcome_category, programme_id,
    cohort_id, business_unit, region, matured_quarter_date as period_start_date,
    sum(completion_rate_numerator)::double as numerator,
    sum(completion_rate_denominator)::double as denominator,
    count(distinct learner_key) filter (completion_rate_numerator = 1)
        as numerator_learner_count,
    count(distinct learner_key) filter (completion_rate_numerator = 0)
        as complement_learner_count,
    count(distinct learner_key) as denominator_learner_count
from marts.fct_enrolments
group by all;

create table marts.fct_kpi_waterfall as
with steps(step, step_no) as (
    values ('all', 1), ('waived', 2), ('immature', 4), ('base', 8), ('value', 9)
)

select
    'completion_rate' as kpi_id, delivery_mode, outcome_category, programme_id,
    matured_quarter_date as period_start_date, step, step_no,
    case step when 'waived' then 3 when 'immature' then 40 else 0 end
        as removed_learner_count,
    case step when 'waived' then 3 when 'immature' then 44 else 0 end
        as removed_row_count,
    count(distinct learner_key)
        + any_value(
            case when step_no < 2 then 43 when step_no < 4 then 40 else 0 end
        )
        as remaining_learner_count,
    count(*) + any_value(
            case when step_no < 2 then 47 when step_no < 4 then 44 else 0 end
        )
        as remaining_row_count
from marts.fct_enrolments cross join steps
group by all;

create table marts.fct_kpi_statistics as
select
    'days_to_completion' as kpi_id, 'all' as delivery_mode,
    'all' as outcome_category, programme_id, 'all' as cohort_id,
    'all' as business_unit, 'all' as region, null::date as period_start_date,
    null::date as period_end_date, 'median' as statistic,
    quantile_cont(finish_day, 0.5) as value,
    count(distinct learner_key) as learner_count
from marts.fct_enrolments
where matured_quarter_date = '2024-01-01'
group by programme_id;

create table marts.fct_life_table as
with days as (select unnest(range(1, 91)) as day)
select
    'completion' as clock, programme_id, cohort_id, delivery_mode, outcome_category,
    day,
    count(*) filter (where completion_rate_numerator = 0 or finish_day >= day)
        as at_risk,
    count(*) filter (where completion_rate_numerator = 1 and finish_day = day)
        as completed,
    0 as withdrawn,
    count(*) filter (where completion_rate_numerator = 0 and day = 90) as censored
from marts.fct_enrolments cross join days
group by all;

insert into compared.fct_mode_comparisons by name
select
    'completion_rate' as kpi_id, category as outcome_category,
    date '2024-04-01' as period_start_date, date '2025-03-31' as period_end_date,
    4 as trailing_quarters, mode_a, mode_b, 21 as learner_count_a,
    200 as learner_count_b, 0.1 as crude_difference, 0.08 as adjusted_difference,
    0.04 as ci_low, 0.12 as ci_high, verdict, 'verdict' as wording_key,
    'A sentence.' as sentence, 'segment' as held_equal,
    'same_programmes' as evidence_gates
from (values
    ('complex_skill', 'async', 'hybrid', 'difference'),
    ('leadership', 'async', 'sync', 'not_comparable_no_overlap')
) as pairs(category, mode_a, mode_b, verdict);
"""

STATEMENTS = """
insert into raw.loads values ($source, $source, null, timestamp '2026-01-01');
insert into raw.statements
select
    $source, $source, number,
    timestamp '2024-01-01' + to_days(cast(number // 4 as integer))
from range(4 * $days) as numbers(number)
"""

SOURCE = """
insert into marts.dim_sources
select
    $source, 'xapi_file', count(*), count(*), 0, 0, 400, 390, 0, $is_ended,
    max(occurred_at)
from raw.statements where source = $source
"""


KNOWN_UNTIL = """
update marts.dim_programmes set as_of = (
    select
        coalesce(min(watermark_at) filter (where not is_ended), max(watermark_at))
    from marts.dim_sources
)
"""


def make_warehouse(
    path: Path,
    offers: tuple[Offer, ...] = PLAIN,
    sources: tuple[tuple[str, int, bool], ...] = (
        ("lms", 450, False),
        ("old_lms", 200, True),
    ),
) -> None:
    """Write a warehouse as the earlier stages would.

    Args:
        path: the file; replaced if it exists.
        offers: the programmes.
        sources: name, days with statements from 2024-01-01 on, whether it has ended.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA)
        for table in declared().values():
            connection.execute(ddl(table))
        for offer in offers:
            for number, people in enumerate(offer.people):
                connection.execute(
                    ENROL,
                    {
                        "programme_id": offer.programme_id,
                        "category": offer.category,
                        "mode": offer.mode,
                        "people": people,
                        "finishing": offer.finishing,
                        "quarter": QUARTERS[number],
                        "quarter_no": number,
                    },
                )
        connection.execute(DERIVED)
        for source, days, is_ended in sources:
            for statement in STATEMENTS.split(";"):
                known = {"source": source, "days": days}
                used = {name: known[name] for name in known if f"${name}" in statement}
                connection.execute(statement, used)
            connection.execute(SOURCE, {"source": source, "is_ended": is_ended})
        connection.execute(KNOWN_UNTIL)


def changed(programme_id: str, **changes: object) -> tuple[Offer, ...]:
    """Return PLAIN with one offer changed."""
    return tuple(
        replace(offer, **changes) if offer.programme_id == programme_id else offer
        for offer in PLAIN
    )
