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

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'planned_session_id',
            ],
            content=[
                'sequence',
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
        status,
        ---------- numerics
        sequence,
        ---------- timestamps
        original_start_at,
        starts_at,
        ends_at
    from ranked
    where report_rank = 1
)

select * from renamed
