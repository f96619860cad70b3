{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

questions as (
    select * from {{ ref('int_tutor_questions') }}
),

-- Opening something that is part of the programme is a return to the path.
returns as (
    select
        questions.enrolment_id,
        questions.asked_at,
        min(openings.opened_at) as returned_at
    from questions
    inner join {{ ref('int_activity_openings') }} as openings
        on
            questions.enrolment_id = openings.enrolment_id
            and questions.asked_at < openings.opened_at
    where
        openings.role in (
            'unit', 'pre_work', 'follow_up', 'practice', 'assessment',
            'final_assessment'
        )
    group by questions.enrolment_id, questions.asked_at
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

learners as (
    select * from {{ ref('dim_learners') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

business_days as (
    select * from {{ ref('dim_business_days') }}
),

localised as (
    select
        questions.*,
        enrolments.learner_key,
        enrolments.programme_id,
        enrolments.cohort_id,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        enrolments.business_unit,
        enrolments.region,
        learners.region as learner_region,
        returns.returned_at,
        {{ add_days('questions.asked_at', 1) }} as return_by,
        {{ local_timestamp('questions.asked_at', 'cohorts.time_zone') }} as asked_local
    from questions
    inner join enrolments on questions.enrolment_id = enrolments.enrolment_id
    inner join cohorts
        on
            enrolments.programme_id = cohorts.programme_id
            and enrolments.cohort_id = cohorts.cohort_id
    inner join learners on enrolments.learner_key = learners.learner_key
    left join returns
        on
            questions.enrolment_id = returns.enrolment_id
            and questions.asked_at = returns.asked_at
),

described as (
    select
        localised.*,
        extract(hour from localised.asked_local)
        between {{ var('instructor_hours_from') }}
        and {{ var('instructor_hours_until') }} - 1
        and business_days.is_business_day as is_in_hours,
        coalesce(known_until.is_ended, false)
        or coalesce(localised.return_by <= known_until.as_of, false) as is_over
    from localised
    left join business_days
        on
            localised.learner_region = business_days.region
            and cast(localised.asked_local as date) = business_days.date_day
    left join known_until on localised.programme_id = known_until.programme_id
)

select
    ---------- ids
    enrolment_id,
    cast(row_number() over (
        partition by enrolment_id order by asked_at asc
    ) as bigint) as question_no,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    ---------- booleans
    is_answered,
    is_escalated,
    ---------- dates
    {{ fiscal_quarter_start('asked_at') }} as asked_quarter_date,
    ---------- timestamps
    asked_at,
    returned_at,
    ---------- measures, null where the question is not in the base
    {{ measure('tutor_outside_hours_share', 'is_in_hours is not null',
               'not is_in_hours') }},
    {{ measure('tutor_answered_rate', 'is_answered is not null', 'is_answered') }},
    {{ measure('tutor_escalated_rate', 'is_escalated is not null', 'is_escalated') }},
    {{ measure('tutor_return_in_24h', 'is_over', 'returned_at <= return_by') }}
from described
