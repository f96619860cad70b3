-- Who was connected to which run of a live room, from when to when. A leave names the
-- join that it closes; one that does not closes the last join before it. Of several
-- leaves of one join the latest holds, so that a fuller report outranks a partial one.
-- A register knows no run: its event stands in for one, from its beginning on. Groups
-- are no people: programs that take notes.
{{ config(materialized='table') }}

with

statements as (
    select
        source,
        coalesce(technical_session_id, object_id) as technical_session_id,
        technical_session_id is null as is_of_register,
        learner_key,
        verb,
        occurred_at,
        coalesce(planned_start_at, occurred_at) as begun_at,
        interval_started_at,
        duration_seconds,
        is_imputed
    from {{ ref('int_current_statements') }}
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

placed as (
    select
        source,
        technical_session_id,
        learner_key,
        verb,
        occurred_at,
        is_imputed,
        case
            when is_of_register and duration_seconds > 0
                then {{ add_seconds('begun_at', 'duration_seconds') }}
            when verb <> 'joined' and not is_of_register then occurred_at
        end as left_at,
        case
            when is_of_register then begun_at
            when verb = 'joined' then occurred_at
            when verb = 'attended' and duration_seconds > 0
                then {{ add_seconds('occurred_at', '-duration_seconds') }}
            when verb = 'left'
                then
                    coalesce(
                        interval_started_at,
                        max(case when verb = 'joined' then occurred_at end) over (
                            partition by source, technical_session_id, learner_key
                            order by occurred_at asc
                            rows between unbounded preceding and current row
                        )
                    )
        end as joined_at
    from statements
),

paired as (
    select
        source,
        technical_session_id,
        learner_key,
        joined_at,
        max(left_at) as left_at,
        max(case when verb <> 'joined' and is_imputed then 1 else 0 end) = 1
            as is_leave_imputed
    from placed
    where joined_at is not null
    group by source, technical_session_id, learner_key, joined_at
)

-- Two reports of a meeting may round one join differently: an open connection beside
-- one that ended is the same, told less fully.
select paired.*
from paired
where
    paired.left_at is not null
    or not exists (
        select 1 as one
        from paired as fuller
        where
            fuller.source = paired.source
            and fuller.technical_session_id = paired.technical_session_id
            and fuller.learner_key = paired.learner_key
            and fuller.left_at is not null
            and abs({{ seconds_between('paired.joined_at', 'fuller.joined_at') }})
            <= {{ var('same_join_seconds') }}
    )
