{{ config(
    materialized='incremental',
    unique_key=['programme_id', 'cohort_id'],
    meta={'touched': 'touched_life_tables'},
) }}

with

exits as (
    select * from {{ ref('int_enrolment_exits') }}
    {{ only_touched('touched_life_tables', ['programme_id', 'cohort_id']) }}
),

days as (
    select * from {{ ref('int_day_numbers') }}
),

per_day as (
    select
        clock,
        programme_id,
        cohort_id,
        delivery_mode,
        outcome_category,
        exit_day,
        count(*) as exits_count,
        sum(case when exit_kind = 'completed' then 1 else 0 end) as completed,
        sum(case when exit_kind = 'withdrawn' then 1 else 0 end) as withdrawn,
        sum(case when exit_kind = 'censored' then 1 else 0 end) as censored
    from exits
    group by
        clock, programme_id, cohort_id, delivery_mode, outcome_category, exit_day
),

cohorts as (
    select
        clock,
        programme_id,
        cohort_id,
        delivery_mode,
        outcome_category,
        max(exit_day) as last_day
    from per_day
    group by clock, programme_id, cohort_id, delivery_mode, outcome_category
),

-- Every day is a row, so that the tables of several cohorts can be added up.
filled as (
    select
        cohorts.clock,
        cohorts.programme_id,
        cohorts.cohort_id,
        cohorts.delivery_mode,
        cohorts.outcome_category,
        days.day,
        coalesce(per_day.exits_count, 0) as exits_count,
        coalesce(per_day.completed, 0) as completed,
        coalesce(per_day.withdrawn, 0) as withdrawn,
        coalesce(per_day.censored, 0) as censored
    from cohorts
    inner join days on cohorts.last_day >= days.day
    left join per_day
        on
            cohorts.clock = per_day.clock
            and cohorts.programme_id = per_day.programme_id
            and cohorts.cohort_id = per_day.cohort_id
            and coalesce(cohorts.delivery_mode, '')
            = coalesce(per_day.delivery_mode, '')
            and days.day = per_day.exit_day
)

select
    clock,
    programme_id,
    cohort_id,
    delivery_mode,
    outcome_category,
    day,
    cast(sum(exits_count) over (
        partition by clock, programme_id, cohort_id, delivery_mode
        order by day desc
        rows between unbounded preceding and current row
    ) as bigint) as at_risk,
    cast(completed as bigint) as completed,
    cast(withdrawn as bigint) as withdrawn,
    cast(censored as bigint) as censored
from filled
