-- When each activity of a programme was first completed and not taken back later. A
-- test that was passed is satisfied, whether or not it is called complete.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_enrolments'},
) }}

with

statements as (
    select
        enrolment_id,
        object_id,
        occurred_at,
        (is_completion or completion) and coalesce(completion, true) as is_completed,
        verb = 'passed' or (is_result and success) as is_passed,
        {{ takes_back_completion() }} as takes_back
    from {{ ref('int_statements_bound_to_enrolments') }}
    where role <> 'programme' and not is_banked and occurred_at is not null
    {{ only_touched('touched_enrolments', 'enrolment_id', 'and') }}
),

judged as (
    select
        *,
        {{ is_taken_back('takes_back', ['enrolment_id', 'object_id']) }}
            as is_taken_back
    from statements
)

select
    enrolment_id,
    object_id as activity_id,
    min(case when is_completed then occurred_at end) as completed_at,
    min(occurred_at) as satisfied_at
from judged
where (is_completed or is_passed) and not is_taken_back
group by enrolment_id, object_id
