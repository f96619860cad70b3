with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

learners as (
    select * from {{ ref('dim_learners') }}
),

events as (
    select * from {{ ref('int_learning_events') }}
),

attendances as (
    select * from {{ ref('fct_session_attendances') }}
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

since_midnight as (
    select
        *,
        {{ seconds_between(
            utc_from_local('cast(active_date as timestamp)', 'time_zone'),
            'occurred_at'
        ) }} as seconds_of_day
    from learning
),

-- Learning that goes on over midnight is on both days. Looking into a room is not
-- attending it.
activity as (
    select
        enrolment_id,
        active_date,
        case when is_learner_initiated then 1 else 0 end as event_count,
        interaction_count,
        nullif(least(added_seconds, seconds_of_day), 0) as self_paced_seconds,
        cast(null as double) as live_seconds
    from since_midnight
    union all
    select
        enrolment_id,
        {{ day_after('active_date', '-1') }} as active_date,
        0 as event_count,
        cast(null as bigint) as interaction_count,
        added_seconds - seconds_of_day as self_paced_seconds,
        cast(null as double) as live_seconds
    from since_midnight
    where added_seconds > seconds_of_day
    union all
    select
        enrolled.enrolment_id,
        cast({{ local_timestamp(
            'attendances.first_joined_at', 'enrolled.time_zone'
        ) }} as date) as active_date,
        0 as event_count,
        cast(null as bigint) as interaction_count,
        cast(null as double) as self_paced_seconds,
        attendances.attended_seconds as live_seconds
    from attendances
    inner join enrolled on attendances.enrolment_id = enrolled.enrolment_id
    where
        attendances.attended_seconds >= 60 * {{ var('attendance_minutes_floor') }}
)

select
    ---------- ids
    activity.enrolment_id,
    enrolled.learner_key,
    enrolled.programme_id,
    enrolled.cohort_id,
    ---------- strings
    enrolled.delivery_mode,
    enrolled.outcome_category,
    ---------- numerics
    cast(sum(activity.event_count) as bigint) as event_count,
    cast(sum(activity.interaction_count) as bigint) as interaction_count,
    cast(sum(activity.self_paced_seconds) as double) as self_paced_seconds,
    cast(sum(activity.live_seconds) as double) as live_seconds,
    ---------- dates
    activity.active_date
from activity
inner join enrolled on activity.enrolment_id = enrolled.enrolment_id
group by
    activity.enrolment_id,
    enrolled.learner_key,
    enrolled.programme_id,
    enrolled.cohort_id,
    enrolled.delivery_mode,
    enrolled.outcome_category,
    activity.active_date
