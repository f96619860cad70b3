-- Who registered for a live session and was let in. A registration names the run of a
-- report, the plan, or the number of a room alone. The number of a room identifies a
-- session only if no other session was in that room.
with

rsvps as (
    select * from {{ ref('stg_organisation__rsvps') }}
    where role = 'registrant'
),

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where cohort_id is not null and status <> 'cancelled'
),

runs as (
    select * from {{ ref('int_live_runs') }}
),

planned_sessions as (
    select * from {{ ref('int_planned_sessions') }}
    where coalesce(status, 'confirmed') <> 'cancelled'
),

teachers as (
    select * from {{ ref('int_session_teachers') }}
),

sessions_in_rooms as (
    select
        join_key,
        session_id
    from runs
    union
    select
        join_key,
        planned_session_id as session_id
    from planned_sessions
),

session_identifiers as (
    select
        technical_session_id as session_ref,
        session_id
    from runs
    union
    select
        session_id as session_ref,
        session_id
    from sessions
    union
    select
        join_key as session_ref,
        min(session_id) as session_id
    from sessions_in_rooms
    where join_key is not null
    group by join_key
    having count(*) = 1
),

-- A refusal or a cancellation in one report outranks an acceptance in another report.
responses as (
    select
        session_identifiers.session_id,
        rsvps.learner_key,
        max(case when rsvps.response = 'accepted' then 1 else 0 end) = 1
            as has_accepted,
        max(case when rsvps.response = 'declined' then 1 else 0 end) = 1
            as has_declined
    from rsvps
    inner join session_identifiers
        on rsvps.planned_session_id = session_identifiers.session_ref
    group by session_identifiers.session_id, rsvps.learner_key
),

registrants as (
    select
        responses.session_id,
        responses.learner_key,
        sessions.programme_id
    from responses
    inner join sessions on responses.session_id = sessions.session_id
    left join teachers
        on
            responses.session_id = teachers.session_id
            and responses.learner_key = teachers.learner_key
    where
        responses.has_accepted
        and not responses.has_declined
        and teachers.learner_key is null
),

permitted_registrants as (
    {{ with_legal_basis('registrants') }}
)

select
    session_id,
    learner_key
from permitted_registrants
