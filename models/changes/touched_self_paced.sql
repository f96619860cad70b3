-- Enrolments whose self-paced work is computed anew: also those of a programme of which
-- another kind of evidence is reported than before.
{{ config(meta={'key': 'enrolment_id'}) }}

with

changed_programmes as (
    select distinct programme_id from {{ changes_of('int_programme_evidence') }}
),

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
)

select enrolment_id from {{ ref('touched_days') }}
union
select episodes.enrolment_id
from episodes
inner join changed_programmes
    on episodes.programme_id = changed_programmes.programme_id
