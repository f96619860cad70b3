-- A connection too short for the clock of the source still shows that a person was
-- present. One without an end shows it too, but not for how long.
with

connections as (
    select * from {{ ref('int_counted_connections') }}
),

sessions as (
    select * from {{ ref('int_live_sessions') }}
),

timed_connections as (
    select
        connections.session_id,
        connections.learner_key,
        connections.joined_at,
        coalesce(
            connections.left_at, connections.reported_end_at, sessions.planned_end_at
        ) as left_at,
        sessions.counts_from_at,
        sessions.counts_until_at
    from connections
    inner join sessions on connections.session_id = sessions.session_id
)

select
    session_id,
    learner_key,
    cast(count(*) as bigint) as connection_count,
    max(
        case
            when
                joined_at <= counts_until_at
                and coalesce(left_at, joined_at) >= counts_from_at
                then 1
            else 0
        end
    ) = 1 as is_inside,
    max(case when left_at is null then 1 else 0 end) = 1 as is_end_unknown,
    min(greatest(joined_at, counts_from_at)) as first_joined_at
from timed_connections
group by session_id, learner_key
