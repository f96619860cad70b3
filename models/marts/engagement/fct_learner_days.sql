with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

learners as (
    select * from {{ ref('dim_learners') }}
),

sittings as (
    select * from {{ ref('int_learning_sittings') }}
),

attendances as (
    select * from {{ ref('fct_session_attendances') }}
),

-- Looking into a room is not attending it.
activity as (
    select
        enrolment_id,
        first_event_at as active_at,
        event_count,
        interaction_count,
        active_seconds as self_paced_seconds,
        cast(null as double) as live_seconds
    from sittings
    union all
    select
        enrolment_id,
        first_joined_at as active_at,
        cast(0 as bigint) as event_count,
        cast(null as bigint) as interaction_count,
        cast(null as double) as self_paced_seconds,
        attended_seconds as live_seconds
    from attendances
    where
        enrolment_id is not null
        and attended_seconds >= 60 * {{ var('attendance_minutes_floor') }}
),

on_local_days as (
    select
        activity.*,
        enrolments.learner_key,
        enrolments.programme_id,
        enrolments.cohort_id,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        cast(
            {{ local_timestamp('activity.active_at', 'learners.time_zone') }} as date
        ) as active_date
    from activity
    inner join enrolments on activity.enrolment_id = enrolments.enrolment_id
    inner join learners on enrolments.learner_key = learners.learner_key
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    ---------- numerics
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(interaction_count) as bigint) as interaction_count,
    cast(sum(self_paced_seconds) as double) as self_paced_seconds,
    cast(sum(live_seconds) as double) as live_seconds,
    ---------- dates
    active_date
from on_local_days
group by
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    delivery_mode,
    outcome_category,
    active_date
