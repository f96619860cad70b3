-- Cohorts with a changed row in a fact that KPIs are computed from, where the row is or
-- was in the base of one. An enrolment that is in no base gives its attendances their
-- attributes.
{{ config(meta={'key': ['programme_id', 'cohort_id']}) }}

with

attendances as (
    select distinct enrolment_id from {{ ref('fct_session_attendances') }}
)

select
    programme_id,
    cohort_id
from {{ changes_of('fct_enrolments') }}
where
    any_measure is not null
    or enrolment_id in (select attendances.enrolment_id from attendances)
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_learner_engagement') }}
where any_measure is not null
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_session_attendances') }}
where any_measure is not null
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_activity_windows') }}
where any_measure is not null
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_activity_attempts') }}
where any_measure is not null
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_submissions') }}
where any_measure is not null
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_sessions') }}
union
select
    programme_id,
    cohort_id
from {{ changes_of('kpi_time_to_completion') }}
union
select
    programme_id,
    cohort_id
from {{ changes_of('kpi_cost_per_completion') }}
