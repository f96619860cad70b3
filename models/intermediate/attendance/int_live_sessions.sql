-- The planned time during which the room was open counts: an early finish shortens a
-- session, an overrun does not lengthen it.
{{ config(materialized='table') }}

with

planned_sessions as (
    select * from {{ ref('int_planned_sessions') }}
),

terms as (
    select * from {{ ref('int_live_session_terms') }}
),

runs as (
    select * from {{ ref('int_live_runs') }}
),

gaps as (
    select
        session_id,
        cast(sum(gap_micros) as bigint) as gap_micros
    from {{ ref('int_session_gaps') }}
    group by session_id
),

counted_reports as (
    select distinct
        source,
        technical_session_id
    from {{ ref('int_counted_connections') }}
),

-- The hours of a copy count only where it holds a connection that no other report has.
held_sessions as (
    select
        runs.session_id,
        count(*) as report_count,
        min(
            case
                when not runs.is_duplicate_report then runs.started_at
                when counted_reports.source is not null then runs.started_at
            end
        ) as opened_at,
        max(
            case
                when not runs.is_duplicate_report then runs.ended_at
                when counted_reports.source is not null then runs.ended_at
            end
        ) as closed_at,
        sum(case when runs.is_duplicate_report then 0 else 1 end) as run_count,
        sum(runs.connection_count) as connection_count
    from runs
    left join counted_reports
        on
            runs.source = counted_reports.source
            and runs.technical_session_id = counted_reports.technical_session_id
    group by runs.session_id
),

all_sessions as (
    select
        planned_session_id as session_id,
        series_id,
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
        session_id,
        cast(null as {{ dbt.type_string() }}) as series_id,
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
    group by session_id
),

timed_sessions as (
    select
        all_sessions.*,
        terms.programme_id,
        terms.cohort_id,
        terms.phase_no,
        terms.policy,
        coalesce(held_sessions.run_count, 0) as run_count,
        coalesce(held_sessions.report_count, 0) as report_count,
        coalesce(gaps.gap_micros, 0) as gap_micros,
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
    left join terms on all_sessions.session_id = terms.session_id
    left join held_sessions on all_sessions.session_id = held_sessions.session_id
    left join gaps on all_sessions.session_id = gaps.session_id
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
    cast(report_count as bigint) as report_count,
    {{ seconds_of_micros('gap_micros') }} as gap_seconds,
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
