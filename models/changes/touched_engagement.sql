-- Enrolments whose engagement is computed anew: also those with a streak that may have
-- ended since, those of a region with other days off, and those of a cohort in which
-- time was first measured.
{{ config(meta={'key': 'enrolment_id'}) }}

with

known_until as (
    select
        programme_id,
        count(activity_as_of) as state_count,
        max(case when is_new then activity_as_of end) as known_now,
        max(case when not is_new then activity_as_of end) as known_before
    from {{ changes_of('int_programmes_known_until') }}
    group by programme_id
),

streaks_before as (
    select * from {{ previous('fct_learner_streaks') }}
),

engagement_before as (
    select * from {{ previous('fct_learner_engagement') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

learner_days as (
    select * from {{ ref('fct_learner_days') }}
),

timed_now as (
    select distinct
        enrolments.programme_id,
        enrolments.cohort_id
    from learner_days
    inner join enrolments on learner_days.enrolment_id = enrolments.enrolment_id
    where
        learner_days.self_paced_seconds is not null
        or learner_days.live_seconds is not null
),

timed_before as (
    select distinct
        programme_id,
        cohort_id
    from engagement_before
    where has_time_evidence
),

learners as (
    select * from {{ ref('dim_learners') }}
),

changed_regions as (
    select distinct region from {{ changes_of('dim_business_days') }}
),

differently_timed as (
    select
        programme_id,
        cohort_id
    from (
        select * from timed_now
        union all
        select * from timed_before
    ) as timed
    group by programme_id, cohort_id
    having count(*) = 1
)

select enrolment_id from {{ ref('touched_days') }}
union
select enrolments.enrolment_id
from enrolments
inner join learners on enrolments.learner_key = learners.learner_key
inner join changed_regions on learners.region = changed_regions.region
union
select streaks_before.enrolment_id
from streaks_before
inner join known_until on streaks_before.programme_id = known_until.programme_id
where
    streaks_before.is_current
    or known_until.state_count < 2
    or coalesce(known_until.known_now < known_until.known_before, true)
union
select enrolments.enrolment_id
from enrolments
inner join differently_timed
    on
        enrolments.programme_id = differently_timed.programme_id
        and enrolments.cohort_id = differently_timed.cohort_id
