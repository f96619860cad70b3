-- A run may be a planned session that shares an identifier with it. A plan that names
-- no room may also be held in a room that belongs to its cohort, at the planned time.
with

runs as (
    select * from {{ ref('int_live_run_reports') }}
),

planned_sessions as (
    select * from {{ ref('int_planned_sessions') }}
    where starts_at is not null
),

bindings as (
    select * from {{ ref('int_live_session_bindings') }}
),

plan_identifiers as (
    select
        planned_session_id,
        planned_session_id as session_ref
    from planned_sessions
    union
    select
        planned_session_id,
        series_id as session_ref
    from planned_sessions
    union
    select
        planned_session_id,
        join_key as session_ref
    from planned_sessions
    union
    select
        planned_session_id,
        title_key as session_ref
    from planned_sessions
),

match_candidates as (
    select
        runs.source,
        runs.technical_session_id,
        plan_identifiers.planned_session_id,
        1 as specificity_rank
    from runs
    inner join plan_identifiers
        on
            coalesce(runs.join_key, runs.technical_session_id)
            = plan_identifiers.session_ref
    union all
    select
        runs.source,
        runs.technical_session_id,
        planned_sessions.planned_session_id,
        2 as specificity_rank
    from runs
    inner join bindings as room_bindings
        on
            coalesce(runs.join_key, runs.technical_session_id)
            = room_bindings.session_ref
    inner join bindings as plan_bindings
        on room_bindings.cohort_id = plan_bindings.cohort_id
    inner join planned_sessions
        on plan_bindings.session_ref = planned_sessions.planned_session_id
    where
        planned_sessions.join_key is null
        and runs.started_at < planned_sessions.ends_at
        and runs.ended_at > planned_sessions.starts_at
)

select
    source,
    technical_session_id,
    planned_session_id,
    cast(min(specificity_rank) as bigint) as specificity_rank
from match_candidates
group by source, technical_session_id, planned_session_id
