-- Of the planned sessions that a run may be, it is one at about its time: a session
-- that was not cancelled first, then the more specific candidate, then the longest
-- overlap.
with

candidates as (
    select * from {{ ref('int_live_run_candidates') }}
),

runs as (
    select * from {{ ref('int_live_run_reports') }}
    where started_at is not null
),

planned_sessions as (
    select * from {{ ref('int_planned_sessions') }}
),

timed_candidates as (
    select
        candidates.source,
        candidates.technical_session_id,
        candidates.planned_session_id,
        candidates.specificity_rank,
        coalesce(planned_sessions.status, 'confirmed') = 'cancelled' as is_cancelled,
        {{ epoch_micros('runs.started_at') }} as started_us,
        {{ epoch_micros('coalesce(runs.ended_at, runs.started_at)') }} as ended_us,
        {{ epoch_micros('planned_sessions.starts_at') }} as planned_start_us,
        {{ epoch_micros(
            'coalesce(planned_sessions.ends_at, planned_sessions.starts_at)'
        ) }} as planned_end_us
    from candidates
    inner join runs
        on
            candidates.source = runs.source
            and candidates.technical_session_id = runs.technical_session_id
    inner join planned_sessions
        on candidates.planned_session_id = planned_sessions.planned_session_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by source, technical_session_id
            order by
                case when is_cancelled then 1 else 0 end asc,
                specificity_rank asc,
                least(ended_us, planned_end_us)
                - greatest(started_us, planned_start_us) desc,
                abs(started_us - planned_start_us) asc,
                planned_session_id asc
        ) as match_rank
    from timed_candidates
    where
        greatest(started_us - planned_end_us, planned_start_us - ended_us)
        <= 60000000.0 * {{ var('session_slack_minutes') }}
)

select
    source,
    technical_session_id,
    planned_session_id,
    is_cancelled
from ranked
where match_rank = 1
