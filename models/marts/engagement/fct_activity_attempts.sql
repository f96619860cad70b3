{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_enrolments',
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

attempts as (
    select * from {{ ref('int_assessment_attempts') }}
    {{ only_touched('touched_enrolments', 'enrolment_id') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

described as (
    select
        attempts.*,
        attempts.attempt_no = 1 as is_first,
        enrolments.learner_key,
        enrolments.programme_id,
        enrolments.cohort_id,
        enrolments.registration,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        enrolments.business_unit,
        enrolments.region,
        enrolments.matured_quarter_date,
        enrolments.completion_rate_denominator = 1 as is_rated
    from attempts
    inner join enrolments on attempts.enrolment_id = enrolments.enrolment_id
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    registration,
    activity_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    role,
    ---------- numerics
    cast(attempt_no as bigint) as attempt_no,
    score_scaled,
    ---------- booleans
    is_first,
    is_passed as passed,
    ---------- dates
    matured_quarter_date,
    ---------- timestamps
    attempted_at,
    ---------- measures
    cast(case when is_rated then 1 end as bigint)
        as attempts_per_assessment_numerator,
    cast(case when is_rated then case when is_first then 1 else 0 end end as bigint)
        as attempts_per_assessment_denominator
from described
