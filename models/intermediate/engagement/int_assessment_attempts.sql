-- A score and its verdict arrive as two statements of one moment: one attempt.
with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where
        role in ('assessment', 'final_assessment') and is_result and not is_banked
),

attempts as (
    select
        enrolment_id,
        object_id as activity_id,
        role,
        occurred_at as attempted_at,
        max(score_scaled) as score_scaled,
        max(case
            when coalesce(success, verb = 'passed') then 1
            when score_scaled >= mastery_score then 1
            when success is null and verb = 'scored' and mastery_score is null
                then null
            else 0
        end) = 1 as is_passed
    from statements
    group by enrolment_id, object_id, role, occurred_at
)

select
    *,
    row_number() over (
        partition by enrolment_id, activity_id
        order by attempted_at asc nulls last
    ) as attempt_no
from attempts
