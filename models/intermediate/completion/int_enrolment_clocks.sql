-- Each enrolment with its cohort, its clock and its number among the learner's
-- enrolments in the programme. Up to when it is known is not in it: that changes with
-- every delivery.
{{ config(
    materialized='incremental',
    unique_key='learner_key',
    meta={
        'touched': 'touched_enrolled_learners',
        'hands_on': ['enrolment_id', 'programme_id', 'cohort_id'],
    },
) }}

{%- set organisation_zone = "'" ~ var('organisation_time_zone') ~ "'" %}

with

entries as (
    select * from {{ ref('int_enrolment_entries') }}
    {{ only_touched('touched_enrolled_learners', 'learner_key') }}
),

programmes as (
    select * from {{ ref('stg_organisation__programmes') }}
),

cohorts as (
    select * from {{ ref('stg_organisation__cohorts') }}
),

-- Without a cohort an enrolment belongs to the wave of its month.
in_cohorts as (
    select
        entries.*,
        coalesce(entries.cohort_id, entries.programme_id || '/' || coalesce(
            substr(
                cast(cast(
                    {{ local_timestamp('entries.enrolled_at', organisation_zone) }}
                    as date
                ) as {{ dbt.type_string() }}),
                1, 7
            ),
            'undated'
        )) as assigned_cohort_id,
        cohorts.cohort_id is null as is_derived_cohort,
        coalesce(cohorts.delivery_mode, programmes.default_delivery_mode)
            as delivery_mode,
        programmes.outcome_category,
        programmes.completion_class,
        coalesce(programmes.horizon_days, {{ var('horizon_days') }}) as horizon_days,
        programmes.certificate_valid_days,
        coalesce(cohorts.time_zone, {{ organisation_zone }}) as time_zone,
        cohorts.starts_at as cohort_starts_at,
        cohorts.ends_at as cohort_ends_at
    from entries
    inner join programmes on entries.programme_id = programmes.programme_id
    left join cohorts
        on
            entries.cohort_id = cohorts.cohort_id
            and entries.programme_id = cohorts.programme_id
),

with_clocks as (
    select
        *,
        case
            when enrolled_at is null then cohort_starts_at
            when cohort_starts_at is null then enrolled_at
            when enrolled_at > cohort_starts_at then enrolled_at
            else cohort_starts_at
        end as clock_started_at
    from in_cohorts
),

with_horizons as (
    select
        *,
        {{ utc_from_local(
            add_days(local_timestamp('clock_started_at', 'time_zone'), 'horizon_days'),
            'time_zone'
        ) }} as matured_at
    from with_clocks
),

numbered as (
    select
        *,
        row_number() over (
            partition by learner_key, programme_id
            order by
                clock_started_at asc nulls last,
                enrolled_at asc nulls last,
                assigned_cohort_id asc,
                enrolment_id asc
        ) as episode_no
    from with_horizons
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    assigned_cohort_id as cohort_id,
    registration,
    ---------- strings
    delivery_mode,
    outcome_category,
    completion_class,
    period_key,
    segment,
    business_unit,
    region,
    language,
    tenure_band,
    prior_completion_band,
    time_zone,
    ---------- numerics
    episode_no,
    previous_attempts,
    studied_credits,
    horizon_days,
    certificate_valid_days,
    ---------- booleans
    is_derived_cohort,
    is_waived,
    is_withdrawn,
    ---------- timestamps
    enrolled_at,
    withdrawn_at,
    due_at,
    cohort_starts_at,
    cohort_ends_at,
    clock_started_at,
    matured_at
from numbered
