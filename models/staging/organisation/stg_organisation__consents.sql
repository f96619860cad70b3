{{ config(
    materialized='incremental',
    unique_key=['programme_id', 'learner_key'],
) }}

with

committed as (
    {{ committed_reports('consents') }}
),

of_learners as (
    {{ with_learners('committed', keeps_restricted=true) }}
),

-- The latest decision counts; of two at the same time, the refusal.
ranked as (
    select
        *,
        row_number() over (
            partition by learner_key, programme_id
            order by
                decided_at desc nulls last,
                reported_at desc nulls last,
                is_given asc
        ) as decision_rank
    from of_learners
)

select
    learner_key,
    programme_id,
    is_given,
    decided_at
from ranked
where decision_rank = 1
