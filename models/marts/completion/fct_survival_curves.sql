{{ config(
    materialized='incremental',
    unique_key='outcome_category',
) }}

{%- set cell = [
    'clock',
    'delivery_mode',
    'outcome_category',
    'started_quarter_date',
] %}

with

life_table as (
    select * from {{ ref('fct_life_table') }}
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

first_clocks as (
    select
        programme_id,
        cohort_id,
        min(clock_started_at) as clock_started_at
    from {{ ref('fct_enrolments') }}
    group by programme_id, cohort_id
),

started as (
    select
        cohorts.programme_id,
        cohorts.cohort_id,
        {{ fiscal_quarter_start(
            'coalesce(cohorts.starts_at, first_clocks.clock_started_at)'
        ) }} as started_quarter_date
    from cohorts
    left join first_clocks
        on
            cohorts.programme_id = first_clocks.programme_id
            and cohorts.cohort_id = first_clocks.cohort_id
),

-- A day on which nobody leaves changes no curve.
summed as (
    select
        life_table.clock,
        life_table.delivery_mode,
        life_table.outcome_category,
        started.started_quarter_date,
        life_table.day,
        cast(sum(life_table.at_risk) as bigint) as at_risk,
        cast(sum(life_table.completed) as bigint) as completed,
        cast(sum(life_table.withdrawn) as bigint) as withdrawn,
        cast(sum(life_table.censored) as bigint) as censored
    from life_table
    inner join started
        on
            life_table.programme_id = started.programme_id
            and life_table.cohort_id = started.cohort_id
    group by
        life_table.clock,
        life_table.delivery_mode,
        life_table.outcome_category,
        started.started_quarter_date,
        life_table.day
    having sum(life_table.completed + life_table.withdrawn + life_table.censored) > 0
),

counted as (
    select
        *,
        case when clock = 'completion' then completed else withdrawn end as events,
        case when clock = 'completion' then withdrawn else completed end as competing
    from summed
),

{{ survival_curve('curves', 'counted', cell) }}

select
    ---------- strings
    clock,
    delivery_mode,
    outcome_category,
    ---------- numerics
    day,
    at_risk,
    completed,
    withdrawn,
    censored,
    survival,
    survival_low,
    survival_high,
    event_free,
    case when clock = 'completion' then incidence else competing_incidence end
        as completed_incidence,
    case when clock = 'completion' then competing_incidence else incidence end
        as withdrawn_incidence,
    ---------- dates
    started_quarter_date
from curves
