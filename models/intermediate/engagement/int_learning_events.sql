-- Learning events, the learning session that each belongs to, and the time that it adds
-- to it. A learning session is uninterrupted activity: it ends where nothing follows
-- for longer than the idle gap. Presence in live rooms is not here, because attendance
-- has intervals of its own.
{{ config(materialized='table') }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
),

learning_statements as (
    select
        statement_id,
        enrolment_id,
        occurred_at,
        is_learner_initiated,
        interaction_count,
        -- A device without a connection stores its statements later; they count when
        -- they occurred.
        coalesce(
            {{ micros_between('occurred_at', 'stored_at') }}
            > 60000000.0 * {{ var('offline_minutes') }},
            false
        ) as is_offline,
        -- A page left open overnight is not a night of learning, and the duration in an
        -- attendance register is time in a live session.
        case
            when verb = 'attended' and activity_kind = 'live_session' then 0
            else
                {{ micros_of_seconds(
                    'least(greatest(coalesce(duration_seconds, 0), 0), 60.0 * '
                    ~ var('longest_learning_session_minutes') ~ ')'
                ) }}
        end as duration_micros
    from statements
    where
        occurred_at is not null
        and not is_banked
        and (is_learner_initiated or (duration_seconds > 0 and role <> 'programme'))
        and not (
            technical_session_id is not null
            and verb in ('joined', 'left', 'attended')
        )
),

-- A duration ends with its statement.
intervals as (
    select
        *,
        {{ epoch_micros('occurred_at') }} - duration_micros as started_us,
        {{ epoch_micros('occurred_at') }} as ended_us
    from learning_statements
),

preceded as (
    select
        *,
        max(ended_us) over (
            partition by enrolment_id
            order by started_us asc, ended_us asc, statement_id asc
            rows between unbounded preceding and 1 preceding
        ) as active_until_us
    from intervals
),

separated as (
    select
        *,
        case
            when
                started_us
                <= active_until_us + 60000000.0 * {{ var('idle_gap_minutes') }}
                then 0
            else 1
        end as opens_session
    from preceded
)

select
    enrolment_id,
    statement_id,
    cast(sum(opens_session) over (
        partition by enrolment_id
        order by started_us asc, ended_us asc, statement_id asc
        rows between unbounded preceding and current row
    ) as bigint) as learning_session_no,
    occurred_at,
    is_learner_initiated,
    is_offline,
    interaction_count,
    -- The gap since the activity before it is part of the learning session too.
    cast(greatest(
        ended_us - case when opens_session = 1 then started_us else active_until_us end,
        0
    ) as bigint) as added_micros
from separated
