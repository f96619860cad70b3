-- Who teaches a live session: its hosts as reported, its facilitators by the roster.
with

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where cohort_id is not null
),

runs as (
    select * from {{ ref('int_live_runs') }}
),

rosters as (
    select * from {{ ref('int_roster_entries') }}
    where role <> 'learner'
),

hosts as (
    select * from {{ ref('int_live_run_hosts') }}
)

select
    runs.session_id,
    hosts.learner_key
from hosts
inner join runs
    on
        hosts.source = runs.source
        and hosts.technical_session_id = runs.technical_session_id
union
select
    sessions.session_id,
    rosters.learner_key
from sessions
inner join rosters
    on
        sessions.programme_id = rosters.programme_id
        and sessions.cohort_id = coalesce(rosters.cohort_id, sessions.cohort_id)
