{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_days'},
) }}

with

learning_sessions as (
    select * from {{ ref('int_learning_sessions') }}
    {{ only_touched('touched_days', 'enrolment_id') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

learners as (
    select * from {{ ref('dim_learners') }}
),

unit_statements as (
    select
        enrolment_id,
        object_id,
        occurred_at,
        (is_completion or completion) and coalesce(completion, true) as is_completed,
        {{ takes_back_completion() }} as takes_back
    from {{ ref('int_statements_bound_to_enrolments') }}
    where role <> 'programme' and not is_banked and occurred_at is not null
    {{ only_touched('touched_days', 'enrolment_id', 'and') }}
),

judged as (
    select
        *,
        {{ is_taken_back('takes_back', ['enrolment_id', 'object_id']) }}
            as is_taken_back
    from unit_statements
),

completions as (
    select
        enrolment_id,
        object_id as activity_id,
        min(occurred_at) as completed_at
    from judged
    where is_completed and not is_taken_back
    group by enrolment_id, object_id
),

-- The completion of a unit may be reported some minutes after the learner's last event.
completed as (
    select
        learning_sessions.enrolment_id,
        learning_sessions.learning_session_no,
        count(*) as completed_unit_count
    from learning_sessions
    inner join completions
        on
            learning_sessions.enrolment_id = completions.enrolment_id
            and learning_sessions.first_event_at <= completions.completed_at
            and {{ epoch_micros('completions.completed_at') }}
            <= {{ epoch_micros('learning_sessions.last_event_at') }}
            + 60000000.0 * {{ var('idle_gap_minutes') }}
    group by learning_sessions.enrolment_id, learning_sessions.learning_session_no
),

followed as (
    select
        *,
        lead(first_event_at) over (
            partition by enrolment_id order by learning_session_no asc
        ) as next_event_at
    from learning_sessions
)

select
    ---------- ids
    followed.enrolment_id,
    followed.learning_session_no,
    enrolments.learner_key,
    enrolments.programme_id,
    enrolments.cohort_id,
    ---------- strings
    enrolments.delivery_mode,
    enrolments.outcome_category,
    ---------- numerics
    followed.event_count,
    followed.offline_event_count,
    cast(coalesce(completed.completed_unit_count, 0) as bigint) as completed_unit_count,
    {{ seconds_of_micros('followed.active_micros') }} as active_seconds,
    {{ seconds_of_micros('followed.excess_micros') }} as excess_claimed_seconds,
    {{ whole_days('followed.last_event_at', 'followed.next_event_at') }}
        as days_until_next,
    ---------- booleans
    followed.active_micros >= 60000000.0 * {{ var('micro_session_minutes_least') }}
    and followed.active_micros
    <= 60000000.0 * {{ var('micro_session_minutes_most') }} as is_micro,
    ---------- dates
    cast(
        {{ local_timestamp('followed.first_event_at', 'learners.time_zone') }} as date
    ) as active_date,
    ---------- timestamps
    followed.first_event_at,
    followed.last_event_at
from followed
inner join enrolments on followed.enrolment_id = enrolments.enrolment_id
inner join learners on enrolments.learner_key = learners.learner_key
left join completed
    on
        followed.enrolment_id = completed.enrolment_id
        and followed.learning_session_no = completed.learning_session_no
