with

planned_sessions as (
    select * from {{ source('organisation', 'planned_sessions') }}
),

loads as (
    select load_id from {{ source('xapi', 'loads') }}
),

current_plans as (
    select * from {{ ref('stg_organisation__planned_sessions') }}
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
where
    planned_sessions.starts_at is not null
    or coalesce(planned_sessions.status, 'confirmed') <> 'cancelled'
group by
    planned_sessions.planned_session_id,
    planned_sessions.status,
    planned_sessions.sequence,
    planned_sessions.starts_at,
    planned_sessions.ends_at
union all
select
    planned_session_id,
    status,
    sequence,
    starts_at,
    ends_at,
    called_off_at as reported_at
from current_plans
where called_off_at is not null
