-- Which cohort a live session belongs to, by every identifier that it is known by.
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

-- A planned session's own name outranks its series, and that its meeting room.
named as (
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
        ) as particularity
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

planned as (
    select
        planned_session_id,
        join_key,
        cohort_id
    from named
    where particularity = 1
),

known as (
    select
        join_key as session_ref,
        cohort_id
    from sessions
    union all
    select
        planned_session_id as session_ref,
        cohort_id
    from planned
    union all
    select
        join_key as session_ref,
        cohort_id
    from planned
    where join_key is not null
),

run as (
    select
        technical_sessions.technical_session_id as session_ref,
        known.cohort_id
    from technical_sessions
    inner join known on technical_sessions.join_key = known.session_ref
    union all
    select
        rooms.technical_session_id as session_ref,
        known.cohort_id
    from rooms
    inner join known on rooms.room_id = known.session_ref
),

every_reference as (
    select
        session_ref,
        cohort_id
    from known
    union all
    select
        session_ref,
        cohort_id
    from run
),

-- A room that several cohorts share says nothing about one of them.
unambiguous as (
    select
        every_reference.session_ref,
        min(every_reference.cohort_id) as cohort_id
    from every_reference
    group by every_reference.session_ref
    having count(distinct every_reference.cohort_id) = 1
)

select
    unambiguous.session_ref,
    cohorts.programme_id,
    unambiguous.cohort_id
from unambiguous
inner join cohorts on unambiguous.cohort_id = cohorts.cohort_id
