{{ config(
    materialized='incremental',
    unique_key='cohort_id',
    meta={'hands_on': ['programme_id']},
) }}

with

time_zones as (
    select time_zone as known_time_zone from {{ ref('time_zones') }}
),

committed as (
    {{ committed_reports('cohorts') }}
),

-- What the organisation itself reports outranks what a roster reports.
authoritative as (
    {{ without_outranked_rosters('committed', key='cohort_id') }}
),

in_known_zones as (
    select
        authoritative.*,
        time_zones.known_time_zone
    from authoritative
    left join time_zones on authoritative.time_zone = time_zones.known_time_zone
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'cohort_id',
            ],
            content=[
                'programme_id',
                'cohort_name',
                'delivery_mode',
                'time_zone',
                'capacity',
                'valid_from',
                'starts_at',
                'ends_at',
            ]
        ) }} as report_rank
    from in_known_zones
),

renamed as (
    select
        ---------- ids
        cohort_id,
        programme_id,
        ---------- strings
        cohort_name,
        delivery_mode,
        known_time_zone as time_zone,
        ---------- numerics
        capacity,
        ---------- timestamps
        valid_from,
        starts_at,
        ends_at
    from ranked
    where report_rank = 1
)

select * from renamed
