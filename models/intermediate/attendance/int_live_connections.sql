-- Who was connected to which run of a live room, from when to when. A leave that names
-- its join closes that join; one that names none closes the last join before it. Of
-- several leaves of one join the latest counts, so that a fuller report outranks a
-- partial one. An attendance register names no run: its event takes the place of one,
-- from its start. Actors that are groups are left out, because they are programs that
-- take notes.
{{ config(materialized='table') }}

with

presence_statements as (
    select
        source,
        coalesce(technical_session_id, object_id) as technical_session_id,
        technical_session_id is null as is_from_register,
        learner_key,
        verb,
        occurred_at,
        coalesce(planned_start_at, occurred_at) as event_start_at,
        interval_started_at,
        duration_seconds,
        is_imputed
    from {{ ref('int_live_statements') }}
    where
        learner_key is not null
        and coalesce(actor_kind, 'agent') = 'agent'
        and occurred_at is not null
        and verb in ('joined', 'left', 'attended')
        and (
            technical_session_id is not null
            or (verb = 'attended' and activity_kind = 'live_session')
        )
        and (verb <> 'attended' or coalesce(completion, true))
),

-- A join and a leave of the same moment are ordered by the verb: joined, then left.
joins_and_leaves as (
    select
        source,
        technical_session_id,
        learner_key,
        verb,
        is_imputed,
        case
            when is_from_register and duration_seconds > 0
                then {{ add_seconds('event_start_at', 'duration_seconds') }}
            when verb <> 'joined' and not is_from_register then occurred_at
        end as left_at,
        case
            when is_from_register then event_start_at
            when verb = 'joined' then occurred_at
            when verb = 'attended' and duration_seconds > 0
                then {{ add_seconds('occurred_at', '-duration_seconds') }}
            when verb = 'left'
                then
                    coalesce(
                        interval_started_at,
                        max(case when verb = 'joined' then occurred_at end) over (
                            partition by source, technical_session_id, learner_key
                            order by occurred_at asc, verb asc
                            rows between unbounded preceding and current row
                        )
                    )
        end as joined_at
    from presence_statements
),

connections as (
    select
        source,
        technical_session_id,
        learner_key,
        joined_at,
        max(left_at) as left_at,
        max(case when verb <> 'joined' and is_imputed then 1 else 0 end) = 1
            as is_leave_imputed
    from joins_and_leaves
    where joined_at is not null
    group by source, technical_session_id, learner_key, joined_at
)

-- Two reports of a meeting may round the moment of one join differently. A connection
-- without an end next to one that ended is then the same connection, reported twice.
select connections.*
from connections
where
    connections.left_at is not null
    or not exists (
        select 1 as is_found
        from connections as closed_connections
        where
            closed_connections.source = connections.source
            and closed_connections.technical_session_id
            = connections.technical_session_id
            and closed_connections.learner_key = connections.learner_key
            and closed_connections.left_at is not null
            and abs(
                {{ micros_between(
                    'connections.joined_at', 'closed_connections.joined_at'
                ) }}
            ) <= 1000000.0 * {{ var('same_join_seconds') }}
    )
