-- The current plan of each session, with the link and the title of its series; a
-- meeting that a vendor lists and a calendar holds is planned once.
with

current_plans as (
    select * from {{ ref('int_current_plans') }}
),

-- A calendar may report a moved or omitted occurrence without link or title: it takes
-- those of its series where all occurrences have the same.
series as (
    select
        series_id,
        case when min(join_key) = max(join_key) then min(join_key) end as join_key,
        case when min(title_key) = max(title_key) then min(title_key) end as title_key
    from current_plans
    group by series_id
),

-- A vendor's own list, without versions or dates of change, plans meetings that a
-- calendar plans too: the calendar's plan, which has the invitations, is the session.
planned_by_calendars as (
    select distinct
        join_key,
        starts_at
    from current_plans
    where
        join_key is not null
        and (reported_at is not null or sequence is not null)
)

select
    ---------- ids
    current_plans.planned_session_id,
    current_plans.series_id,
    coalesce(current_plans.join_key, series.join_key) as join_key,
    coalesce(current_plans.title_key, series.title_key) as title_key,
    ---------- strings
    current_plans.time_zone,
    current_plans.status,
    ---------- numerics
    current_plans.sequence,
    ---------- timestamps
    current_plans.original_start_at,
    current_plans.starts_at,
    current_plans.ends_at,
    current_plans.series_cancelled_at
from current_plans
left join series on current_plans.series_id = series.series_id
left join planned_by_calendars
    on
        current_plans.join_key = planned_by_calendars.join_key
        and current_plans.starts_at = planned_by_calendars.starts_at
where
    current_plans.reported_at is not null
    or current_plans.sequence is not null
    or planned_by_calendars.join_key is null
