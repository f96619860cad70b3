-- Presence per session and learner, with who is not to be counted taken out: hosts and
-- facilitators teach a session, they do not attend it.
{{ config(materialized='table') }}

with

intervals as (
    select * from {{ ref('int_attendance_intervals_merged') }}
),

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where cohort_id is not null
),

statements as (
    select * from {{ ref('int_statements_in_force') }}
    where technical_session_id is not null and instructor_key is not null
),

runs as (
    select * from {{ ref('int_live_runs') }}
),

links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

rosters as (
    select * from {{ ref('stg_organisation__enrolments') }}
),

claims as (
    select * from {{ ref('stg_organisation__session_claims') }}
    where claim = 'duration_seconds'
),

hosts as (
    select distinct
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
    select distinct
        sessions.session_id,
        rosters.learner_key
    from sessions
    inner join rosters
        on
            sessions.programme_id = rosters.programme_id
            and sessions.cohort_id = coalesce(rosters.cohort_id, sessions.cohort_id)
    where rosters.role <> 'learner'
),

teaching as (
    select
        session_id,
        learner_key
    from hosts
    union
    select
        session_id,
        learner_key
    from facilitators
),

claimed as (
    select
        runs.session_id,
        claims.learner_key,
        sum(claims.value) as reported_seconds
    from claims
    inner join runs
        on
            claims.source = runs.source
            and claims.technical_session_id = runs.technical_session_id
    group by runs.session_id, claims.learner_key
),

present as (
    select
        session_id,
        learner_key,
        sum(connection_count) as join_count,
        max(case when is_imputed then 1 else 0 end) = 1 as is_imputed,
        sum({{ seconds_between('joined_at', 'left_at') }}) as attended_seconds,
        min(joined_at) as first_joined_at,
        max(left_at) as last_left_at
    from intervals
    group by session_id, learner_key
)

select
    present.session_id,
    present.learner_key,
    cast(present.join_count as bigint) as join_count,
    cast(present.attended_seconds as double) as attended_seconds,
    cast(claimed.reported_seconds as double) as reported_seconds,
    present.is_imputed,
    present.first_joined_at,
    present.last_left_at
from present
inner join sessions on present.session_id = sessions.session_id
left join claimed
    on
        present.session_id = claimed.session_id
        and present.learner_key = claimed.learner_key
left join teaching
    on
        present.session_id = teaching.session_id
        and present.learner_key = teaching.learner_key
where teaching.learner_key is null
