-- The first submission of an assessment, or the first result, which implies one.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_submissions'},
) }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where
        role in ('assessment', 'final_assessment')
        and (is_result or verb = 'submitted')
        and not is_banked
        and occurred_at is not null
    {{ only_touched('touched_submissions', 'enrolment_id', 'and') }}
),

activities as (
    select * from {{ ref('stg_organisation__activities') }}
    where due_at is not null
),

first_submissions as (
    select
        enrolment_id,
        programme_id,
        cohort_id,
        object_id as activity_id,
        role,
        min(cohort_time_zone) as time_zone,
        min(occurred_at) as submitted_at,
        max(due_at) as reported_due_at
    from statements
    group by enrolment_id, programme_id, cohort_id, object_id, role
),

-- A due date of the cohort outranks one for all cohorts of the programme.
planned_due_dates as (
    select
        first_submissions.enrolment_id,
        first_submissions.activity_id,
        activities.due_at,
        row_number() over (
            partition by first_submissions.enrolment_id, first_submissions.activity_id
            order by case when activities.cohort_id is null then 1 else 0 end asc
        ) as specificity_rank
    from first_submissions
    inner join activities
        on
            first_submissions.activity_id = activities.activity_id
            and first_submissions.programme_id = activities.programme_id
            and coalesce(activities.cohort_id, first_submissions.cohort_id)
            = first_submissions.cohort_id
)

select
    first_submissions.enrolment_id,
    first_submissions.activity_id,
    first_submissions.role,
    first_submissions.time_zone,
    first_submissions.submitted_at,
    coalesce(planned_due_dates.due_at, first_submissions.reported_due_at) as due_at
from first_submissions
left join planned_due_dates
    on
        first_submissions.enrolment_id = planned_due_dates.enrolment_id
        and first_submissions.activity_id = planned_due_dates.activity_id
        and planned_due_dates.specificity_rank = 1
