-- Enrolments whose days are computed anew: also those with a changed attendance, and
-- those of a learner whose record changed.
{{ config(meta={'key': 'enrolment_id'}) }}

with

changed_learners as (
    select distinct learner_key from {{ changes_of('dim_learners') }}
),

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
)

select enrolment_id from {{ ref('touched_enrolments') }}
union
select enrolment_id from {{ changes_of('fct_session_attendances') }}
union
select episodes.enrolment_id
from episodes
inner join changed_learners on episodes.learner_key = changed_learners.learner_key
