-- Who teaches a live session: its hosts by the reports, its facilitators by the roster.
with

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where cohort_id is not null
),

statements as (
    select * from {{ ref('int_current_statements') }}
    where technical_session_id is not null and instructor_key is not null
),

runs as (
    select * from {{ ref('int_live_runs') }}
),

links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

rosters as (
    select * from {{ ref('int_roster_entries') }}
    where role <> 'learner'
),

hosts as (
    select
        runs.session_id,
        coalesce(links.learner_key, statements.instructor_key) as learner_key
    from statements
    inner join runs
        on
            statements.source = runs.source
            and statements.technical_session_id = runs.technical_session_id
    left join links on statements.instructor_key = links.actor_key
),

facilitators as (
    select
        sessions.session_id,
        rosters.learner_key
    from sessions
    inner join rosters
        on
            sessions.programme_id = rosters.programme_id
            and sessions.cohort_id = coalesce(rosters.cohort_id, sessions.cohort_id)
)

select
    session_id,
    learner_key
from hosts
union
select
    session_id,
    learner_key
from facilitators
