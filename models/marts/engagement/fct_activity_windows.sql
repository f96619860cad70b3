{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_windows',
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

learner_days as (
    select * from {{ ref('fct_learner_days') }}
    {{ only_touched('touched_windows', 'enrolment_id') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

calendars as (
    select * from {{ ref('int_cohort_calendars') }}
),

counted as (
    select
        learner_days.enrolment_id,
        learner_days.active_date,
        calendars.first_date,
        calendars.last_date,
        cast(floor(
            (
                {{ day_number('learner_days.active_date') }}
                - {{ day_number('calendars.first_date') }}
            ) / cast({{ var('active_window_days') }} as double)
        ) as bigint) as window_no
    from learner_days
    inner join calendars
        on
            learner_days.programme_id = calendars.programme_id
            and learner_days.cohort_id = calendars.cohort_id
),

windows as (
    select
        enrolment_id,
        window_no,
        first_date,
        last_date,
        count(*) as active_day_count
    from counted
    where window_no >= 0
    group by enrolment_id, window_no, first_date, last_date
),

dated as (
    select
        *,
        {{ day_after('first_date', 'cast(window_no as integer) * '
            ~ var('active_window_days')) }} as window_start_date,
        {{ day_after('first_date', '(cast(window_no as integer) + 1) * '
            ~ var('active_window_days') ~ ' - 1') }} as window_end_date
    from windows
)

select
    ---------- ids
    dated.enrolment_id,
    enrolments.learner_key,
    enrolments.programme_id,
    enrolments.cohort_id,
    ---------- strings
    enrolments.delivery_mode,
    enrolments.outcome_category,
    enrolments.business_unit,
    enrolments.region,
    ---------- numerics
    dated.window_no,
    cast(dated.active_day_count as bigint) as active_day_count,
    ---------- dates
    dated.window_start_date,
    dated.window_end_date,
    {{ fiscal_quarter_of_day('dated.window_end_date') }} as window_quarter_date,
    ---------- measures
    case
        when enrolments.exclusion_reason is null
            then
                dated.active_day_count
                / cast({{ var('active_window_days') }} as double)
    end as stickiness_numerator,
    cast(case when enrolments.exclusion_reason is null then 1 end as bigint)
        as stickiness_denominator
from dated
inner join enrolments on dated.enrolment_id = enrolments.enrolment_id
where dated.window_end_date <= dated.last_date
