-- Connections with the tokens by which their people are recognised, and the precision
-- that their times show: whole minutes, whole seconds, or finer.
{{ config(materialized='table') }}

with

connections as (
    select
        *,
        {{ epoch_micros('joined_at') }} as joined_us,
        {{ epoch_micros('left_at') }} as left_us
    from {{ ref('int_live_connections') }}
),

runs as (
    select * from {{ ref('int_live_runs') }}
),

people as (
    select * from {{ ref('int_live_run_people') }}
),

timed as (
    select
        connections.source,
        connections.technical_session_id,
        connections.learner_key,
        connections.joined_at,
        connections.left_at,
        connections.joined_us,
        connections.left_us,
        runs.canonical_session_id,
        runs.is_duplicate_report,
        case
            when
                connections.joined_us % 60000000 = 0
                and coalesce(connections.left_us, 0) % 60000000 = 0
                then 60000000
            when
                connections.joined_us % 1000000 = 0
                and coalesce(connections.left_us, 0) % 1000000 = 0
                then 1000000
            else 1
        end as precision_us
    from connections
    inner join runs
        on
            connections.source = runs.source
            and connections.technical_session_id = runs.technical_session_id
)

select
    timed.*,
    people.token,
    people.is_name,
    people.is_display_name
from timed
inner join people
    on
        timed.source = people.source
        and timed.technical_session_id = people.technical_session_id
        and timed.learner_key = people.learner_key
