-- The planned time during which the room was open counts: an early finish shortens a
-- session, an overrun does not lengthen it.
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

held_sessions as (
    select
        session_id,
        min(join_key) as join_key,
        min(started_at) as opened_at,
        max(ended_at) as closed_at,
        sum(case when is_duplicate_report then 0 else 1 end) as run_count,
        sum(connection_count) as connection_count
    from runs
    where connection_count > 0 or not is_duplicate_report
    group by session_id
),

all_sessions as (
    select
        planned_session_id as session_id,
        series_id,
        join_key,
        title_key,
        time_zone,
        coalesce(status, 'confirmed') as status,
        true as is_planned,
        false as is_held_though_cancelled,
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
        max(case when is_held_though_cancelled then 1 else 0 end) = 1
            as is_held_though_cancelled,
        cast(null as timestamp) as original_start_at,
        cast(null as timestamp) as planned_start_at,
        cast(null as timestamp) as planned_end_at
    from runs
    where planned_session_id is null and not is_duplicate_report
    group by technical_session_id
),

-- What the organisation states of a session under its own identifier outranks what it
-- states of the series, and that outranks the room and the title.
session_terms as (
    select
        all_sessions.session_id,
        sessions.phase_no,
        sessions.policy,
        row_number() over (
            partition by all_sessions.session_id
            order by
                case sessions.join_key
                    when all_sessions.session_id then 1
                    when all_sessions.series_id then 2
                    when all_sessions.join_key then 3
                    else 4
                end asc
        ) as specificity_rank
    from all_sessions
    inner join sessions
        on
            sessions.join_key in (
                all_sessions.session_id,
                all_sessions.series_id,
                all_sessions.join_key,
                all_sessions.title_key
            )
),

timed_sessions as (
    select
        all_sessions.*,
        bindings.programme_id,
        bindings.cohort_id,
        session_terms.phase_no,
        session_terms.policy,
        coalesce(held_sessions.run_count, 0) as run_count,
        coalesce(held_sessions.connection_count, 0) as connection_count,
        held_sessions.opened_at,
        held_sessions.closed_at,
        coalesce(
            greatest(all_sessions.planned_start_at, held_sessions.opened_at),
            all_sessions.planned_start_at,
            held_sessions.opened_at
        ) as overlap_start_at,
        coalesce(
            least(all_sessions.planned_end_at, held_sessions.closed_at),
            all_sessions.planned_end_at,
            held_sessions.closed_at
        ) as overlap_end_at
    from all_sessions
    left join bindings on all_sessions.session_id = bindings.session_ref
    left join session_terms
        on
            all_sessions.session_id = session_terms.session_id
            and session_terms.specificity_rank = 1
    left join held_sessions on all_sessions.session_id = held_sessions.session_id
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
    is_held_though_cancelled,
    connection_count > 0 as has_attendance_evidence,
    original_start_at,
    planned_start_at,
    planned_end_at,
    opened_at,
    closed_at,
    -- Of a session that was not held at its planned time the hours of the room count.
    case when overlap_end_at > overlap_start_at then overlap_start_at else opened_at end
        as counts_from_at,
    case when overlap_end_at > overlap_start_at then overlap_end_at else closed_at end
        as counts_until_at
from timed_sessions
