{{ config(
    materialized='incremental',
    unique_key=['enrolment_id', 'phase_no'],
) }}

with

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
),

parts as (
    select * from {{ ref('int_phase_activities') }}
),

uses as (
    select * from {{ ref('int_activity_uses') }}
),

attendances as (
    select * from {{ ref('int_attendance_statuses') }}
    where attendance_status = 'attended' and enrolment_id is not null
),

sessions as (
    select * from {{ ref('int_live_sessions') }}
),

steps as (
    select
        uses.enrolment_id,
        parts.phase_no,
        uses.started_at,
        uses.finished_at,
        case when uses.finished_at is not null then 1 else 0 end
            as is_finished_activity,
        0 as is_attended_session
    from uses
    inner join episodes on uses.enrolment_id = episodes.enrolment_id
    inner join parts
        on
            episodes.programme_id = parts.programme_id
            and episodes.cohort_id = parts.cohort_id
            and uses.activity_id = parts.activity_id
    union all
    select
        attendances.enrolment_id,
        parts.phase_no,
        attendances.first_joined_at as started_at,
        sessions.counts_until_at as finished_at,
        0 as is_finished_activity,
        1 as is_attended_session
    from attendances
    inner join parts on attendances.session_id = parts.session_id
    inner join sessions on attendances.session_id = sessions.session_id
)

select
    enrolment_id,
    phase_no,
    cast(sum(is_finished_activity) as bigint) as finished_activity_count,
    cast(sum(is_attended_session) as bigint) as attended_session_count,
    min(started_at) as reached_at,
    max(finished_at) as last_finished_at
from steps
group by enrolment_id, phase_no
