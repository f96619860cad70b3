-- The session that each run of a live room belongs to: the planned session that it was,
-- else the run itself. A cancelled session was not held, so a run that took place
-- nevertheless is a session of its own, in which no learner was expected.
{{ config(materialized='table') }}

with

reports as (
    select * from {{ ref('int_live_run_reports') }}
),

duplicate_reports as (
    select * from {{ ref('int_duplicate_reports') }}
),

matches as (
    select * from {{ ref('int_live_run_matches') }}
),

runs as (
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
)

select
    runs.source,
    runs.technical_session_id,
    runs.join_key,
    runs.title_key,
    case when not matches.is_cancelled then matches.planned_session_id end
        as planned_session_id,
    case
        when not matches.is_cancelled then matches.planned_session_id
        else runs.canonical_session_id
    end as session_id,
    runs.connection_count,
    runs.is_duplicate_report,
    coalesce(matches.is_cancelled, false) as is_held_though_cancelled,
    runs.started_at,
    runs.ended_at,
    runs.reported_end_at
from runs
left join matches
    on
        runs.source = matches.source
        and runs.canonical_session_id = matches.technical_session_id
