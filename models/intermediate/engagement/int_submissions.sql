-- The first submission of an assessment, or the first result, which implies one, and
-- the first feedback on it.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_submissions'},
) }}

with

evidence as (
    select * from {{ ref('int_submission_evidence') }}
    {{ only_touched('touched_submissions', 'enrolment_id') }}
),

activities as (
    select * from {{ ref('stg_organisation__activities') }}
    where due_at is not null
),

timed as (
    select
        *,
        min(case when is_hand_in then occurred_at end) over (
            partition by enrolment_id, activity_id
        ) as submitted_at
    from evidence
),

answered as (
    select
        *,
        min(case when is_feedback and occurred_at >= submitted_at then occurred_at end)
            over (partition by enrolment_id, activity_id) as feedback_at
    from timed
    where submitted_at is not null
),

first_submissions as (
    select
        enrolment_id,
        programme_id,
        cohort_id,
        activity_id,
        max(role) as role,
        min(time_zone) as time_zone,
        min(submitted_at) as submitted_at,
        min(feedback_at) as feedback_at,
        max(case when is_feedback and occurred_at = feedback_at then grader_kind end)
            as grader_kind,
        -- Where only the result is recorded, nobody knows when the work was handed in.
        max(case when is_submission and occurred_at = submitted_at then 1 else 0 end)
        = 1 as is_handed_in,
        max(due_at) as reported_due_at
    from answered
    group by enrolment_id, programme_id, cohort_id, activity_id
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
    first_submissions.feedback_at,
    case
        when not first_submissions.is_handed_in then null
        when first_submissions.grader_kind is not null
            then first_submissions.grader_kind
        when
            {{ micros_between(
                'first_submissions.submitted_at', 'first_submissions.feedback_at'
            ) }} <= 1000000.0 * {{ var('automated_feedback_seconds') }}
            then 'automated'
    end as grader_kind,
    first_submissions.is_handed_in,
    coalesce(planned_due_dates.due_at, first_submissions.reported_due_at) as due_at
from first_submissions
left join planned_due_dates
    on
        first_submissions.enrolment_id = planned_due_dates.enrolment_id
        and first_submissions.activity_id = planned_due_dates.activity_id
        and planned_due_dates.specificity_rank = 1
