-- Cohorts with a changed day of a learner, calendar or description.
{{ config(meta={'key': ['programme_id', 'cohort_id']}) }}

select
    programme_id,
    cohort_id
from {{ changes_of('fct_learner_days') }}
union
select
    programme_id,
    cohort_id
from {{ changes_of('int_cohort_calendars') }}
union
select
    programme_id,
    cohort_id
from {{ changes_of('dim_cohorts') }}
