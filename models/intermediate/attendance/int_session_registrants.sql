-- Who registered for a live session and was let in. Registrations name the run of a
-- report, the plan, or the room's number alone: that is one session's only where the
-- room had no other.
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

programmes as (
    select * from {{ ref('stg_organisation__programmes') }}
),

consents as (
    select * from {{ ref('stg_organisation__consents') }}
),

rooms as (
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

names as (
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
    from rooms
    where join_key is not null
    group by join_key
    having count(*) = 1
),

-- Who was turned away or called it off in one report is not expected, whatever an
-- older one says.
answered as (
    select
        names.session_id,
        rsvps.learner_key,
        max(case when rsvps.response = 'accepted' then 1 else 0 end) as is_let_in,
        max(case when rsvps.response = 'declined' then 1 else 0 end) as is_called_off
    from rsvps
    inner join names on rsvps.planned_session_id = names.session_ref
    group by names.session_id, rsvps.learner_key
)

select
    answered.session_id,
    answered.learner_key
from answered
inner join sessions on answered.session_id = sessions.session_id
left join teachers
    on
        answered.session_id = teachers.session_id
        and answered.learner_key = teachers.learner_key
left join programmes on sessions.programme_id = programmes.programme_id
left join consents
    on
        sessions.programme_id = consents.programme_id
        and answered.learner_key = consents.learner_key
where
    answered.is_let_in = 1
    and answered.is_called_off = 0
    and teachers.learner_key is null
    and {{ may_be_analysed('programmes.legal_basis', 'consents.is_given') }}
