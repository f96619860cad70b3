-- Cohorts with a changed row in a fact that KPIs are computed from, where the row is or
-- was in the base of one. An enrolment that is in no base gives its attendances their
-- attributes.
{{ config(meta={'key': ['programme_id', 'cohort_id']}) }}

with

attendances as (
    select distinct enrolment_id from {{ ref('fct_session_attendances') }}
),

changed_measures as (
    {{ cohorts_with_changed_measures() }}
)

select
    programme_id,
    cohort_id
from {{ changes_of('fct_enrolments') }}
where enrolment_id in (select attendances.enrolment_id from attendances)
union
select
    programme_id,
    cohort_id
from changed_measures
-- Their unmatched people bound the rates of comparison cells.
union
select
    programme_id,
    cohort_id
from {{ changes_of('fct_sessions') }}
