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

runs as (
    select * from {{ ref('int_live_runs') }}
),

connections as (
    select * from {{ ref('int_live_connections') }}
),

teachers as (
    select * from {{ ref('int_session_teachers') }}
),

programmes as (
    select * from {{ ref('stg_organisation__programmes') }}
),

consents as (
    select * from {{ ref('stg_organisation__consents') }}
),

groups_of_nobody as (
    select distinct learner_key
    from {{ ref('int_current_statements') }}
    where actor_kind = 'group'
),

claims as (
    select session_claims.*
    from {{ ref('stg_organisation__session_claims') }} as session_claims
    left join groups_of_nobody
        on session_claims.learner_key = groups_of_nobody.learner_key
    where
        session_claims.claim = 'duration_seconds'
        and groups_of_nobody.learner_key is null
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
    where not coalesce(runs.is_told_again, false)
    group by runs.session_id, claims.learner_key
),

-- A connection too short for the source's clock still shows that somebody was there,
-- and so does a vendor's total without any connection, though not for how long.
connected as (
    select
        runs.session_id,
        connections.learner_key,
        count(*) as join_count,
        max(
            case
                when
                    connections.joined_at <= sessions.counts_until_at
                    and coalesce(
                        connections.left_at,
                        runs.reported_end_at,
                        sessions.planned_end_at,
                        connections.joined_at
                    ) >= sessions.counts_from_at
                    then 1
                else 0
            end
        ) = 1 as is_inside,
        max(
            case
                when
                    coalesce(
                        connections.left_at,
                        runs.reported_end_at,
                        sessions.planned_end_at
                    ) is null
                    then 1
                else 0
            end
        ) = 1 as is_end_unknown,
        min(greatest(connections.joined_at, sessions.counts_from_at))
            as first_joined_at
    from connections
    inner join runs
        on
            connections.source = runs.source
            and connections.technical_session_id = runs.technical_session_id
    inner join sessions on runs.session_id = sessions.session_id
    group by runs.session_id, connections.learner_key
),

stayed as (
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
),

present as (
    select
        coalesce(connected.session_id, claimed.session_id) as session_id,
        coalesce(connected.learner_key, claimed.learner_key) as learner_key,
        claimed.reported_seconds,
        stayed.last_left_at,
        coalesce(stayed.join_count, connected.join_count, 0) as join_count,
        coalesce(stayed.is_imputed, false) as is_imputed,
        case
            when stayed.session_id is not null then stayed.attended_seconds
            when connected.is_inside and not connected.is_end_unknown then 0
        end as attended_seconds,
        coalesce(stayed.first_joined_at, connected.first_joined_at)
            as first_joined_at
    from connected
    full outer join claimed
        on
            connected.session_id = claimed.session_id
            and connected.learner_key = claimed.learner_key
    left join stayed
        on
            connected.session_id = stayed.session_id
            and connected.learner_key = stayed.learner_key
    where coalesce(connected.is_inside, true)
)

select
    present.session_id,
    present.learner_key,
    cast(present.join_count as bigint) as join_count,
    cast(present.attended_seconds as double) as attended_seconds,
    cast(present.reported_seconds as double) as reported_seconds,
    present.is_imputed,
    present.first_joined_at,
    present.last_left_at
from present
inner join sessions on present.session_id = sessions.session_id
left join teachers
    on
        present.session_id = teachers.session_id
        and present.learner_key = teachers.learner_key
left join programmes on sessions.programme_id = programmes.programme_id
left join consents
    on
        sessions.programme_id = consents.programme_id
        and present.learner_key = consents.learner_key
where
    teachers.learner_key is null
    and {{ may_be_analysed('programmes.legal_basis', 'consents.is_given') }}
