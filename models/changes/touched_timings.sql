-- Cohorts with a changed enrolment or description, in which durations are known or not
-- as a whole.
{{ config(meta={'key': ['programme_id', 'cohort_id']}) }}

select
    programme_id,
    cohort_id
from {{ changes_of('fct_enrolments') }}
union
select
    programme_id,
    cohort_id
from {{ changes_of('dim_cohorts') }}
