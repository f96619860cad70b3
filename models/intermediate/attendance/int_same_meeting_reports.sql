-- Pairs of reports of one meeting. Reports of one room that overlap are of one meeting,
-- because a room holds one at a time. Other reports have to begin at the same time and
-- to share the room, the title or the host, and people. Where none of the three is
-- shared, as between a Teams CSV and an answer of its interface that names no subject,
-- the times and more people decide. Two titles, or two rooms, are two meetings.
with

runs as (
    select * from {{ ref('int_live_run_reports') }}
),

overlapping_runs as (
    select * from {{ ref('int_overlapping_runs') }}
    where fullest_session_id <> technical_session_id
),

close_reports as (
    select * from {{ ref('int_close_reports') }}
),

shared_people as (
    select * from {{ ref('int_shared_people') }}
),

compared as (
    select
        close_reports.source,
        close_reports.technical_session_id,
        close_reports.other_session_id,
        shared_people.shared_count,
        shared_people.shared_count
        >= {{ var('same_meeting_people_share') }} * shared_people.fewest_count
            as shares_people,
        shared_people.has_same_host
        or coalesce(runs.join_key = others.join_key, false)
        or coalesce(runs.title_key = others.title_key, false) as has_same_identity,
        coalesce(
            runs.join_key <> others.join_key
            and runs.is_room_reported = others.is_room_reported
            and coalesce(runs.title_key <> others.title_key, true),
            false
        )
        or coalesce(
            runs.title_key <> others.title_key
            and coalesce(runs.join_key <> others.join_key, true),
            false
        ) as has_another_identity
    from close_reports
    inner join shared_people
        on
            close_reports.source = shared_people.source
            and close_reports.technical_session_id = shared_people.technical_session_id
            and close_reports.other_session_id = shared_people.other_session_id
    inner join runs
        on
            close_reports.source = runs.source
            and close_reports.technical_session_id = runs.technical_session_id
    inner join runs as others
        on
            close_reports.source = others.source
            and close_reports.other_session_id = others.technical_session_id
)

select
    source,
    technical_session_id,
    other_session_id,
    'start' as rule
from compared
where
    shares_people
    and not has_another_identity
    and (has_same_identity or shared_count >= {{ var('same_meeting_people') }})
union all
select
    source,
    technical_session_id,
    fullest_session_id as other_session_id,
    'room' as rule
from overlapping_runs
union all
select
    source,
    fullest_session_id as technical_session_id,
    technical_session_id as other_session_id,
    'room' as rule
from overlapping_runs
