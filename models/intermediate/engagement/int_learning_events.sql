-- Learning events, the sitting that each belongs to, and the time that it adds to it. A
-- sitting ends where nothing follows for a while. What happens in live rooms is not
-- here: attendance has its own intervals.
{{ config(materialized='table') }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
),

learning as (
    select
        statement_id,
        enrolment_id,
        occurred_at,
        is_learner_initiated,
        interaction_count,
        -- Kept on a device until it found a connection: it counts when it happened.
        coalesce(
            {{ epoch_micros('stored_at') }} - {{ epoch_micros('occurred_at') }}
            > 60000000.0 * {{ var('offline_minutes') }},
            false
        ) as is_offline,
        -- A window left open overnight is not a night of learning.
        -- Nor is what a register says of a live room learning alone.
        case
            when verb = 'attended' and activity_kind = 'live_session' then 0
            else
                least(
                    greatest(coalesce(duration_seconds, 0), 0),
                    60 * {{ var('longest_sitting_minutes') }}
                )
        end as seconds
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
spans as (
    select
        *,
        {{ epoch_micros('occurred_at') }} - cast(seconds * 1000000 as bigint)
            as began_us,
        {{ epoch_micros('occurred_at') }} as ended_us
    from learning
),

preceded as (
    select
        *,
        max(ended_us) over (
            partition by enrolment_id
            order by began_us asc, ended_us asc, statement_id asc
            rows between unbounded preceding and 1 preceding
        ) as known_until_us
    from spans
),

opened as (
    select
        *,
        case
            when
                began_us <= known_until_us + 60000000.0 * {{ var('idle_gap_minutes') }}
                then 0
            else 1
        end as opens_sitting
    from preceded
)

select
    enrolment_id,
    statement_id,
    cast(sum(opens_sitting) over (
        partition by enrolment_id
        order by began_us asc, ended_us asc, statement_id asc
        rows between unbounded preceding and current row
    ) as bigint) as sitting_no,
    occurred_at,
    is_learner_initiated,
    is_offline,
    interaction_count,
    -- The silence since what was known before it, where that is part of the sitting.
    greatest(
        ended_us - case when opens_sitting = 1 then began_us else known_until_us end, 0
    ) / 1000000.0 as added_seconds
from opened
