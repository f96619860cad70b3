-- Where finishing means attending: the session at which the learner reached the
-- required share of the expected sessions. A past session without any attendance report
-- is not expected, and neither is one that the learner missed and is excused from.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
) }}

with

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
    where completion_class = 'attendance'
),

programmes as (
    select * from {{ ref('stg_organisation__programmes') }}
),

live_sessions as (
    select * from {{ ref('int_live_sessions') }}
    where status <> 'cancelled'
),

attendances as (
    select * from {{ ref('int_session_attendances') }}
),

excused_absences as (
    select * from {{ ref('int_excused_absences') }}
),

expected as (
    select
        episodes.enrolment_id,
        episodes.learner_key,
        live_sessions.session_id,
        live_sessions.has_attendance_evidence,
        live_sessions.counts_until_at,
        {{ whole_number(
            'coalesce(programmes.attendance_threshold, '
            ~ var('attendance_threshold') ~ ') * '
            ~ micros_between(
                'live_sessions.counts_from_at', 'live_sessions.counts_until_at'
            )
        ) }} as required_micros
    from episodes
    inner join live_sessions
        on
            episodes.programme_id = live_sessions.programme_id
            and episodes.cohort_id = live_sessions.cohort_id
    inner join programmes on episodes.programme_id = programmes.programme_id
    where
        coalesce(episodes.enrolled_at <= live_sessions.counts_from_at, true)
        and (
            live_sessions.has_attendance_evidence
            or live_sessions.counts_until_at > episodes.as_of
        )
),

expected_attendances as (
    select
        expected.*,
        count(*) over (partition by expected.enrolment_id) as expected_count,
        coalesce(attendances.attended_micros >= expected.required_micros, false)
            as is_attended
    from expected
    left join attendances
        on
            expected.session_id = attendances.session_id
            and expected.learner_key = attendances.learner_key
    left join excused_absences
        on
            expected.session_id = excused_absences.session_id
            and expected.learner_key = excused_absences.learner_key
    where excused_absences.learner_key is null or attendances.learner_key is not null
),

numbered as (
    select
        enrolment_id,
        counts_until_at,
        expected_count,
        row_number() over (
            partition by enrolment_id
            order by counts_until_at asc, session_id asc
        ) as attended_count
    from expected_attendances
    where is_attended
)

-- The share is compared in whole millionths, so that an exact share is enough.
select
    enrolment_id,
    min(counts_until_at) as finished_at
from numbered
where
    attended_count * 1000000
    >= {{ whole_number(var('attendance_share_to_complete') ~ ' * 1000000.0') }}
    * expected_count
group by enrolment_id
