{{ config(
    materialized='incremental',
    unique_key='session_id',
    meta={
        'touched': 'touched_sessions',
        'hands_on': ['enrolment_id', 'programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

{%- set is_here = "attendance_status in ('attended', 'partial')" -%}
{%- set late_micros = micros_between('session_started_at', 'first_joined_at') -%}
{%- set early_micros = micros_between('last_left_at', 'session_ended_at') -%}
{%- set minute_micros = ' * cast(60000000 as bigint)' -%}
{%- set is_late = late_micros ~ ' > ' ~ var('late_join_minutes') ~ minute_micros -%}
{%- set is_early = early_micros ~ ' > ' ~ var('early_leave_minutes') ~ minute_micros -%}
{%- set is_rated = "attendance_status in ('attended', 'partial', 'no_show')" -%}

with

statuses as (
    select * from {{ ref('int_attendance_statuses') }}
    {{ only_touched('touched_sessions', 'session_id') }}
),

sessions as (
    select * from {{ ref('int_live_sessions') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

learners as (
    select * from {{ ref('dim_learners') }}
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

described as (
    select
        statuses.*,
        sessions.programme_id,
        sessions.cohort_id,
        cohorts.delivery_mode,
        cohorts.outcome_category,
        coalesce(enrolments.business_unit, learners.business_unit, 'unknown')
            as business_unit,
        coalesce(enrolments.region, learners.region, 'unknown') as region,
        sessions.phase_no,
        statuses.enrolment_id is not null
        or statuses.exclusion_reason is not null
        or coalesce(learners.is_on_record, false) as is_matched,
        sessions.counts_from_at as session_started_at,
        sessions.counts_until_at as session_ended_at
    from statuses
    inner join sessions on statuses.session_id = sessions.session_id
    inner join cohorts
        on
            sessions.programme_id = cohorts.programme_id
            and sessions.cohort_id = cohorts.cohort_id
    left join enrolments on statuses.enrolment_id = enrolments.enrolment_id
    left join learners on statuses.learner_key = learners.learner_key
),

-- An unmatched person may be any of those of the session who seem to have been absent.
counted as (
    select
        *,
        sum(case when is_long_enough and not is_matched then 1 else 0 end) over (
            partition by session_id
        ) as unmatched_count,
        sum(case when attendance_status = 'no_show' then 1 else 0 end) over (
            partition by session_id
        ) as no_show_count
    from described
)

select
    ---------- ids
    session_id,
    learner_key,
    enrolment_id,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    attendance_status,
    exclusion_reason,
    ---------- numerics
    phase_no,
    attendance_threshold,
    {{ seconds_of_micros('session_micros') }} as session_seconds,
    {{ seconds_of_micros('attended_micros') }} as attended_seconds,
    cast(attended_micros as double) / nullif(session_micros, 0) as attendance_ratio,
    reported_seconds,
    join_count,
    {{ seconds_of_micros(late_micros) }} as late_seconds,
    {{ seconds_of_micros(early_micros) }} as left_early_seconds,
    ---------- booleans
    is_expected,
    exclusion_reason is not null as is_excluded,
    is_matched,
    is_imputed,
    ---------- dates
    {{ fiscal_quarter_start('session_ended_at') }} as session_quarter_date,
    ---------- timestamps
    first_joined_at,
    last_left_at,
    session_started_at,
    session_ended_at,
    ---------- measures, null where the attendance is not in the base
    {{ measure(
        'late_join_rate', is_here ~ ' and first_joined_at is not null', is_late
    ) }},
    {{ measure(
        'early_leave_rate',
        is_here ~ ' and last_left_at is not null and not is_imputed',
        is_early
    ) }},
    {{ measure(
        'walk_in_rate',
        "is_matched and attendance_status in ('attended', 'partial', 'walk_in')",
        "attendance_status = 'walk_in'"
    ) }},
    {{ measure('attendance_rate', is_rated, "attendance_status = 'attended'") }},
    {{ measure('no_show_rate', is_rated, "attendance_status = 'no_show'") }},
    case when {{ is_rated }} then {{ hours_of_micros('attended_micros') }} end
        as presence_depth_numerator,
    case when {{ is_rated }} then {{ hours_of_micros('session_micros') }} end
        as presence_depth_denominator,
    ---------- the attendance if every unmatched person were one of the absent
    cast(
        case
            when attendance_status = 'attended' then 1.0
            when attendance_status = 'partial' then 0.0
            when attendance_status = 'no_show'
                then least(1.0, unmatched_count / cast(no_show_count as double))
        end as double
    ) as attendance_rate_high
from counted
