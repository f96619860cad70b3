-- The report that represents a meeting: the one with the finest times, then the one
-- with most connections. Reports are of one meeting as well where a third report
-- connects them, in two steps.
with

runs as (
    select
        *,
        row_number() over (
            partition by source
            order by
                coalesce(precision_seconds, 1) asc,
                connection_count desc,
                technical_session_id asc
        ) as report_rank
    from {{ ref('int_live_run_reports') }}
    where connection_count > 0 and started_at is not null
),

pairs as (
    select distinct
        source,
        technical_session_id,
        other_session_id
    from {{ ref('int_same_meeting_reports') }}
),

edges as (
    select
        source,
        technical_session_id,
        other_session_id
    from pairs
    union all
    select
        source,
        technical_session_id,
        technical_session_id as other_session_id
    from runs
),

best_neighbours as (
    select
        edges.source,
        edges.technical_session_id,
        min(runs.report_rank) as best_rank
    from edges
    inner join runs
        on
            edges.source = runs.source
            and edges.other_session_id = runs.technical_session_id
    group by edges.source, edges.technical_session_id
),

best_of_meeting as (
    select
        edges.source,
        edges.technical_session_id,
        min(best_neighbours.best_rank) as best_rank
    from edges
    inner join best_neighbours
        on
            edges.source = best_neighbours.source
            and edges.other_session_id = best_neighbours.technical_session_id
    group by edges.source, edges.technical_session_id
),

best_reports as (
    select
        best_of_meeting.source,
        best_of_meeting.technical_session_id,
        runs.technical_session_id as best_session_id
    from best_of_meeting
    inner join runs
        on
            best_of_meeting.source = runs.source
            and best_of_meeting.best_rank = runs.report_rank
),

-- The best report of a report may have a better one itself, further away.
followed_once as (
    select
        best_reports.source,
        best_reports.technical_session_id,
        next_reports.best_session_id
    from best_reports
    inner join best_reports as next_reports
        on
            best_reports.source = next_reports.source
            and best_reports.best_session_id = next_reports.technical_session_id
)

select
    followed_once.source,
    followed_once.technical_session_id,
    next_reports.best_session_id as canonical_session_id
from followed_once
inner join followed_once as next_reports
    on
        followed_once.source = next_reports.source
        and followed_once.best_session_id = next_reports.technical_session_id
