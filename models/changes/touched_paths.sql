-- Enrolments whose progress and openings are computed anew: also those with another
-- search, post, badge or question, and those of a programme with other steps.
{{ config(meta={'key': 'enrolment_id'}) }}

with

changed_programmes as (
    select distinct programme_id from {{ changes_of('int_path_steps') }}
),

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
)

select enrolment_id from {{ ref('touched_self_paced') }}
union
select enrolment_id from {{ changes_of('int_searches') }}
union
select enrolment_id from {{ changes_of('int_posts') }}
union
select enrolment_id from {{ changes_of('int_badges') }}
union
select enrolment_id from {{ changes_of('int_tutor_questions') }}
union
select episodes.enrolment_id
from episodes
inner join changed_programmes
    on episodes.programme_id = changed_programmes.programme_id
