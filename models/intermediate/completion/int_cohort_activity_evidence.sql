-- Whether anything was recorded that could show a start. A cohort without such an event
-- was not measured: whether its learners started is unknown.
{{ config(
    materialized='incremental',
    unique_key=['programme_id', 'cohort_id'],
) }}

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
