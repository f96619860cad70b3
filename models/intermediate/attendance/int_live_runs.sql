-- The session that each run of a live room belongs to: the planned session that it was,
-- else the first run of the meeting. A cancelled session was not held, so a run that
-- took place nevertheless is a session of its own, in which no learner was expected.
{{ config(materialized='table') }}

with

reports as (
    select * from {{ ref('int_live_run_reports') }}
),

duplicate_reports as (
    select * from {{ ref('int_duplicate_reports') }}
),

restarted_runs as (
    select * from {{ ref('int_restarted_runs') }}
),

matches as (
    select * from {{ ref('int_live_run_matches') }}
),

canonical_runs as (
    select
        reports.*,
        coalesce(
            duplicate_reports.canonical_session_id, reports.technical_session_id
        ) as canonical_session_id,
        duplicate_reports.technical_session_id is not null as is_duplicate_report
    from reports
    left join duplicate_reports
        on
            reports.source = duplicate_reports.source
            and reports.technical_session_id = duplicate_reports.technical_session_id
),

runs as (
    select
        canonical_runs.*,
        coalesce(restarted_runs.first_session_id, canonical_runs.canonical_session_id)
            as first_session_id,
        restarted_runs.technical_session_id is not null as is_restart
    from canonical_runs
    left join restarted_runs
        on
            canonical_runs.source = restarted_runs.source
            and canonical_runs.canonical_session_id
            = restarted_runs.technical_session_id
),

-- Of the reports of one meeting only one may name what the plan knows it by. The report
-- that represents the meeting is asked first.
matches_of_meetings as (
    select
        runs.source,
        runs.canonical_session_id,
        runs.first_session_id,
        matches.planned_session_id,
        matches.is_cancelled,
        row_number() over (
            partition by runs.source, runs.canonical_session_id
            order by
                case when runs.is_duplicate_report then 1 else 0 end asc,
                case when matches.is_cancelled then 1 else 0 end asc,
                matches.planned_session_id asc
        ) as match_rank
    from runs
    inner join matches
        on
            runs.source = matches.source
            and runs.technical_session_id = matches.technical_session_id
),

meeting_matches as (
    select * from matches_of_meetings
    where match_rank = 1
),

-- A part of a restarted meeting that no plan matches is of the plan of the other parts.
restart_matches as (
    select
        source,
        first_session_id,
        min(planned_session_id) as planned_session_id
    from meeting_matches
    where not is_cancelled
    group by source, first_session_id
    having count(distinct planned_session_id) = 1
),

planned_runs as (
    select
        runs.*,
        coalesce(meeting_matches.is_cancelled, false) as is_held_though_cancelled,
        case
            when meeting_matches.canonical_session_id is null
                then restart_matches.planned_session_id
            when not meeting_matches.is_cancelled
                then meeting_matches.planned_session_id
        end as planned_session_id
    from runs
    left join meeting_matches
        on
            runs.source = meeting_matches.source
            and runs.canonical_session_id = meeting_matches.canonical_session_id
    left join restart_matches
        on
            runs.source = restart_matches.source
            and runs.first_session_id = restart_matches.first_session_id
)

select
    source,
    technical_session_id,
    canonical_session_id,
    join_key,
    title_key,
    planned_session_id,
    coalesce(planned_session_id, first_session_id) as session_id,
    connection_count,
    precision_seconds,
    is_duplicate_report,
    is_restart,
    is_held_though_cancelled,
    started_at,
    ended_at,
    reported_end_at
from planned_runs
