-- Enrolments whose submissions are computed anew: also those that became due, those of
-- a programme whose list of activities changed, and those of a learner of whom the
-- organisation reports work, because it belongs to the closest of the learner's
-- enrolments.
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
),

reported as (
    select distinct learner_key from {{ ref('stg_organisation__submissions') }}
),

-- Of these learners the work may belong to another enrolment now.
rebound_learners as (
    select distinct learner_key
    from {{ changes_of('stg_organisation__submissions') }}
    union
    select episodes.learner_key
    from episodes
    inner join {{ ref('touched_enrolments') }} as touched_enrolments
        on episodes.enrolment_id = touched_enrolments.enrolment_id
    inner join reported on episodes.learner_key = reported.learner_key
    union
    select reported.learner_key
    from reported
    inner join {{ ref('touched_enrolled_learners') }} as enrolled_anew
        on reported.learner_key = enrolled_anew.learner_key
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
union
select episodes.enrolment_id
from episodes
inner join rebound_learners
    on episodes.learner_key = rebound_learners.learner_key
