-- Time between the first opening and the last closing of a session in which no room was
-- open: the meeting was interrupted, and went on in another run. A run without an end
-- is open until the next one begins.
with

runs as (
    select
        session_id,
        source,
        technical_session_id,
        started_at,
        coalesce(
            ended_at,
            lead(started_at) over (
                partition by session_id
                order by started_at asc, source asc, technical_session_id asc
            ),
            started_at
        ) as ended_at
    from {{ ref('int_live_runs') }}
    where connection_count > 0 and started_at is not null
),

followed as (
    select
        session_id,
        started_at as until_at,
        max(ended_at) over (
            partition by session_id
            order by started_at asc, source asc, technical_session_id asc
            rows between unbounded preceding and 1 preceding
        ) as from_at
    from runs
)

select
    session_id,
    from_at,
    until_at,
    cast({{ micros_between('from_at', 'until_at') }} as bigint) as gap_micros
from followed
where until_at > from_at
