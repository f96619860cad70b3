-- What an expected learner did of the preparation and the follow-up of a live session.
{{ config(
    materialized='incremental',
    unique_key=['session_id', 'enrolment_id'],
) }}

with

attendances as (
    select
        session_id,
        enrolment_id
    from {{ ref('int_attendance_statuses') }}
    where is_expected and enrolment_id is not null
),

sessions as (
    select
        *,
        {{ add_days('counts_until_at', var('followup_days')) }} as follow_up_until
    from {{ ref('int_live_sessions') }}
),

session_links as (
    select * from {{ ref('int_session_links') }}
    where role in ('pre_work', 'follow_up')
),

uses as (
    select * from {{ ref('int_activity_uses') }}
),

linked as (
    select
        attendances.session_id,
        attendances.enrolment_id,
        session_links.role,
        uses.started_at,
        case session_links.role
            when 'pre_work' then uses.finished_at <= sessions.counts_from_at
            else uses.finished_at <= sessions.follow_up_until
        end as is_done
    from attendances
    inner join session_links on attendances.session_id = session_links.session_id
    inner join sessions on attendances.session_id = sessions.session_id
    left join uses
        on
            attendances.enrolment_id = uses.enrolment_id
            and session_links.activity_id = uses.activity_id
)

select
    session_id,
    enrolment_id,
    count(case when role = 'pre_work' then 1 end) as pre_work_count,
    count(case when role = 'pre_work' and is_done then 1 end) as prepared_count,
    count(case when role = 'follow_up' then 1 end) as follow_up_count,
    count(case when role = 'follow_up' and is_done then 1 end) as followed_count,
    min(case when role = 'follow_up' then started_at end) as follow_up_started_at
from linked
group by session_id, enrolment_id
