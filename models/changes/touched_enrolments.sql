-- Enrolments whose evidence, terms or attributes changed, whose cohort is measured now
-- or no longer, or of which something came to pass between the moments up to which the
-- programme was known before and is known now.
{{ config(meta={'key': 'enrolment_id'}) }}

with

changed_cohorts as (
    select distinct
        programme_id,
        cohort_id
    from {{ changes_of('int_cohort_activity_evidence') }}
),

known_until as (
    select
        programme_id,
        count(as_of) as state_count,
        min(case when is_ended then 1 else 0 end) as was_ended,
        max(case when is_ended then 1 else 0 end) as is_ended,
        min(as_of) as known_from,
        max(as_of) as known_to,
        min(activity_as_of) as activity_known_from,
        max(activity_as_of) as activity_known_to
    from {{ changes_of('int_programmes_known_until') }}
    group by programme_id
),

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
),

outcomes_before as (
    select * from {{ previous('int_enrolments_resolved_to_outcome') }}
),

-- A programme whose state was or is unknown is computed anew as a whole.
in_motion as (
    select episodes.enrolment_id
    from episodes
    inner join known_until on episodes.programme_id = known_until.programme_id
    left join outcomes_before on episodes.enrolment_id = outcomes_before.enrolment_id
    where
        known_until.state_count < 2
        or known_until.was_ended < known_until.is_ended
        or known_until.known_from is null
        or (
            episodes.matured_at >= known_until.known_from
            and episodes.matured_at <= known_until.known_to
        )
        or (
            episodes.matured_at >= known_until.activity_known_from
            and episodes.matured_at <= known_until.activity_known_to
        )
        or (
            outcomes_before.due_at >= known_until.known_from
            and outcomes_before.due_at <= known_until.known_to
        )
        or (
            outcomes_before.left_at >= known_until.known_from
            and outcomes_before.left_at <= known_until.known_to
        )
)

select enrolment_id from {{ changes_of('int_statements_bound_to_enrolments') }}
union
select enrolment_id from {{ changes_of('int_enrolment_clocks') }}
union
select enrolment_id from {{ changes_of('int_enrolment_terms') }}
union
select enrolment_id from {{ changes_of('int_enrolment_attributes') }}
union
select enrolment_id from {{ changes_of('int_enrolments_finished_by_attendance') }}
union
select enrolment_id from in_motion
union
select episodes.enrolment_id
from episodes
inner join changed_cohorts
    on
        episodes.programme_id = changed_cohorts.programme_id
        and episodes.cohort_id = changed_cohorts.cohort_id
