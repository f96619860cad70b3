-- Enrolments whose feedback is computed anew: also those that learnt or attended
-- otherwise, those whose time to wait for it or to go on is over now, and those of a
-- programme in which feedback is recorded for the first time or no longer.
{{ config(meta={'key': 'enrolment_id'}) }}

with

known_until as (
    {{ programmes_known_otherwise() }}
),

submissions_before as (
    select * from {{ previous('fct_submissions') }}
),

otherwise_graded as (
    select distinct programme_id
    from {{ changes_of('int_programmes_with_feedback') }}
),

learning as (
    select enrolment_id from {{ ref('touched_days') }}
)

select enrolment_id from {{ ref('touched_submissions') }}
union
select enrolment_id from {{ changes_of('int_submissions') }}
union
select submissions_before.enrolment_id
from submissions_before
inner join learning
    on submissions_before.enrolment_id = learning.enrolment_id
union
select submissions_before.enrolment_id
from submissions_before
inner join known_until
    on submissions_before.programme_id = known_until.programme_id
where
    {{ add_days('submissions_before.submitted_at', 1) }} >= known_until.known_from
    or {{ add_days('submissions_before.feedback_at', var('momentum_days')) }}
    >= known_until.known_from
union
select submissions_before.enrolment_id
from submissions_before
inner join otherwise_graded
    on submissions_before.programme_id = otherwise_graded.programme_id
