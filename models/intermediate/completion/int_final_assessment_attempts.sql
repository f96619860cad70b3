-- A programme may end in several assessments; an enrolment's attempts are numbered over
-- all of them.
with

attempts as (
    select
        *,
        attempt_no as attempt_no_of_activity
    from {{ ref('int_assessment_attempts') }}
    where role = 'final_assessment'
)

select
    enrolment_id,
    activity_id,
    attempted_at,
    score_scaled,
    is_passed,
    row_number() over (
        partition by enrolment_id
        order by
            attempted_at asc nulls last,
            activity_id asc,
            attempt_no_of_activity asc
    ) as attempt_no
from attempts
