-- Hand-ins and feedback, as statements and the organisation's table report them.
with

statements as (
    select
        *,
        is_result or verb = 'submitted' as is_hand_in,
        -- Learners review content, too: a review with a result is one of their work.
        is_result
        or verb = 'assessed'
        or (
            verb = 'reviewed'
            and (success is not null or coalesce(score_scaled, score_raw) is not null)
        ) as is_feedback
    from {{ ref('int_statements_bound_to_enrolments') }}
    where
        role in ('assessment', 'final_assessment')
        and (is_result or verb in ('submitted', 'assessed', 'reviewed'))
        and not is_banked
        and occurred_at is not null
    {{ only_touched('touched_submissions', 'enrolment_id', 'and') }}
),

reported as (
    select * from {{ ref('int_reported_submissions') }}
    {{ only_touched('touched_submissions', 'enrolment_id') }}
)

select
    enrolment_id,
    programme_id,
    cohort_id,
    object_id as activity_id,
    role,
    cohort_time_zone as time_zone,
    verb = 'submitted' as is_submission,
    is_hand_in,
    is_feedback,
    cast(null as {{ dbt.type_string() }}) as grader_kind,
    occurred_at,
    due_at
from statements
where is_hand_in or is_feedback
union all
select
    enrolment_id,
    programme_id,
    cohort_id,
    activity_id,
    role,
    time_zone,
    true as is_submission,
    true as is_hand_in,
    false as is_feedback,
    cast(null as {{ dbt.type_string() }}) as grader_kind,
    submitted_at as occurred_at,
    due_at
from reported
union all
select
    enrolment_id,
    programme_id,
    cohort_id,
    activity_id,
    role,
    time_zone,
    false as is_submission,
    false as is_hand_in,
    true as is_feedback,
    grader_kind,
    feedback_at as occurred_at,
    cast(null as timestamp) as due_at
from reported
where feedback_at is not null
