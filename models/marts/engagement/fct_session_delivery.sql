{{ config(
    materialized='incremental',
    unique_key='session_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where cohort_id is not null
),

held_sessions as (
    select * from {{ ref('fct_sessions') }}
    where has_attendance_evidence
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

schedules as (
    select
        session_id,
        count(distinct planned_start_at) > 1 as is_moved,
        max(case when is_current and status = 'cancelled' then reported_at end)
            as cancelled_at
    from {{ ref('fct_session_schedules') }}
    group by session_id
),

described as (
    select
        sessions.session_id,
        sessions.programme_id,
        sessions.cohort_id,
        cohorts.delivery_mode,
        cohorts.outcome_category,
        sessions.status = 'cancelled' as is_cancelled,
        sessions.planned_start_at,
        sessions.is_planned and sessions.planned_start_at <= known_until.as_of
            as is_due,
        coalesce(sessions.original_start_at, sessions.planned_start_at)
            as first_planned_start_at,
        coalesce(
            sessions.counts_until_at, sessions.planned_end_at, sessions.planned_start_at
        ) as ended_at,
        coalesce(schedules.is_moved, false)
        or coalesce(sessions.planned_start_at <> sessions.original_start_at, false)
            as is_moved,
        {{ micros_between('sessions.planned_start_at', 'sessions.opened_at') }}
            as late_micros,
        {{ micros_between('schedules.cancelled_at', 'sessions.planned_start_at') }}
            as notice_micros,
        held_sessions.session_id is not null as is_held,
        coalesce(held_sessions.expected_count, cohorts.enrolment_count)
            as audience_count,
        held_sessions.expected_count,
        cohorts.capacity
    from sessions
    inner join cohorts
        on
            sessions.programme_id = cohorts.programme_id
            and sessions.cohort_id = cohorts.cohort_id
    left join known_until on sessions.programme_id = known_until.programme_id
    left join held_sessions on sessions.session_id = held_sessions.session_id
    left join schedules on sessions.session_id = schedules.session_id
),

-- A session that was called off in time did not fail; one called off at the last moment
-- did.
judged as (
    select
        *,
        is_cancelled
        and is_due
        and notice_micros
        < {{ var('session_cutoff_hours') }} * cast(3600000000 as bigint)
            as is_cancelled_late
    from described
)

select
    ---------- ids
    session_id,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    cast(null as {{ dbt.type_string() }}) as business_unit,
    cast(null as {{ dbt.type_string() }}) as region,
    ---------- numerics
    cast(audience_count as bigint) as audience_count,
    cast(capacity as bigint) as capacity,
    ---------- booleans
    is_held,
    is_cancelled,
    is_moved,
    ---------- dates
    {{ fiscal_quarter_start('ended_at') }} as session_quarter_date,
    {{ fiscal_quarter_start('first_planned_start_at') }} as scheduled_quarter_date,
    ---------- measures, null where the session is not in the base
    {{ measure(
        'delivery_reliability',
        'is_cancelled_late or (not is_cancelled and is_held and late_micros is not null)',
        'not is_cancelled and late_micros <= '
        ~ var('session_late_minutes') ~ ' * cast(60000000 as bigint)'
    ) }},
    {{ measure('schedule_stability', 'is_due', 'is_moved or is_cancelled') }},
    case when is_held and capacity is not null then cast(expected_count as bigint) end
        as seat_fill_numerator,
    case when is_held then cast(capacity as bigint) end as seat_fill_denominator
from judged
