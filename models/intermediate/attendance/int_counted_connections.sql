-- The connections that count: each of a person once, however many reports of the
-- meeting hold it. What only a copy of a report holds counts too, so that nobody
-- vanishes.
{{ config(materialized='table') }}

with

connections as (
    select * from {{ ref('int_live_connections') }}
),

runs as (
    select * from {{ ref('int_live_runs') }}
),

copied_connections as (
    select
        source,
        technical_session_id,
        learner_key,
        joined_at,
        left_at
    from {{ ref('int_connection_matches') }}
    union
    select
        source,
        technical_session_id,
        learner_key,
        joined_at,
        left_at
    from {{ ref('int_covered_connections') }}
),

identified_participants as (
    select * from {{ ref('int_identified_participants') }}
)

select distinct
    connections.source,
    connections.technical_session_id,
    runs.session_id,
    coalesce(identified_participants.learner_key, connections.learner_key)
        as learner_key,
    connections.joined_at,
    connections.left_at,
    connections.is_leave_imputed,
    runs.reported_end_at
from connections
inner join runs
    on
        connections.source = runs.source
        and connections.technical_session_id = runs.technical_session_id
left join copied_connections
    on
        connections.source = copied_connections.source
        and connections.technical_session_id = copied_connections.technical_session_id
        and connections.learner_key = copied_connections.learner_key
        and connections.joined_at = copied_connections.joined_at
        and coalesce(connections.left_at, connections.joined_at)
        = coalesce(copied_connections.left_at, copied_connections.joined_at)
left join identified_participants
    on
        connections.source = identified_participants.source
        and runs.canonical_session_id = identified_participants.canonical_session_id
        and connections.learner_key = identified_participants.display_learner_key
where copied_connections.source is null
