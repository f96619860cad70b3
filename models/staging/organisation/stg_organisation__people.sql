{{ config(
    materialized='incremental',
    unique_key='learner_key',
) }}

with

time_zones as (
    select time_zone as known_time_zone from {{ ref('time_zones') }}
),

committed as (
    {{ committed_reports('people') }}
),

of_learners as (
    {{ with_learners('committed') }}
),

-- What the organisation itself reports outranks what a roster reports.
authoritative as (
    {{ without_outranked_rosters('of_learners', key='learner_key') }}
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
                'learner_key',
                'valid_from',
            ],
            content=[
                'segment',
                'business_unit',
                'region',
                'time_zone',
                'language',
                'tenure_band',
                'prior_completion_band',
                'left_at',
                'hired_on',
                'person_kind',
                'job_family',
                'legal_entity',
                'location',
                'leave_from',
                'leave_until',
            ]
        ) }} as report_rank
    from in_known_zones
),

renamed as (
    select
        ---------- ids
        learner_key,
        ---------- strings
        coalesce(person_kind, 'employee') as person_kind,
        segment,
        job_family,
        legal_entity,
        business_unit,
        location,
        region,
        known_time_zone as time_zone,
        language,
        tenure_band,
        prior_completion_band,
        ---------- dates
        hired_on,
        leave_from,
        leave_until,
        ---------- timestamps
        valid_from,
        left_at
    from ranked
    where report_rank = 1
)

select * from renamed
