{{ config(
    materialized='incremental',
    unique_key=['session_id', 'enrolment_id'],
    meta={
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

attendances as (
    select
        *,
        attendance_status = 'attended' as is_attended,
        {{ add_days('session_ended_at', var('handoff_days')) }} as handoff_until,
        {{ add_days('session_ended_at', var('followup_days')) }} as follow_up_until,
        lead(session_started_at) over (
            partition by enrolment_id order by session_started_at asc, session_id asc
        ) as next_session_started_at,
        lead(attendance_status) over (
            partition by enrolment_id order by session_started_at asc, session_id asc
        ) as next_attendance_status
    from {{ ref('fct_session_attendances') }}
    where
        delivery_mode = 'hybrid'
        and enrolment_id is not null
        and attendance_rate_denominator = 1
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

session_links as (
    select * from {{ ref('int_session_links') }}
),

reference_uses as (
    select * from {{ ref('int_reference_uses') }}
    where role = 'reference'
),

prepared as (
    select * from {{ ref('int_session_surroundings') }}
),

looked_up as (
    select
        attendances.session_id,
        attendances.enrolment_id,
        count(*) as reference_use_count
    from attendances
    inner join reference_uses
        on
            attendances.enrolment_id = reference_uses.enrolment_id
            and attendances.session_ended_at < reference_uses.used_at
            and attendances.next_session_started_at > reference_uses.used_at
    group by attendances.session_id, attendances.enrolment_id
),

described as (
    select
        attendances.*,
        enrolments.enrolled_at,
        known_until.as_of,
        coalesce(prepared.pre_work_count, 0) as pre_work_count,
        prepared.prepared_count,
        coalesce(prepared.follow_up_count, 0) as follow_up_count,
        prepared.followed_count,
        prepared.follow_up_started_at,
        coalesce(looked_up.reference_use_count, 0) as reference_use_count,
        attendances.session_id in (
            select session_links.session_id from session_links
            where session_links.role = 'reference'
        ) as has_reference
    from attendances
    inner join enrolments on attendances.enrolment_id = enrolments.enrolment_id
    left join known_until on attendances.programme_id = known_until.programme_id
    left join prepared
        on
            attendances.session_id = prepared.session_id
            and attendances.enrolment_id = prepared.enrolment_id
    left join looked_up
        on
            attendances.session_id = looked_up.session_id
            and attendances.enrolment_id = looked_up.enrolment_id
)

select
    ---------- ids
    session_id,
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    attendance_status,
    ---------- dates
    session_quarter_date,
    ---------- timestamps
    session_started_at,
    session_ended_at,
    follow_up_started_at,
    ---------- measures, null where the expected attendance is not in the base
    {{ measure('handoff_rate',
               'is_attended and follow_up_count > 0 and handoff_until <= as_of'
               ' and coalesce(follow_up_started_at >= session_ended_at, true)',
               'follow_up_started_at <= handoff_until') }},
    {{ measure('prework_readiness',
               'pre_work_count > 0 and '
               ~ micros_between('enrolled_at', 'session_started_at')
               ~ ' >= 3600000000 * ' ~ var('preparation_notice_hours'),
               'prepared_count = pre_work_count') }},
    {{ measure('postwork_completion',
               'is_attended and follow_up_count > 0 and follow_up_until <= as_of',
               'followed_count = follow_up_count') }},
    {{ measure('reference_use_between',
               "is_attended and has_reference and next_attendance_status = 'attended'",
               'reference_use_count > 0') }}
from described
