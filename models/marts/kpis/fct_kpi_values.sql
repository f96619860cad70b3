{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_values',
        'hands_on': ['kpi_id', 'cohort_id', 'period_start_date'],
    },
) }}

with

engagement as (
    select * from {{ ref('fct_learner_engagement') }}
    {{ only_touched('touched_values', 'enrolment_id') }}
),

submissions as (
    select * from {{ ref('fct_submissions') }}
    {{ only_touched('touched_values', 'enrolment_id') }}
),

timings as (
    select * from {{ ref('kpi_time_to_completion') }}
    {{ only_touched('touched_values', 'enrolment_id') }}
),

timing_kpis as (
    select kpi_id from {{ ref('kpis') }}
    where source_fact = 'kpi_time_to_completion'
),

streaks as (
    select
        'best_streak' as kpi_id,
        enrolment_id,
        learner_key,
        programme_id,
        cohort_id,
        cast(null as {{ dbt.type_string() }}) as activity_id,
        delivery_mode,
        outcome_category,
        business_unit,
        region,
        cast(best_day_streak as double) as value,
        false as is_open_ended,
        matured_quarter_date as period_start_date
    from engagement
    where best_day_streak is not null and active_days_per_learner_denominator = 1
),

lateness as (
    select
        'submission_lateness' as kpi_id,
        enrolment_id,
        learner_key,
        programme_id,
        cohort_id,
        activity_id,
        delivery_mode,
        outcome_category,
        business_unit,
        region,
        lateness_days as value,
        false as is_open_ended,
        due_quarter_date as period_start_date
    from submissions
    where late_submission_rate_denominator = 1
),

durations as (
    select
        timing_kpis.kpi_id,
        timings.enrolment_id,
        timings.learner_key,
        timings.programme_id,
        timings.cohort_id,
        cast(null as {{ dbt.type_string() }}) as activity_id,
        timings.delivery_mode,
        timings.outcome_category,
        timings.business_unit,
        timings.region,
        cast(timings.days_to_completion as double) as value,
        true as is_open_ended,
        timings.matured_quarter_date as period_start_date
    from timings
    cross join timing_kpis
),

combined as (
    select * from streaks
    union all
    select * from lateness
    union all
    select * from durations
)

select
    ---------- ids
    kpi_id,
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    activity_id,
    ---------- strings
    coalesce(delivery_mode, 'unknown') as delivery_mode,
    outcome_category,
    coalesce(business_unit, 'unknown') as business_unit,
    coalesce(region, 'unknown') as region,
    ---------- numerics
    value,
    ---------- booleans
    is_open_ended,
    ---------- dates
    period_start_date
from combined
where period_start_date is not null
