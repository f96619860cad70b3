with

runs as (
    select * from {{ ref('int_live_runs') }}
),

counted_connections as (
    select * from {{ ref('int_counted_connections') }}
),

counted as (
    select
        source,
        technical_session_id,
        count(*) as counted_connection_count
    from counted_connections
    group by source, technical_session_id
)

select
    ---------- ids
    runs.technical_session_id,
    runs.session_id,
    runs.canonical_session_id,
    runs.join_key,
    runs.title_key,
    ---------- strings
    runs.source,
    case
        when not runs.is_duplicate_report and runs.is_restart then 'restart'
        when not runs.is_duplicate_report then 'run'
        when runs.connection_count = 0 then 'without_connections'
        else 'copy'
    end as report_kind,
    ---------- numerics
    runs.precision_seconds,
    runs.connection_count,
    cast(coalesce(counted.counted_connection_count, 0) as bigint)
        as counted_connection_count,
    ---------- timestamps
    runs.started_at,
    runs.ended_at
from runs
left join counted
    on
        runs.source = counted.source
        and runs.technical_session_id = counted.technical_session_id
