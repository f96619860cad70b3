with

time_zones as (
    select time_zone as known_time_zone from {{ ref('time_zones') }}
),

committed as (
    {{ committed_reports('planned_sessions') }}
),

renamed as (
    select
        ---------- ids
        committed.planned_session_id,
        committed.series_id,
        committed.join_key,
        committed.title_key,
        ---------- strings
        time_zones.known_time_zone as time_zone,
        committed.status,
        ---------- numerics
        committed.sequence,
        ---------- booleans
        committed.starts_at is null and coalesce(committed.status = 'cancelled', false)
            as is_series_cancellation,
        coalesce(committed.has_unreadable_replacement, false)
            as has_unreadable_replacement,
        ---------- timestamps
        committed.reported_at,
        committed.original_start_at,
        committed.starts_at,
        committed.ends_at
    from committed
    left join time_zones on committed.time_zone = time_zones.known_time_zone
)

select * from renamed
