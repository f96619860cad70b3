-- Runs of a room that opened shortly after an earlier run of it had closed. That they
-- are one session is decided by who was in them.
with

runs as (
    select
        source,
        technical_session_id,
        join_key,
        {{ epoch_micros('started_at') }} as started_us,
        {{ epoch_micros('coalesce(ended_at, started_at)') }} as ended_us
    from {{ ref('int_live_run_reports') }}
    where
        connection_count > 0
        and started_at is not null
        and join_key is not null
)

select
    runs.source,
    runs.technical_session_id,
    earlier_runs.technical_session_id as previous_session_id
from runs
inner join runs as earlier_runs
    on
        runs.source = earlier_runs.source
        and runs.join_key = earlier_runs.join_key
where
    runs.started_us > earlier_runs.started_us
    and runs.started_us - earlier_runs.ended_us
    >= -1000000.0 * {{ var('room_handover_seconds') }}
    and runs.started_us - earlier_runs.ended_us
    <= 60000000.0 * {{ var('restart_gap_minutes') }}
