-- Which session a table of the organisation means by a cohort and a planned start: the
-- one whose planned start is nearest, and within the slack of a meeting.
with

named as (
    select
        cohort_id,
        session_starts_at
    from {{ ref('stg_organisation__recordings') }}
    union
    select
        cohort_id,
        session_starts_at
    from {{ ref('stg_organisation__recording_views') }}
    union
    select
        cohort_id,
        session_starts_at
    from {{ ref('stg_organisation__reminders') }}
    union
    select
        cohort_id,
        session_starts_at
    from {{ ref('stg_organisation__excused_absences') }}
),

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where planned_start_at is not null
),

candidates as (
    select
        named.cohort_id,
        named.session_starts_at,
        sessions.session_id,
        sessions.status,
        abs(
            {{ micros_between('named.session_starts_at', 'sessions.planned_start_at') }}
        ) as distance_micros
    from named
    inner join sessions on named.cohort_id = sessions.cohort_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by cohort_id, session_starts_at
            order by
                distance_micros asc,
                case when status = 'cancelled' then 1 else 0 end asc,
                session_id asc
        ) as distance_rank
    from candidates
)

select
    cohort_id,
    session_starts_at,
    session_id
from ranked
where
    distance_rank = 1
    and distance_micros <= {{ var('session_slack_minutes') }} * cast(60000000 as bigint)
