-- Live sessions as planned, and those that nobody planned but that belong to a cohort.
-- What counts is the planned time during which the room was open: an early finish
-- shortens a session, an overrun does not lengthen it.
{{ config(materialized='table') }}

with

planned_sessions as (
    select * from {{ ref('int_planned_sessions') }}
),

sessions as (
    select * from {{ ref('stg_organisation__sessions') }}
),

bindings as (
    select * from {{ ref('int_live_session_bindings') }}
),

runs as (
    select * from {{ ref('int_live_runs') }}
),

held as (
    select
        session_id,
        min(join_key) as join_key,
        min(started_at) as opened_at,
        max(ended_at) as closed_at,
        sum(case when coalesce(is_told_again, false) then 0 else 1 end) as run_count,
        sum(connection_count) as connection_count
    from runs
    where connection_count > 0 or not coalesce(is_told_again, false)
    group by session_id
),

every_session as (
    select
        planned_session_id as session_id,
        series_id,
        join_key,
        title_key,
        time_zone,
        coalesce(status, 'confirmed') as status,
        true as is_planned,
        false as is_called_off,
        original_start_at,
        starts_at as planned_start_at,
        ends_at as planned_end_at
    from planned_sessions
    union all
    select
        technical_session_id as session_id,
        cast(null as {{ dbt.type_string() }}) as series_id,
        min(join_key) as join_key,
        cast(null as {{ dbt.type_string() }}) as title_key,
        cast(null as {{ dbt.type_string() }}) as time_zone,
        'confirmed' as status,
        false as is_planned,
        max(case when is_called_off then 1 else 0 end) = 1 as is_called_off,
        cast(null as timestamp) as original_start_at,
        cast(null as timestamp) as planned_start_at,
        cast(null as timestamp) as planned_end_at
    from runs
    where planned_session_id is null and not coalesce(is_told_again, false)
    group by technical_session_id
),

-- The organisation's word on a session: by its own name, its series, its room.
told as (
    select
        every_session.session_id,
        sessions.phase_no,
        sessions.policy,
        row_number() over (
            partition by every_session.session_id
            order by
                case sessions.join_key
                    when every_session.session_id then 1
                    when every_session.series_id then 2
                    when every_session.join_key then 3
                    else 4
                end asc
        ) as particularity
    from every_session
    inner join sessions
        on
            sessions.join_key in (
                every_session.session_id,
                every_session.series_id,
                every_session.join_key,
                every_session.title_key
            )
),

placed as (
    select
        every_session.*,
        bindings.programme_id,
        bindings.cohort_id,
        told.phase_no,
        told.policy,
        coalesce(held.run_count, 0) as run_count,
        coalesce(held.connection_count, 0) as connection_count,
        held.opened_at,
        held.closed_at,
        coalesce(
            greatest(every_session.planned_start_at, held.opened_at),
            every_session.planned_start_at,
            held.opened_at
        ) as both_start_at,
        coalesce(
            least(every_session.planned_end_at, held.closed_at),
            every_session.planned_end_at,
            held.closed_at
        ) as both_end_at
    from every_session
    left join bindings on every_session.session_id = bindings.session_ref
    left join told
        on every_session.session_id = told.session_id and told.particularity = 1
    left join held on every_session.session_id = held.session_id
)

select
    session_id,
    series_id,
    programme_id,
    cohort_id,
    status,
    policy,
    time_zone,
    phase_no,
    cast(run_count as bigint) as run_count,
    is_planned,
    is_called_off,
    connection_count > 0 as has_attendance_evidence,
    original_start_at,
    planned_start_at,
    planned_end_at,
    opened_at,
    closed_at,
    -- Held at another hour than planned, the room's own hours count.
    case when both_end_at > both_start_at then both_start_at else opened_at end
        as counts_from_at,
    case when both_end_at > both_start_at then both_end_at else closed_at end
        as counts_until_at
from placed
