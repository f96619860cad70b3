with

planned_sessions as (
    select * from {{ source('organisation', 'planned_sessions') }}
),

loads as (
    select load_id from {{ source('xapi', 'loads') }}
),

time_zones as (
    select time_zone as known_time_zone from {{ ref('time_zones') }}
),

committed as (
    select
        planned_sessions.*,
        time_zones.known_time_zone
    from planned_sessions
    inner join loads on planned_sessions.load_id = loads.load_id
    left join time_zones on planned_sessions.time_zone = time_zones.known_time_zone
),

-- A notice that names no time calls off what was still to come of its series; what
-- had been held stays.
called_off as (
    select
        series_id,
        max(reported_at) as called_off_at
    from committed
    where starts_at is null and status = 'cancelled'
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
    from committed
    where starts_at is not null or coalesce(status, 'confirmed') <> 'cancelled'
),

current_plans as (
    select
        ranked.*,
        case
            when
                called_off.called_off_at < ranked.starts_at
                and called_off.called_off_at
                >= coalesce(ranked.reported_at, called_off.called_off_at)
                and coalesce(ranked.status, 'confirmed') <> 'cancelled'
                then called_off.called_off_at
        end as called_off_at
    from ranked
    left join called_off on ranked.series_id = called_off.series_id
    where ranked.report_rank = 1
),

-- An occurrence that was moved or left out may be reported without link or title; it
-- meets where its series does, if that is one place.
series as (
    select
        series_id,
        case when min(join_key) = max(join_key) then min(join_key) end as join_key,
        case when min(title_key) = max(title_key) then min(title_key) end as title_key
    from current_plans
    group by series_id
),

renamed as (
    select
        ---------- ids
        current_plans.planned_session_id,
        current_plans.series_id,
        coalesce(current_plans.join_key, series.join_key) as join_key,
        coalesce(current_plans.title_key, series.title_key) as title_key,
        ---------- strings
        current_plans.known_time_zone as time_zone,
        case
            when current_plans.called_off_at is null then current_plans.status
            else 'cancelled'
        end as status,
        ---------- numerics
        current_plans.sequence,
        ---------- timestamps
        current_plans.original_start_at,
        current_plans.starts_at,
        current_plans.ends_at,
        current_plans.called_off_at
    from current_plans
    left join series on current_plans.series_id = series.series_id
)

select * from renamed
