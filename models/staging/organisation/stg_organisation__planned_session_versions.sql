with

planned_sessions as (
    select * from {{ source('organisation', 'planned_sessions') }}
),

loads as (
    select load_id from {{ source('xapi', 'loads') }}
)

select
    ---------- ids
    planned_sessions.planned_session_id,
    ---------- strings
    planned_sessions.status,
    ---------- numerics
    planned_sessions.sequence,
    ---------- timestamps
    planned_sessions.starts_at,
    planned_sessions.ends_at,
    min(planned_sessions.reported_at) as reported_at
from planned_sessions
inner join loads on planned_sessions.load_id = loads.load_id
group by
    planned_sessions.planned_session_id,
    planned_sessions.status,
    planned_sessions.sequence,
    planned_sessions.starts_at,
    planned_sessions.ends_at
