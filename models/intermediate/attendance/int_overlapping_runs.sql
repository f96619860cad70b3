-- A room holds one meeting at a time: reports of connections in one room that overlap
-- are of one meeting, whichever clocks they were taken from. The report with most
-- connections represents the meeting. A title identifies no room.
with

runs as (
    select * from {{ ref('int_live_run_reports') }}
    where
        connection_count > 0
        and started_at is not null
        and join_key is not null
),

timed_runs as (
    select
        *,
        {{ epoch_micros('started_at') }} as started_us,
        max({{ epoch_micros('coalesce(ended_at, started_at)') }}) over (
            partition by source, join_key
            order by started_at asc, technical_session_id asc
            rows between unbounded preceding and 1 preceding
        ) as occupied_until_us
    from runs
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
    from timed_runs
)

select
    source,
    technical_session_id,
    first_value(technical_session_id) over (
        partition by source, join_key, meeting_no
        order by connection_count desc, technical_session_id asc
    ) as fullest_session_id
from meetings
