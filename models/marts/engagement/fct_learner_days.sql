{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_days', 'hands_on': ['programme_id', 'cohort_id']},
) }}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

learners as (
    select * from {{ ref('dim_learners') }}
),

events as (
    select * from {{ ref('int_learning_events') }}
    {{ only_touched('touched_days', 'enrolment_id') }}
),

attendances as (
    select * from {{ ref('fct_session_attendances') }}
    {{ only_touched('touched_days', 'enrolment_id') }}
),

enrolled as (
    select
        enrolments.enrolment_id,
        enrolments.learner_key,
        enrolments.programme_id,
        enrolments.cohort_id,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        learners.time_zone
    from enrolments
    inner join learners on enrolments.learner_key = learners.learner_key
),

learning as (
    select
        events.*,
        enrolled.time_zone,
        cast({{ local_timestamp('events.occurred_at', 'enrolled.time_zone') }} as date)
            as active_date
    from events
    inner join enrolled on events.enrolment_id = enrolled.enrolment_id
),

timed_learning as (
    select
        *,
        {{ micros_between(
            utc_from_local('cast(active_date as timestamp)', 'time_zone'),
            'occurred_at'
        ) }} as micros_since_midnight
    from learning
),

-- Learning that crosses midnight is on both days. A short presence in a live room makes
-- no day active.
activity as (
    select
        enrolment_id,
        active_date,
        case when is_learner_initiated then 1 else 0 end as event_count,
        interaction_count,
        nullif(least(added_micros, micros_since_midnight), 0) as self_paced_micros,
        cast(null as bigint) as live_micros
    from timed_learning
    union all
    select
        enrolment_id,
        {{ day_after('active_date', '-1') }} as active_date,
        0 as event_count,
        cast(null as bigint) as interaction_count,
        added_micros - micros_since_midnight as self_paced_micros,
        cast(null as bigint) as live_micros
    from timed_learning
    where added_micros > micros_since_midnight
    union all
    select
        enrolled.enrolment_id,
        cast({{ local_timestamp(
            'attendances.first_joined_at', 'enrolled.time_zone'
        ) }} as date) as active_date,
        0 as event_count,
        cast(null as bigint) as interaction_count,
        cast(null as bigint) as self_paced_micros,
        {{ micros_of_seconds('attendances.attended_seconds') }} as live_micros
    from attendances
    inner join enrolled on attendances.enrolment_id = enrolled.enrolment_id
    where
        attendances.attended_seconds >= 60 * {{ var('attendance_minutes_floor') }}
),

summed as (
    select
        enrolment_id,
        active_date,
        cast(sum(event_count) as bigint) as event_count,
        cast(sum(interaction_count) as bigint) as interaction_count,
        cast(sum(self_paced_micros) as bigint) as self_paced_micros,
        cast(sum(live_micros) as bigint) as live_micros
    from activity
    group by enrolment_id, active_date
)

select
    ---------- ids
    summed.enrolment_id,
    enrolled.learner_key,
    enrolled.programme_id,
    enrolled.cohort_id,
    ---------- strings
    enrolled.delivery_mode,
    enrolled.outcome_category,
    ---------- numerics
    summed.event_count,
    summed.interaction_count,
    {{ seconds_of_micros('summed.self_paced_micros') }} as self_paced_seconds,
    {{ seconds_of_micros('summed.live_micros') }} as live_seconds,
    ---------- dates
    summed.active_date
from summed
inner join enrolled on summed.enrolment_id = enrolled.enrolment_id
