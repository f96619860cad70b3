-- A room that closes and opens again within minutes, with the same host and the same
-- people, goes on with the same session: the host's client crashed, or the host ended
-- the meeting by mistake. Where there is a plan, it decides (int_live_runs).
with

successions as (
    select * from {{ ref('int_room_successions') }}
),

shared_people as (
    select * from {{ ref('int_shared_people') }}
),

canonical_reports as (
    select * from {{ ref('int_canonical_reports') }}
),

runs as (
    select * from {{ ref('int_live_run_reports') }}
),

restarts as (
    select distinct
        successions.source,
        canonical_reports.canonical_session_id as technical_session_id,
        previous_reports.canonical_session_id as previous_session_id
    from successions
    inner join shared_people
        on
            successions.source = shared_people.source
            and successions.technical_session_id = shared_people.technical_session_id
            and successions.previous_session_id = shared_people.other_session_id
    inner join canonical_reports
        on
            successions.source = canonical_reports.source
            and successions.technical_session_id
            = canonical_reports.technical_session_id
    inner join canonical_reports as previous_reports
        on
            successions.source = previous_reports.source
            and successions.previous_session_id = previous_reports.technical_session_id
    where
        shared_people.has_same_host
        and shared_people.shared_count
        >= {{ var('same_meeting_people_share') }} * shared_people.fewest_count
        and canonical_reports.canonical_session_id
        <> previous_reports.canonical_session_id
),

ranked as (
    select
        restarts.*,
        row_number() over (
            partition by restarts.source, restarts.technical_session_id
            order by runs.started_at desc, restarts.previous_session_id asc
        ) as recency_rank
    from restarts
    inner join runs
        on
            restarts.source = runs.source
            and restarts.previous_session_id = runs.technical_session_id
),

previous_runs as (
    select
        source,
        technical_session_id,
        previous_session_id
    from ranked
    where recency_rank = 1
),

-- Each step doubles how many restarts of one session are followed back: eight in all.
two_back as (
    select
        previous_runs.source,
        previous_runs.technical_session_id,
        coalesce(earlier.previous_session_id, previous_runs.previous_session_id)
            as previous_session_id
    from previous_runs
    left join previous_runs as earlier
        on
            previous_runs.source = earlier.source
            and previous_runs.previous_session_id = earlier.technical_session_id
),

four_back as (
    select
        two_back.source,
        two_back.technical_session_id,
        coalesce(earlier.previous_session_id, two_back.previous_session_id)
            as previous_session_id
    from two_back
    left join two_back as earlier
        on
            two_back.source = earlier.source
            and two_back.previous_session_id = earlier.technical_session_id
)

select
    four_back.source,
    four_back.technical_session_id,
    coalesce(earlier.previous_session_id, four_back.previous_session_id)
        as first_session_id
from four_back
left join four_back as earlier
    on
        four_back.source = earlier.source
        and four_back.previous_session_id = earlier.technical_session_id
