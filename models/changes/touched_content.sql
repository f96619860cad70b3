-- Enrolments whose content is looked at anew: those that learnt otherwise, and those of
-- a programme of which the list of content changed.
{{ config(meta={'key': 'enrolment_id'}) }}

with

changed_programmes as (
    select distinct programme_id from {{ changes_of('stg_organisation__content') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
)

select enrolment_id from {{ ref('touched_days') }}
union
select enrolment_id from {{ changes_of('fct_enrolments') }}
union
select enrolments.enrolment_id
from enrolments
inner join changed_programmes
    on enrolments.programme_id = changed_programmes.programme_id
