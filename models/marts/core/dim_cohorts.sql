{{ config(
    materialized='incremental',
    unique_key=['programme_id', 'cohort_id'],
) }}

with

cohorts as (
    select * from {{ ref('stg_organisation__cohorts') }}
),

programmes as (
    select * from {{ ref('stg_organisation__programmes') }}
),

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
),

cohort_evidence as (
    select * from {{ ref('int_cohort_activity_evidence') }}
),

enrolled as (
    select
        programme_id,
        cohort_id,
        count(*) as enrolment_count
    from episodes
    group by programme_id, cohort_id
),

reported as (
    select
        cohorts.cohort_id,
        cohorts.programme_id,
        coalesce(cohorts.cohort_name, cohorts.cohort_id) as cohort_name,
        cohorts.delivery_mode,
        cohorts.time_zone,
        cohorts.capacity,
        false as is_derived,
        cohorts.valid_from,
        cohorts.starts_at,
        cohorts.ends_at
    from cohorts
),

-- Cohorts of enrolments that name none, or one that no source has reported.
derived as (
    select
        episodes.cohort_id,
        episodes.programme_id,
        episodes.cohort_id as cohort_name,
        cast(null as {{ dbt.type_string() }}) as delivery_mode,
        cast(null as {{ dbt.type_string() }}) as time_zone,
        cast(null as bigint) as capacity,
        true as is_derived,
        cast(null as timestamp) as valid_from,
        cast(null as timestamp) as starts_at,
        cast(null as timestamp) as ends_at
    from episodes
    where episodes.is_derived_cohort
    group by episodes.programme_id, episodes.cohort_id
),

every_cohort as (
    select * from reported
    union all
    select * from derived
)

select
    ---------- ids
    every_cohort.cohort_id,
    every_cohort.programme_id,
    ---------- strings
    every_cohort.cohort_name,
    coalesce(every_cohort.delivery_mode, programmes.default_delivery_mode)
        as delivery_mode,
    programmes.outcome_category,
    coalesce(every_cohort.time_zone, '{{ var("organisation_time_zone") }}')
        as time_zone,
    ---------- numerics
    every_cohort.capacity,
    coalesce(enrolled.enrolment_count, 0) as enrolment_count,
    ---------- booleans
    every_cohort.is_derived,
    coalesce(cohort_evidence.has_activity_evidence, false) as has_activity_evidence,
    ---------- timestamps
    every_cohort.valid_from,
    every_cohort.starts_at,
    every_cohort.ends_at
from every_cohort
inner join programmes on every_cohort.programme_id = programmes.programme_id
left join enrolled
    on
        every_cohort.programme_id = enrolled.programme_id
        and every_cohort.cohort_id = enrolled.cohort_id
left join cohort_evidence
    on
        every_cohort.programme_id = cohort_evidence.programme_id
        and every_cohort.cohort_id = cohort_evidence.cohort_id
