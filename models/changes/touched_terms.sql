-- Enrolments whose clock changed, or their due dates, waivers or record of the person.
{{ config(meta={'key': 'enrolment_id'}) }}

with

changed_people as (
    select learner_key from {{ changes_of('stg_organisation__people') }}
    union
    select learner_key from {{ changes_of('stg_organisation__waivers') }}
    union
    select learner_key from {{ changes_of('int_exclusions') }}
),

changed_programmes as (
    select distinct programme_id
    from {{ changes_of('stg_organisation__due_dates') }}
),

clocks as (
    select * from {{ ref('int_enrolment_clocks') }}
)

select enrolment_id from {{ changes_of('int_enrolment_clocks') }}
union
select clocks.enrolment_id
from clocks
inner join changed_people on clocks.learner_key = changed_people.learner_key
union
select clocks.enrolment_id
from clocks
inner join changed_programmes
    on clocks.programme_id = changed_programmes.programme_id
