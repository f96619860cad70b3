-- Enrolments whose submissions are computed anew: also those that became due, and those
-- of a programme whose list of activities changed.
{{ config(meta={'key': 'enrolment_id'}) }}

with

known_until as (
    {{ programmes_known_otherwise() }}
),

submissions_before as (
    select * from {{ previous('fct_submissions') }}
),

changed_programmes as (
    select distinct programme_id
    from {{ changes_of('stg_organisation__activities') }}
),

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
)

select enrolment_id from {{ ref('touched_enrolments') }}
union
select submissions_before.enrolment_id
from submissions_before
inner join known_until
    on submissions_before.programme_id = known_until.programme_id
where
    submissions_before.due_at >= known_until.known_from
    or known_until.known_from is null
union
select episodes.enrolment_id
from episodes
inner join changed_programmes
    on episodes.programme_id = changed_programmes.programme_id
