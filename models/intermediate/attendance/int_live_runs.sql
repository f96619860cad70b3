-- Every run of a live room, and the planned session that it was: of those that share a
-- name with it and about the time, the one that overlaps it most. One that was called
-- off is none, but nobody was expected in what was held in its place. A plan that names
-- no place is met in the room of its cohort.
{{ config(materialized='table') }}

with

technical_sessions as (
    select * from {{ ref('stg_organisation__technical_sessions') }}
),

connections as (
    select * from {{ ref('int_live_connections') }}
),

planned_sessions as (
    select
        *,
        coalesce(status, 'confirmed') = 'cancelled' as is_called_off
    from {{ ref('int_planned_sessions') }}
    where starts_at is not null
),

bindings as (
    select * from {{ ref('int_live_session_bindings') }}
),

rooms as (
    select * from {{ ref('int_live_rooms') }}
),

connected as (
    select
        source,
        technical_session_id,
        min(joined_at) as first_joined_at,
        max(coalesce(left_at, joined_at)) as last_left_at,
        count(*) as connection_count
    from connections
    group by source, technical_session_id
),

runs as (
    select
        coalesce(technical_sessions.source, connected.source) as source,
        coalesce(
            technical_sessions.technical_session_id, connected.technical_session_id
        ) as technical_session_id,
        coalesce(technical_sessions.join_key, rooms.room_id) as join_key,
        coalesce(technical_sessions.starts_at, connected.first_joined_at)
            as started_at,
        coalesce(technical_sessions.ends_at, connected.last_left_at) as ended_at,
        technical_sessions.ends_at as reported_end_at,
        coalesce(connected.connection_count, 0) as connection_count
    from technical_sessions
    full outer join connected
        on
            technical_sessions.source = connected.source
            and technical_sessions.technical_session_id = connected.technical_session_id
    left join rooms
        on
            connected.source = rooms.source
            and connected.technical_session_id = rooms.technical_session_id
            and technical_sessions.technical_session_id is null
),

names as (
    select
        planned_session_id,
        planned_session_id as session_ref
    from planned_sessions
    union
    select
        planned_session_id,
        series_id as session_ref
    from planned_sessions
    union
    select
        planned_session_id,
        join_key as session_ref
    from planned_sessions
    union
    select
        planned_session_id,
        title_key as session_ref
    from planned_sessions
),

namesakes as (
    select
        runs.source,
        runs.technical_session_id,
        names.planned_session_id,
        1 as distance
    from runs
    inner join names
        on coalesce(runs.join_key, runs.technical_session_id) = names.session_ref
    union all
    select
        runs.source,
        runs.technical_session_id,
        planned_sessions.planned_session_id,
        2 as distance
    from runs
    inner join bindings as rooms
        on coalesce(runs.join_key, runs.technical_session_id) = rooms.session_ref
    inner join bindings as plans on rooms.cohort_id = plans.cohort_id
    inner join planned_sessions
        on plans.session_ref = planned_sessions.planned_session_id
    where
        planned_sessions.join_key is null
        and runs.started_at < planned_sessions.ends_at
        and runs.ended_at > planned_sessions.starts_at
),

candidates as (
    select
        runs.source,
        runs.technical_session_id,
        planned_sessions.planned_session_id,
        planned_sessions.is_called_off,
        min(namesakes.distance) as distance,
        min({{ epoch_micros('runs.started_at') }}) as started_us,
        min({{ epoch_micros('coalesce(runs.ended_at, runs.started_at)') }})
            as ended_us,
        min({{ epoch_micros('planned_sessions.starts_at') }}) as planned_start_us,
        min({{ epoch_micros(
            'coalesce(planned_sessions.ends_at, planned_sessions.starts_at)'
        ) }}) as planned_end_us
    from runs
    inner join namesakes
        on
            runs.source = namesakes.source
            and runs.technical_session_id = namesakes.technical_session_id
    inner join planned_sessions
        on namesakes.planned_session_id = planned_sessions.planned_session_id
    where runs.started_at is not null
    group by
        runs.source,
        runs.technical_session_id,
        planned_sessions.planned_session_id,
        planned_sessions.is_called_off
),

ranked as (
    select
        *,
        row_number() over (
            partition by source, technical_session_id
            order by
                case when is_called_off then 1 else 0 end asc,
                distance asc,
                least(ended_us, planned_end_us)
                - greatest(started_us, planned_start_us) desc,
                abs(started_us - planned_start_us) asc,
                planned_session_id asc
        ) as fit
    from candidates
    where
        greatest(started_us - planned_end_us, planned_start_us - ended_us)
        <= 60000000.0 * {{ var('session_slack_minutes') }}
),

-- A report of polls, questions or a recording knows the room and the hours, not who was
-- connected: it tells again of the run that it falls into.
told_again as (
    select
        runs.source,
        runs.technical_session_id,
        fuller.technical_session_id as fuller_session_id,
        row_number() over (
            partition by runs.source, runs.technical_session_id
            order by fuller.connection_count desc, fuller.technical_session_id asc
        ) as fit
    from runs
    inner join runs as fuller
        on
            runs.source = fuller.source
            and runs.join_key = fuller.join_key
            and runs.started_at <= coalesce(fuller.ended_at, fuller.started_at)
            and fuller.started_at <= coalesce(runs.ended_at, runs.started_at)
    where runs.connection_count = 0 and fuller.connection_count > 0
),

-- A room holds one meeting at a time: reports of connections that overlap are of one,
-- whichever clocks they were taken from. A title is no room.
in_rooms as (
    select
        *,
        {{ epoch_micros('started_at') }} as started_us,
        max({{ epoch_micros('coalesce(ended_at, started_at)') }}) over (
            partition by source, join_key
            order by started_at asc, technical_session_id asc
            rows between unbounded preceding and 1 preceding
        ) as occupied_until_us
    from runs
    where
        connection_count > 0
        and started_at is not null
        and join_key is not null
        and join_key not like 'title-%'
),

meetings as (
    select
        source,
        technical_session_id,
        join_key,
        connection_count,
        sum(
            case
                when
                    started_us + 1000000.0 * {{ var('room_handover_seconds') }}
                    < occupied_until_us
                    then 0
                else 1
            end
        ) over (
            partition by source, join_key
            order by started_us asc, technical_session_id asc
            rows between unbounded preceding and current row
        ) as meeting_no
    from in_rooms
),

fullest as (
    select
        source,
        technical_session_id,
        first_value(technical_session_id) over (
            partition by source, join_key, meeting_no
            order by connection_count desc, technical_session_id asc
        ) as fullest_session_id
    from meetings
),

meant as (
    select
        runs.*,
        coalesce(
            fullest.fullest_session_id,
            told_again.fuller_session_id,
            runs.technical_session_id
        ) as meant_session_id
    from runs
    left join told_again
        on
            runs.source = told_again.source
            and runs.technical_session_id = told_again.technical_session_id
            and told_again.fit = 1
    left join fullest
        on
            runs.source = fullest.source
            and coalesce(
                told_again.fuller_session_id, runs.technical_session_id
            ) = fullest.technical_session_id
)

select
    runs.source,
    runs.technical_session_id,
    runs.join_key,
    case when not ranked.is_called_off then ranked.planned_session_id end
        as planned_session_id,
    case
        when not ranked.is_called_off then ranked.planned_session_id
        else runs.meant_session_id
    end as session_id,
    cast(runs.connection_count as bigint) as connection_count,
    runs.meant_session_id <> runs.technical_session_id as is_told_again,
    coalesce(ranked.is_called_off, false) as is_called_off,
    runs.started_at,
    runs.ended_at,
    runs.reported_end_at
from meant as runs
left join ranked
    on
        runs.source = ranked.source
        and runs.meant_session_id = ranked.technical_session_id
        and ranked.fit = 1
