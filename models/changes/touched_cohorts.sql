-- Cohorts with a changed row in a fact that KPIs are computed from.
{{ config(meta={'key': ['programme_id', 'cohort_id']}) }}

select
    programme_id,
    cohort_id
from {{ changes_of('fct_enrolments') }}
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_learner_engagement') }}
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_session_attendances') }}
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_sessions') }}
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_activity_windows') }}
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_activity_attempts') }}
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_submissions') }}
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
