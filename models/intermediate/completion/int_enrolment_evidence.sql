-- What the statements of an enrolment show: the first sign of learning, the finish,
-- and the grade on the programme itself.
{{ config(materialized='table') }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
),

judged as (
    select
        *,
        role = 'programme'
        and (is_completion or coalesce(completion, false))
        and coalesce(completion, true) as is_finish,
        role = 'programme' and verb = 'waived' as is_waiver,
        role = 'programme'
        and (verb in ('passed', 'failed') or (is_completion and success is not null))
        and not is_banked as is_grade
    from statements
)

select
    enrolment_id,
    min(case when counts_as_start then occurred_at end) as first_activity_at,
    min(
        case
            when is_learner_initiated or is_result or is_finish then occurred_at
        end
    ) as first_evidence_at,
    min(case when is_finish then occurred_at end) as finished_at,
    max(case when is_finish then 1 else 0 end) = 1 as is_finished,
    min(
        case when is_finish then case when is_imputed then 1 else 0 end end
    ) = 1 as is_finish_imputed,
    max(case when is_waiver then 1 else 0 end) = 1 as is_waived,
    max(
        case
            when is_grade
                then case when coalesce(success, verb = 'passed') then 1 else 0 end
        end
    ) = 1 as is_passed_as_a_whole,
    max(case when is_grade then score_scaled end) as programme_score_scaled,
    max(occurred_at) as last_evidence_at
from judged
group by enrolment_id
