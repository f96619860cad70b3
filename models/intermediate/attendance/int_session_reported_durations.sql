-- A vendor's report states a total time for each participant. Totals of a session's
-- runs are added, except those of a duplicate report. Groups are programs that take
-- notes.
with

runs as (
    select * from {{ ref('int_live_runs') }}
    where not is_duplicate_report
),

identified_participants as (
    select * from {{ ref('int_identified_participants') }}
),

group_accounts as (
    select distinct learner_key
    from {{ ref('int_live_statements') }}
    where actor_kind = 'group'
),

-- No person is connected for 30 years: a greater number is not read as a duration.
claims as (
    select
        source,
        technical_session_id,
        learner_key,
        case
            when abs(value) < 1000000000 then {{ micros_of_seconds('value') }}
        end as reported_micros
    from {{ ref('stg_organisation__session_claims') }}
    where claim = 'duration_seconds'
),

summed as (
    select
        runs.session_id,
        coalesce(identified_participants.learner_key, claims.learner_key)
            as learner_key,
        cast(sum(claims.reported_micros) as bigint) as reported_micros
    from claims
    inner join runs
        on
            claims.source = runs.source
            and claims.technical_session_id = runs.technical_session_id
    left join identified_participants
        on
            runs.source = identified_participants.source
            and runs.canonical_session_id = identified_participants.canonical_session_id
            and claims.learner_key = identified_participants.display_learner_key
    left join group_accounts on claims.learner_key = group_accounts.learner_key
    where group_accounts.learner_key is null
    group by
        runs.session_id,
        coalesce(identified_participants.learner_key, claims.learner_key)
)

select
    session_id,
    learner_key,
    {{ seconds_of_micros('reported_micros') }} as reported_seconds
from summed
