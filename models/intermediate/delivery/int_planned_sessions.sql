-- The current plan: the latest report of each session, unless its series was cancelled.
with

reports as (
    select * from {{ ref('stg_organisation__planned_sessions') }}
),

series_cancellations as (
    select
        series_id,
        max(reported_at) as cancelled_at
    from reports
    where is_series_cancellation
    group by series_id
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'planned_session_id',
            ],
            content=[
                'sequence',
                "case when status = 'cancelled' then 1 else 0 end",
                'series_id',
                'join_key',
                'title_key',
                'time_zone',
                'status',
                'original_start_at',
                'starts_at',
                'ends_at',
            ]
        ) }} as report_rank
    from reports
    where not is_series_cancellation
),

-- The cancellation of a series cancels the sessions that had not begun by then and that
-- no later report plans again.
current_plans as (
    select
        ranked.*,
        case
            when
                series_cancellations.cancelled_at < ranked.starts_at
                and series_cancellations.cancelled_at
                >= coalesce(ranked.reported_at, series_cancellations.cancelled_at)
                and coalesce(ranked.status, 'confirmed') <> 'cancelled'
                then series_cancellations.cancelled_at
        end as series_cancelled_at
    from ranked
    left join series_cancellations on ranked.series_id = series_cancellations.series_id
    where ranked.report_rank = 1
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
)

select
    ---------- ids
    current_plans.planned_session_id,
    current_plans.series_id,
    coalesce(current_plans.join_key, series.join_key) as join_key,
    coalesce(current_plans.title_key, series.title_key) as title_key,
    ---------- strings
    current_plans.time_zone,
    case
        when current_plans.series_cancelled_at is null then current_plans.status
        else 'cancelled'
    end as status,
    ---------- numerics
    current_plans.sequence,
    ---------- timestamps
    current_plans.original_start_at,
    current_plans.starts_at,
    current_plans.ends_at,
    current_plans.series_cancelled_at
from current_plans
left join series on current_plans.series_id = series.series_id
