-- Learning events, the learning session that each belongs to, and the time that it adds
-- to it. A learning session is uninterrupted activity: it ends where nothing follows
-- for longer than the idle gap. Presence in live sessions is not here, because
-- attendance has intervals of its own.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_enrolments'},
) }}

with

intervals as (
    select
        *,
        {{ epoch_micros('started_at') }} as started_us,
        {{ epoch_micros('ended_at') }} as ended_us,
        {{ epoch_micros('session_started_at') }} as session_started_us,
        -- A device without a connection stores its statements later; they count when
        -- they occurred.
        {{ micros_between('recorded_at', 'stored_at') }}
        > 60000000.0 * {{ var('offline_minutes') }} as is_offline
    from {{ ref('int_learning_intervals') }}
    {{ only_touched('touched_enrolments', 'enrolment_id') }}
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
),

-- The gap since the activity before it is part of the learning session too.
extended as (
    select
        *,
        cast(greatest(
            ended_us
            - case when opens_session = 1 then started_us else active_until_us end,
            0
        ) as bigint) as extended_micros
    from separated
),

in_content as (
    select
        *,
        -- What it adds after its session of content had been opened.
        least(
            extended_micros, greatest(ended_us - session_started_us, 0)
        ) as content_micros
    from extended
),

totalled as (
    select
        *,
        coalesce(sum(content_micros) over (
            partition by enrolment_id, content_session_key
            order by started_us asc, ended_us asc, statement_id asc
            rows between unbounded preceding and 1 preceding
        ), 0) as earlier_content_micros
    from in_content
),

limited as (
    select
        *,
        -- A session of content lasts no longer than its last statement claims.
        case
            when session_limit_micros is null then 0
            else greatest(
                content_micros
                - greatest(session_limit_micros - earlier_content_micros, 0),
                0
            )
        end as surplus_micros
    from totalled
)

select
    enrolment_id,
    statement_id,
    cast(sum(opens_session) over (
        partition by enrolment_id
        order by started_us asc, ended_us asc, statement_id asc
        rows between unbounded preceding and current row
    ) as bigint) as learning_session_no,
    ended_at as occurred_at,
    is_learner_initiated,
    is_offline,
    interaction_count,
    cast(extended_micros - surplus_micros as bigint) as added_micros,
    cast(claimed_micros as bigint) as claimed_micros,
    cast(case
        when claimed_micros is null then null
        when is_repeated
            then greatest(claimed_micros - extended_micros + surplus_micros, 0)
        else
            least(
                claimed_micros,
                claimed_micros - ended_us + started_us + surplus_micros
            )
    end as bigint) as excess_micros
from limited
