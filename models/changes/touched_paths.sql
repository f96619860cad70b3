-- Enrolments whose progress on a path is computed anew: also those of a programme with
-- other steps than before.
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
select episodes.enrolment_id
from episodes
inner join changed_programmes
    on episodes.programme_id = changed_programmes.programme_id
