{{ config(
    materialized='incremental',
    unique_key='session_id',
    meta={'hands_on': ['programme_id', 'cohort_id']},
) }}

with

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where cohort_id is not null and status <> 'cancelled'
),

attendances as (
    select
        *,
        {{ micros_of_seconds('attended_seconds') }} as attended_micros,
        {{ micros_of_seconds('attendance_threshold * session_seconds') }}
            as required_micros
    from {{ ref('fct_session_attendances') }}
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

runs as (
    select * from {{ ref('int_live_runs') }}
),

session_quality as (
    select * from {{ ref('stg_organisation__session_quality') }}
),

quality_observations as (
    select
        runs.session_id,
        sum(session_quality.observation_count) as observation_count
    from session_quality
    inner join runs
        on
            session_quality.source = runs.source
            and session_quality.technical_session_id = runs.technical_session_id
    group by runs.session_id
),

counted as (
    select
        session_id,
        sum(case when is_expected then 1 else 0 end) as expected_count,
        sum(case when attendance_status = 'attended' then 1 else 0 end)
            as attended_count,
        sum(case when attendance_status = 'partial' then 1 else 0 end)
            as partial_count,
        sum(case when attendance_status = 'no_show' then 1 else 0 end)
            as no_show_count,
        sum(case when attendance_status = 'excused' then 1 else 0 end)
            as excused_count,
        sum(case when attendance_status = 'walk_in' then 1 else 0 end)
            as walk_in_count,
        sum(case when not is_matched then 1 else 0 end) as unmatched_count,
        sum(
            case
                when not is_matched and attended_micros >= required_micros then 1
                else 0
            end
        ) as unmatched_attended_count,
        cast(sum(attended_micros) as bigint) as attended_micros
    from attendances
    group by session_id
)

select
    ---------- ids
    sessions.session_id,
    sessions.programme_id,
    sessions.cohort_id,
    ---------- strings
    cohorts.delivery_mode,
    cohorts.outcome_category,
    ---------- numerics
    sessions.phase_no,
    sessions.run_count,
    sessions.report_count,
    cast(counted.expected_count as bigint) as expected_count,
    cast(counted.attended_count as bigint) as attended_count,
    cast(counted.partial_count as bigint) as partial_count,
    cast(counted.no_show_count as bigint) as no_show_count,
    cast(counted.excused_count as bigint) as excused_count,
    cast(counted.walk_in_count as bigint) as walk_in_count,
    cast(counted.unmatched_count as bigint) as unmatched_count,
    cast(counted.unmatched_attended_count as bigint) as unmatched_attended_count,
    cast(quality_observations.observation_count as bigint)
        as quality_observation_count,
    {{ seconds_of_micros('counted.attended_micros') }} as attended_seconds,
    {{ seconds_between('sessions.counts_from_at', 'sessions.counts_until_at') }}
        as session_seconds,
    sessions.gap_seconds,
    {{ seconds_between('sessions.planned_start_at', 'sessions.opened_at') }}
        as opened_late_seconds,
    ---------- booleans
    sessions.is_planned,
    sessions.has_attendance_evidence,
    ---------- timestamps
    sessions.counts_from_at as session_started_at,
    sessions.counts_until_at as session_ended_at
from sessions
inner join counted on sessions.session_id = counted.session_id
inner join cohorts
    on
        sessions.programme_id = cohorts.programme_id
        and sessions.cohort_id = cohorts.cohort_id
left join quality_observations
    on sessions.session_id = quality_observations.session_id
