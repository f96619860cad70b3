{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

enrolments as (
    select
        *,
        completion_rate_denominator = 1 as is_rated
    from {{ ref('fct_enrolments') }}
),

live_assessments as (
    select
        activity_id,
        programme_id
    from {{ ref('stg_organisation__assessments') }}
    where coalesce(is_live, false) or kind = 'live'
),

taken as (
    select * from {{ ref('int_assessments_taken') }}
),

reviewed_programmes as (
    select distinct programme_id
    from {{ ref('stg_organisation__integrity_reviews') }}
),

taken_or_due as (
    select
        enrolment_id,
        activity_id
    from taken
    union
    select
        enrolments.enrolment_id,
        live_assessments.activity_id
    from enrolments
    inner join live_assessments
        on enrolments.programme_id = live_assessments.programme_id
    where enrolments.delivery_mode in ('sync', 'hybrid')
),

described as (
    select
        enrolments.*,
        taken_or_due.activity_id,
        taken.taken_at,
        taken.enrolment_id is not null as is_taken,
        coalesce(taken.is_upheld, false) as is_upheld,
        reviewed_programmes.programme_id is not null as has_reviews,
        live_assessments.activity_id is not null
        and enrolments.delivery_mode in ('sync', 'hybrid') as is_live,
        count(taken.enrolment_id) over (
            partition by
                enrolments.programme_id, enrolments.cohort_id, taken_or_due.activity_id
        ) > 0 as has_results
    from taken_or_due
    inner join enrolments on taken_or_due.enrolment_id = enrolments.enrolment_id
    left join taken
        on
            taken_or_due.enrolment_id = taken.enrolment_id
            and taken_or_due.activity_id = taken.activity_id
    left join live_assessments
        on
            enrolments.programme_id = live_assessments.programme_id
            and taken_or_due.activity_id = live_assessments.activity_id
    left join reviewed_programmes
        on enrolments.programme_id = reviewed_programmes.programme_id
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    activity_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    ---------- booleans
    is_live,
    is_taken,
    ---------- dates
    matured_quarter_date,
    ---------- timestamps
    taken_at,
    ---------- measures, null where the row is not in the base
    {{ measure('live_assessment_completion',
               'is_rated and is_live and has_results and not is_withdrawn',
               'is_taken') }},
    {{ measure('integrity_exception_rate', 'is_rated and is_taken and has_reviews',
               'is_upheld') }}
from described
where is_live or has_reviews
