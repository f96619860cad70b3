-- Every schedule that a calendar ever gave a session; the cancellation of its series is
-- another.
with

reports as (
    select * from {{ ref('stg_organisation__planned_sessions') }}
    where not is_series_cancellation
),

cancelled_with_series as (
    select * from {{ ref('int_planned_sessions') }}
    where series_cancelled_at is not null
)

select
    ---------- ids
    planned_session_id,
    ---------- strings
    status,
    ---------- numerics
    sequence,
    ---------- timestamps
    starts_at,
    ends_at,
    min(reported_at) as reported_at
from reports
group by planned_session_id, status, sequence, starts_at, ends_at
union all
select
    planned_session_id,
    status,
    sequence,
    starts_at,
    ends_at,
    series_cancelled_at as reported_at
from cancelled_with_series
