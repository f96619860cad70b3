-- The units of learning sessions. The completion of a unit may be reported some minutes
-- after the learner's last event.
with

learning_sessions as (
    select
        *,
        {{ epoch_micros('last_event_at') }}
        + 60000000.0 * {{ var('idle_gap_minutes') }} as until_us
    from {{ ref('int_learning_sessions') }}
    {{ only_touched('touched_self_paced', 'enrolment_id') }}
),

completions as (
    select
        *,
        {{ epoch_micros('completed_at') }} as completed_us
    from {{ ref('int_unit_completions') }}
    {{ only_touched('touched_self_paced', 'enrolment_id') }}
),

openings as (
    select * from {{ ref('int_activity_openings') }}
    where role in ('unit', 'pre_work', 'follow_up', 'practice')
    {{ only_touched('touched_self_paced', 'enrolment_id', 'and') }}
),

completed as (
    select
        learning_sessions.enrolment_id,
        learning_sessions.learning_session_no,
        count(*) as completed_unit_count,
        cast(null as bigint) as opened_unit_count,
        cast(null as bigint) as completed_opened_unit_count
    from learning_sessions
    inner join completions
        on
            learning_sessions.enrolment_id = completions.enrolment_id
            and learning_sessions.first_event_at <= completions.completed_at
            and learning_sessions.until_us >= completions.completed_us
    group by learning_sessions.enrolment_id, learning_sessions.learning_session_no
),

-- A unit that had been completed before is not opened for the sake of completing it.
opened as (
    select
        learning_sessions.enrolment_id,
        learning_sessions.learning_session_no,
        cast(null as bigint) as completed_unit_count,
        count(*) as opened_unit_count,
        sum(
            case when completions.completed_us <= learning_sessions.until_us then 1 end
        ) as completed_opened_unit_count
    from learning_sessions
    inner join openings
        on
            learning_sessions.enrolment_id = openings.enrolment_id
            and learning_sessions.first_event_at <= openings.opened_at
            and learning_sessions.last_event_at >= openings.opened_at
    left join completions
        on
            openings.enrolment_id = completions.enrolment_id
            and openings.activity_id = completions.activity_id
    where
        completions.completed_at is null
        or completions.completed_at >= learning_sessions.first_event_at
    group by learning_sessions.enrolment_id, learning_sessions.learning_session_no
),

counted as (
    select * from completed
    union all
    select * from opened
)

select
    enrolment_id,
    learning_session_no,
    cast(sum(completed_unit_count) as bigint) as completed_unit_count,
    case
        when sum(opened_unit_count) > 0
            then coalesce(sum(completed_opened_unit_count), 0) > 0
    end as has_completed_opened_unit
from counted
group by enrolment_id, learning_session_no
