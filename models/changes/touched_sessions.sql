-- Live sessions whose attendances are computed anew: those with a changed status, with
-- an enrolment, learner or cohort that changed, and all where a session itself changed.
{{ config(meta={'key': 'session_id'}) }}

with

changed_statuses as (
    select * from {{ changes_of('int_attendance_statuses') }}
),

changed_sessions as (
    select * from {{ changes_of('int_live_sessions') }}
),

changed_enrolments as (
    select * from {{ changes_of('fct_enrolments') }}
),

changed_learners as (
    select * from {{ changes_of('dim_learners') }}
),

changed_cohorts as (
    select distinct
        programme_id,
        cohort_id
    from {{ changes_of('dim_cohorts') }}
),

statuses as (
    select * from {{ ref('int_attendance_statuses') }}
),

attendances_before as (
    select * from {{ previous('fct_session_attendances') }}
)

select session_id from changed_statuses
union
select session_id from statuses
where exists (select 1 from changed_sessions)
union
select session_id from attendances_before
where exists (select 1 from changed_sessions)
union
select attendances_before.session_id
from attendances_before
inner join changed_enrolments
    on attendances_before.enrolment_id = changed_enrolments.enrolment_id
union
select attendances_before.session_id
from attendances_before
inner join changed_learners
    on attendances_before.learner_key = changed_learners.learner_key
union
select statuses.session_id
from statuses
inner join {{ ref('int_live_sessions') }} as sessions
    on statuses.session_id = sessions.session_id
inner join changed_cohorts
    on
        sessions.programme_id = changed_cohorts.programme_id
        and sessions.cohort_id = changed_cohorts.cohort_id
