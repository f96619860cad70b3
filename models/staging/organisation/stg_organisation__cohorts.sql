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

{{ label_changes('ranked', key='cohort_id', labels=['delivery_mode']) }},

renamed as (
    select
        ---------- ids
        ranked.cohort_id,
        ranked.programme_id,
        ---------- strings
        ranked.cohort_name,
        coalesce(modes.label, ranked.delivery_mode) as delivery_mode,
        ranked.known_time_zone as time_zone,
        ---------- numerics
        ranked.capacity,
        ---------- timestamps
        ranked.valid_from,
        ranked.starts_at,
        ranked.ends_at
    from ranked
    left join label_changes on ranked.cohort_id = label_changes.cohort_id
    {{ join_correction(
        'ranked', 'cohort_id', 'delivery_mode', 'cohort_mode', 'modes'
    ) }}
    where ranked.report_rank = 1
)

select * from renamed
