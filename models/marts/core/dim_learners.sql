{{ config(
    materialized='incremental',
    unique_key='learner_key',
) }}

with

people as (
    select * from {{ ref('stg_organisation__people') }}
),

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
),

statements as (
    select * from {{ ref('int_statements_bound_to_programmes') }}
),

latest as (
    select
        *,
        row_number() over (
            partition by learner_key order by valid_from desc nulls last
        ) as recency_rank
    from people
),

every_learner as (
    select learner_key from people
    union
    select learner_key from episodes
    union
    select learner_key from statements
    where programme_id is not null and learner_key is not null
)

select
    ---------- ids
    every_learner.learner_key,
    ---------- strings
    latest.person_kind,
    coalesce(latest.segment, 'unknown') as segment,
    coalesce(latest.job_family, 'unknown') as job_family,
    coalesce(latest.legal_entity, 'unknown') as legal_entity,
    coalesce(latest.business_unit, 'unknown') as business_unit,
    coalesce(latest.location, 'unknown') as location,
    coalesce(latest.region, 'unknown') as region,
    coalesce(latest.time_zone, '{{ var("organisation_time_zone") }}') as time_zone,
    coalesce(latest.language, 'unknown') as language,
    coalesce(latest.tenure_band, 'unknown') as tenure_band,
    coalesce(latest.prior_completion_band, 'unknown') as prior_completion_band,
    ---------- booleans
    latest.learner_key is not null as is_on_record,
    latest.time_zone is not null as is_time_zone_known,
    ---------- timestamps
    latest.left_at
from every_learner
left join latest
    on every_learner.learner_key = latest.learner_key and latest.recency_rank = 1
