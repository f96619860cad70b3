-- Who was present in a session and for how long. Hosts and facilitators teach a session
-- and do not attend it. A vendor's total without any connection shows that a person was
-- present, but not for how long.
{{ config(materialized='table') }}

with

intervals as (
    select * from {{ ref('int_attendance_intervals_merged') }}
),

connections as (
    select * from {{ ref('int_session_connections') }}
),

reported_durations as (
    select * from {{ ref('int_session_reported_durations') }}
),

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where cohort_id is not null
),

teachers as (
    select * from {{ ref('int_session_teachers') }}
),

summed_intervals as (
    select
        session_id,
        learner_key,
        sum(connection_count) as join_count,
        max(case when is_imputed then 1 else 0 end) = 1 as is_imputed,
        cast(sum({{ micros_between('joined_at', 'left_at') }}) as bigint)
            as attended_micros,
        min(joined_at) as first_joined_at,
        max(left_at) as last_left_at
    from intervals
    group by session_id, learner_key
),

presences as (
    select
        coalesce(connections.session_id, reported_durations.session_id) as session_id,
        coalesce(connections.learner_key, reported_durations.learner_key)
            as learner_key,
        reported_durations.reported_seconds,
        summed_intervals.last_left_at,
        coalesce(summed_intervals.join_count, connections.connection_count, 0)
            as join_count,
        coalesce(summed_intervals.is_imputed, false) as is_imputed,
        case
            when summed_intervals.session_id is not null
                then summed_intervals.attended_micros
            when connections.is_inside and not connections.is_end_unknown then 0
        end as attended_micros,
        coalesce(summed_intervals.first_joined_at, connections.first_joined_at)
            as first_joined_at
    from connections
    full outer join reported_durations
        on
            connections.session_id = reported_durations.session_id
            and connections.learner_key = reported_durations.learner_key
    left join summed_intervals
        on
            connections.session_id = summed_intervals.session_id
            and connections.learner_key = summed_intervals.learner_key
    where coalesce(connections.is_inside, true)
),

attendances as (
    select
        presences.*,
        sessions.programme_id
    from presences
    inner join sessions on presences.session_id = sessions.session_id
    left join teachers
        on
            presences.session_id = teachers.session_id
            and presences.learner_key = teachers.learner_key
    where teachers.learner_key is null
),

permitted_attendances as (
    {{ with_legal_basis('attendances') }}
)

select
    session_id,
    learner_key,
    cast(join_count as bigint) as join_count,
    cast(attended_micros as bigint) as attended_micros,
    {{ seconds_of_micros('attended_micros') }} as attended_seconds,
    reported_seconds,
    is_imputed,
    first_joined_at,
    last_left_at
from permitted_attendances
