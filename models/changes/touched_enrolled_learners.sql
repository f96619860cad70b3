-- Learners whose enrolments are numbered anew: those with a changed roster entry,
-- consent or reported enrolment, and all where a programme or cohort changed.
{{ config(meta={'key': 'learner_key'}) }}

with

changed_programmes as (
    select programme_id from {{ changes_of('stg_organisation__programmes') }}
    union
    select programme_id from {{ changes_of('stg_organisation__cohorts') }}
),

entries as (
    select * from {{ ref('int_roster_entries') }}
),

intervals as (
    select * from {{ ref('int_enrolment_intervals') }}
)

select learner_key from {{ changes_of('int_roster_entries') }}
union
select learner_key from {{ changes_of('stg_organisation__consents') }}
union
select learner_key from {{ changes_of('int_enrolment_intervals') }}
union
select learner_key from entries
where exists (select 1 from changed_programmes)
union
select learner_key from intervals
where exists (select 1 from changed_programmes)
