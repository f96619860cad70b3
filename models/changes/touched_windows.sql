-- Enrolments whose windows of activity are computed anew: also those of a cohort whose
-- calendar changed.
{{ config(meta={'key': 'enrolment_id'}) }}

with

changed_calendars as (
    select distinct
        programme_id,
        cohort_id
    from {{ changes_of('int_cohort_calendars') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
)

select enrolment_id from {{ changes_of('fct_enrolments') }}
union
select enrolment_id from {{ changes_of('fct_learner_days') }}
union
select enrolments.enrolment_id
from enrolments
inner join changed_calendars
    on
        enrolments.programme_id = changed_calendars.programme_id
        and enrolments.cohort_id = changed_calendars.cohort_id
