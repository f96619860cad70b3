-- A run may be a planned session that shares an identifier with it, or the title where
-- they are not known to be in different rooms. A plan that names no room may also be
-- held in a room that belongs to its cohort, at the planned time.
with

runs as (
    select
        *,
        coalesce(join_key, technical_session_id) as identifier
    from {{ ref('int_live_run_reports') }}
),

planned_sessions as (
    select * from {{ ref('int_planned_sessions') }}
    where starts_at is not null
),

planned_session_keys as (
    select * from {{ ref('int_planned_session_keys') }}
),

bindings as (
    select * from {{ ref('int_live_session_bindings') }}
),

match_candidates as (
    select
        runs.source,
        runs.technical_session_id,
        planned_session_keys.planned_session_id,
        1 as specificity_rank
    from runs
    inner join planned_session_keys
        on runs.identifier = planned_session_keys.join_key
    where planned_session_keys.key_type <> 'title'
    union all
    select
        runs.source,
        runs.technical_session_id,
        planned_sessions.planned_session_id,
        2 as specificity_rank
    from runs
    inner join planned_sessions on runs.title_key = planned_sessions.title_key
    where coalesce(runs.join_key = planned_sessions.join_key, true)
    union all
    select
        runs.source,
        runs.technical_session_id,
        planned_sessions.planned_session_id,
        3 as specificity_rank
    from runs
    inner join bindings as room_bindings
        on
            runs.identifier = room_bindings.session_ref
            and room_bindings.key_type in ('meeting', 'session')
    inner join bindings as plan_bindings
        on
            room_bindings.cohort_id = plan_bindings.cohort_id
            and plan_bindings.key_type = 'session'
    inner join planned_sessions
        on plan_bindings.session_ref = planned_sessions.planned_session_id
    where
        planned_sessions.join_key is null
        and runs.started_at < planned_sessions.ends_at
        and runs.ended_at > planned_sessions.starts_at
)

select
    match_candidates.source,
    match_candidates.technical_session_id,
    match_candidates.planned_session_id,
    cast(min(match_candidates.specificity_rank) as bigint) as specificity_rank
from match_candidates
inner join planned_sessions
    on match_candidates.planned_session_id = planned_sessions.planned_session_id
group by
    match_candidates.source,
    match_candidates.technical_session_id,
    match_candidates.planned_session_id
