-- Whom the roster of the cohort or a registration for the session names, and whether
-- they were expected. The roster outranks a registration: a webinar often has no other
-- list. A session is known once it has been reported on, else once the attendances of
-- its programme are known up to its end, however late another source is.
with

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where cohort_id is not null and status <> 'cancelled'
),

registrants as (
    select * from {{ ref('int_session_registrants') }}
),

teachers as (
    select * from {{ ref('int_session_teachers') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

enrolments as (
    select * from {{ ref('int_enrolments_described') }}
),

-- Of several episodes of a learner in one cohort, the one that was running counts.
enrolled as (
    select
        sessions.session_id,
        enrolments.enrolment_id,
        enrolments.learner_key,
        not enrolments.is_waived
        and not sessions.is_held_though_cancelled
        and coalesce(enrolments.enrolled_at <= sessions.counts_from_at, true)
        and coalesce(
            enrolments.withdrawn_at > {{ add_seconds(
                'sessions.counts_from_at', '-3600 * ' ~ var('session_cutoff_hours')
            ) }},
            not enrolments.is_withdrawn
        )
        and coalesce(enrolments.left_at > sessions.counts_from_at, true)
            as is_expected,
        row_number() over (
            partition by sessions.session_id, enrolments.learner_key
            order by
                case
                    when enrolments.clock_started_at > sessions.counts_from_at then 1
                    else 0
                end asc,
                enrolments.episode_no desc
        ) as episode_rank
    from sessions
    inner join enrolments
        on
            sessions.programme_id = enrolments.programme_id
            and sessions.cohort_id = enrolments.cohort_id
    left join teachers
        on
            sessions.session_id = teachers.session_id
            and enrolments.learner_key = teachers.learner_key
    left join known_until on sessions.programme_id = known_until.programme_id
    where
        (
            sessions.counts_until_at <= known_until.attendance_as_of
            or sessions.has_attendance_evidence
        )
        and teachers.learner_key is null
),

roster as (
    select
        session_id,
        enrolment_id,
        learner_key,
        is_expected
    from enrolled
    where episode_rank = 1
)

select
    session_id,
    learner_key,
    enrolment_id,
    is_expected
from roster
union all
select
    registrants.session_id,
    registrants.learner_key,
    cast(null as {{ dbt.type_string() }}) as enrolment_id,
    not sessions.is_held_though_cancelled as is_expected
from registrants
inner join sessions on registrants.session_id = sessions.session_id
left join known_until on sessions.programme_id = known_until.programme_id
left join roster
    on
        registrants.session_id = roster.session_id
        and registrants.learner_key = roster.learner_key
where
    roster.learner_key is null
    and (
        sessions.counts_until_at <= known_until.attendance_as_of
        or sessions.has_attendance_evidence
    )
