-- Two kinds of report describe a run that another report describes better: a report
-- without connections (polls, questions, a recording) of a run of the same room or
-- title at the same time, and a report with connections of a meeting that a finer or
-- fuller report represents.
with

runs as (
    select * from {{ ref('int_live_run_reports') }}
),

canonical_reports as (
    select * from {{ ref('int_canonical_reports') }}
),

connected_runs as (
    select
        runs.source,
        runs.technical_session_id,
        connected_runs.technical_session_id as connected_session_id,
        row_number() over (
            partition by runs.source, runs.technical_session_id
            order by
                connected_runs.connection_count desc,
                connected_runs.technical_session_id asc
        ) as match_rank
    from runs
    inner join runs as connected_runs
        on
            runs.source = connected_runs.source
            and runs.started_at
            <= coalesce(connected_runs.ended_at, connected_runs.started_at)
            and connected_runs.started_at <= coalesce(runs.ended_at, runs.started_at)
            and coalesce(runs.join_key = connected_runs.join_key, true)
            and (
                runs.join_key = connected_runs.join_key
                or runs.title_key = connected_runs.title_key
            )
    where runs.connection_count = 0 and connected_runs.connection_count > 0
),

canonical_runs as (
    select
        runs.source,
        runs.technical_session_id,
        coalesce(
            canonical_reports.canonical_session_id,
            connected_runs.connected_session_id,
            runs.technical_session_id
        ) as canonical_session_id
    from runs
    left join connected_runs
        on
            runs.source = connected_runs.source
            and runs.technical_session_id = connected_runs.technical_session_id
            and connected_runs.match_rank = 1
    left join canonical_reports
        on
            runs.source = canonical_reports.source
            and coalesce(
                connected_runs.connected_session_id, runs.technical_session_id
            ) = canonical_reports.technical_session_id
)

select
    source,
    technical_session_id,
    canonical_session_id
from canonical_runs
where canonical_session_id <> technical_session_id
