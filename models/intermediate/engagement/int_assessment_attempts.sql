-- A score and the verdict on it arrive as two statements of one moment and are one
-- attempt. Content that reports neither passed nor failed reports its score when it is
-- completed or answered.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_enrolments'},
) }}

with

statements as (
    select
        *,
        max(case when is_result then 1 else 0 end) over (
            partition by enrolment_id, object_id
        ) = 1 as has_results
    from {{ ref('int_statements_bound_to_enrolments') }}
    where
        role in ('assessment', 'final_assessment')
        and not is_banked
        and (
            is_result
            or (verb in ('completed', 'answered') and score_scaled is not null)
        )
    {{ only_touched('touched_enrolments', 'enrolment_id', 'and') }}
),

attempts as (
    select
        enrolment_id,
        object_id as activity_id,
        role,
        occurred_at as attempted_at,
        max(score_scaled) as score_scaled,
        max(
            case
                when coalesce(success, verb = 'passed') then 1
                when score_scaled >= mastery_score then 1
                when
                    success is null
                    and mastery_score is null
                    and verb not in ('passed', 'failed')
                    then null
                else 0
            end
        ) = 1 as is_passed
    from statements
    where is_result or not has_results
    group by enrolment_id, object_id, role, occurred_at
)

select
    *,
    row_number() over (
        partition by enrolment_id, activity_id
        order by attempted_at asc nulls last, role asc
    ) as attempt_no
from attempts
