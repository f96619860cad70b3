-- Enrolments whose observation is computed anew: also those that were running, which
-- every day adds to.
{{ config(meta={'key': 'enrolment_id'}) }}

with

known_until as (
    {{ programmes_known_otherwise() }}
),

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
)

select enrolment_id from {{ ref('touched_enrolments') }}
union
select episodes.enrolment_id
from episodes
inner join known_until on episodes.programme_id = known_until.programme_id
where
    episodes.matured_at >= known_until.known_from
    or episodes.cohort_ends_at >= known_until.known_from
    or known_until.known_from is null
