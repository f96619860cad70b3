-- A run is known from a report of the vendor, from the statements of those who were
-- connected, or from both; the hours in the report outrank those of the connections.
{{ config(materialized='table') }}

with

technical_sessions as (
    select * from {{ ref('stg_organisation__technical_sessions') }}
),

connections as (
    select * from {{ ref('int_live_connections') }}
),

rooms as (
    select * from {{ ref('int_live_rooms') }}
),

connected_runs as (
    select
        source,
        technical_session_id,
        min(joined_at) as first_joined_at,
        max(coalesce(left_at, joined_at)) as last_left_at,
        count(*) as connection_count
    from connections
    group by source, technical_session_id
)

select
    coalesce(technical_sessions.source, connected_runs.source) as source,
    coalesce(
        technical_sessions.technical_session_id, connected_runs.technical_session_id
    ) as technical_session_id,
    coalesce(technical_sessions.join_key, rooms.room_id) as join_key,
    technical_sessions.title_key,
    cast(coalesce(connected_runs.connection_count, 0) as bigint) as connection_count,
    technical_sessions.precision_seconds,
    technical_sessions.join_key is not null as is_room_reported,
    connected_runs.first_joined_at,
    technical_sessions.starts_at as reported_start_at,
    coalesce(technical_sessions.starts_at, connected_runs.first_joined_at)
        as started_at,
    coalesce(technical_sessions.ends_at, connected_runs.last_left_at) as ended_at,
    technical_sessions.ends_at as reported_end_at
from technical_sessions
full outer join connected_runs
    on
        technical_sessions.source = connected_runs.source
        and technical_sessions.technical_session_id
        = connected_runs.technical_session_id
left join rooms
    on
        connected_runs.source = rooms.source
        and connected_runs.technical_session_id = rooms.technical_session_id
        and technical_sessions.technical_session_id is null
