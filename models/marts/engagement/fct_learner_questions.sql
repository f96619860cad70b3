{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

questions as (
    select
        *,
        {{ add_days('asked_at', 1) }} as answer_by
    from {{ ref('int_questions') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

described as (
    select
        questions.*,
        enrolments.learner_key,
        enrolments.programme_id,
        enrolments.cohort_id,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        enrolments.business_unit,
        enrolments.region,
        coalesce(known_until.is_ended, false)
        or coalesce(questions.answer_by <= known_until.as_of, false) as is_over
    from questions
    inner join enrolments on questions.enrolment_id = enrolments.enrolment_id
    left join known_until on enrolments.programme_id = known_until.programme_id
)

select
    ---------- ids
    question_id,
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    ---------- dates
    {{ fiscal_quarter_start('asked_at') }} as asked_quarter_date,
    ---------- timestamps
    asked_at,
    answered_at,
    ---------- measures, null where the question is not in the base
    {{ measure('question_answered_in_24h', 'is_over and has_answers',
               'answered_at <= answer_by') }}
from described
