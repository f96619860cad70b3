-- When a learner first turned to an activity, and when it was finished. A finish counts
-- unless it is taken back later.
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
        role,
        occurred_at,
        is_learner_initiated or counts_as_start or is_result or is_completion
            as is_use,
        (is_completion and coalesce(completion, true)) or verb = 'passed' as is_finish,
        {{ takes_back_completion() }} as takes_back_finish
    from {{ ref('int_statements_bound_to_enrolments') }}
    where
        role in ('pre_work', 'unit', 'follow_up', 'assessment', 'final_assessment')
        and not is_banked
        and occurred_at is not null
    {{ only_touched('touched_enrolments', 'enrolment_id', 'and') }}
),

judged as (
    select
        *,
        is_finish and not {{ is_taken_back(
            'takes_back_finish', ['enrolment_id', 'object_id']
        ) }} as is_standing_finish
    from statements
)

select
    enrolment_id,
    object_id as activity_id,
    min(role) as role,
    min(occurred_at) as started_at,
    min(case when is_standing_finish then occurred_at end) as finished_at,
    max(occurred_at) as last_used_at
from judged
where is_use
group by enrolment_id, object_id
