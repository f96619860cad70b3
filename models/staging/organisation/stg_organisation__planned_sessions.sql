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

renamed as (
    select
        ---------- ids
        planned_session_id,
        series_id,
        join_key,
        title_key,
        ---------- strings
        known_time_zone as time_zone,
        case when called_off_at is null then status else 'cancelled' end as status,
        ---------- numerics
        sequence,
        ---------- timestamps
        original_start_at,
        starts_at,
        ends_at,
        called_off_at
    from current_plans
)

select * from renamed
