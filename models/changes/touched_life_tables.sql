-- Cohorts with an enrolment whose observation changed.
{{ config(meta={'key': ['programme_id', 'cohort_id']}) }}

select distinct
    programme_id,
    cohort_id
from {{ changes_of('int_enrolment_exits') }}
