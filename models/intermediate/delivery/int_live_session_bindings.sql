-- The cohort that a live session belongs to, for every identifier of the session.
with

sessions as (
    select * from {{ ref('stg_organisation__sessions') }}
),

planned_sessions as (
    select * from {{ ref('int_planned_sessions') }}
),

technical_sessions as (
    select * from {{ ref('stg_organisation__technical_sessions') }}
),

rooms as (
    select * from {{ ref('int_live_rooms') }}
),

cohorts as (
    select * from {{ ref('stg_organisation__cohorts') }}
),

-- The identifier of a planned session outranks its series, and that outranks its room.
planned_candidates as (
    select
        planned_sessions.planned_session_id,
        planned_sessions.join_key,
        sessions.cohort_id,
        rank() over (
            partition by planned_sessions.planned_session_id
            order by
                case sessions.join_key
                    when planned_sessions.planned_session_id then 1
                    when planned_sessions.series_id then 2
                    when planned_sessions.join_key then 3
                    else 4
                end asc
        ) as specificity_rank
    from planned_sessions
    inner join sessions
        on
            sessions.join_key in (
                planned_sessions.planned_session_id,
                planned_sessions.series_id,
                planned_sessions.join_key,
                planned_sessions.title_key
            )
),

planned_bindings as (
    select
        planned_session_id,
        join_key,
        cohort_id
    from planned_candidates
    where specificity_rank = 1
),

direct_bindings as (
    select
        join_key as session_ref,
        cohort_id
    from sessions
    union all
    select
        planned_session_id as session_ref,
        cohort_id
    from planned_bindings
    union all
    select
        join_key as session_ref,
        cohort_id
    from planned_bindings
    where join_key is not null
),

run_bindings as (
    select
        technical_sessions.technical_session_id as session_ref,
        direct_bindings.cohort_id
    from technical_sessions
    inner join direct_bindings
        on technical_sessions.join_key = direct_bindings.session_ref
    union all
    select
        rooms.technical_session_id as session_ref,
        direct_bindings.cohort_id
    from rooms
    inner join direct_bindings on rooms.room_id = direct_bindings.session_ref
),

all_bindings as (
    select
        session_ref,
        cohort_id
    from direct_bindings
    union all
    select
        session_ref,
        cohort_id
    from run_bindings
),

-- A room that several cohorts share identifies none of them.
unambiguous as (
    select
        all_bindings.session_ref,
        min(all_bindings.cohort_id) as cohort_id
    from all_bindings
    group by all_bindings.session_ref
    having count(distinct all_bindings.cohort_id) = 1
)

select
    unambiguous.session_ref,
    cohorts.programme_id,
    unambiguous.cohort_id
from unambiguous
inner join cohorts on unambiguous.cohort_id = cohorts.cohort_id
