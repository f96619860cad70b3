-- Whether anything was recorded that could show a start: a cohort without a single
-- such event was not measured, which is not the same as nobody having started.
with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
)

select
    programme_id,
    cohort_id,
    max(case when counts_as_start then 1 else 0 end) = 1 as has_activity_evidence
from statements
group by programme_id, cohort_id
