-- Time in a session, counted once however many devices, rejoins, rooms and reports
-- cover it, and clipped to the time that counts.
{{ config(materialized='table') }}

with

connections as (
    select * from {{ ref('int_counted_connections') }}
),

sessions as (
    select * from {{ ref('int_live_sessions') }}
),

-- A connection without a leave ends with the room as reported, else as planned.
closed_connections as (
    select
        connections.session_id,
        connections.learner_key,
        connections.joined_at,
        coalesce(
            connections.left_at, connections.reported_end_at, sessions.planned_end_at
        ) as left_at,
        connections.left_at is null or connections.is_leave_imputed as is_imputed,
        sessions.counts_from_at,
        sessions.counts_until_at
    from connections
    inner join sessions on connections.session_id = sessions.session_id
),

clipped_connections as (
    select
        session_id,
        learner_key,
        is_imputed,
        greatest(joined_at, counts_from_at) as joined_at,
        least(left_at, counts_until_at) as left_at
    from closed_connections
    where left_at > joined_at
),

-- Equal connections are numbered too, so that both passes below use the same order.
numbered_connections as (
    select
        *,
        row_number() over (
            partition by session_id, learner_key
            order by joined_at asc, left_at asc
        ) as connection_no
    from clipped_connections
    where left_at > joined_at
),

preceded_connections as (
    select
        *,
        max(left_at) over (
            partition by session_id, learner_key order by connection_no asc
            rows between unbounded preceding and 1 preceding
        ) as connected_until_at
    from numbered_connections
),

in_intervals as (
    select
        *,
        sum(case when joined_at <= connected_until_at then 0 else 1 end) over (
            partition by session_id, learner_key order by connection_no asc
            rows between unbounded preceding and current row
        ) as interval_no
    from preceded_connections
)

select
    session_id,
    learner_key,
    cast(interval_no as bigint) as interval_no,
    cast(count(*) as bigint) as connection_count,
    max(case when is_imputed then 1 else 0 end) = 1 as is_imputed,
    min(joined_at) as joined_at,
    max(left_at) as left_at
from in_intervals
group by session_id, learner_key, interval_no
