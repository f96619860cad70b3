-- Sessions in which a device of a physical room was connected: people in the room are
-- not in the report of connections, so that nobody can be said to have stayed away.
with

runs as (
    select * from {{ ref('int_live_runs') }}
),

claims as (
    select * from {{ ref('stg_organisation__session_claims') }}
    where claim = 'room_device_count' and value > 0
)

select
    runs.session_id,
    cast(max(claims.value) as bigint) as room_device_count
from claims
inner join runs
    on
        claims.source = runs.source
        and claims.technical_session_id = runs.technical_session_id
where runs.session_id is not null
group by runs.session_id
