with

statements as (
    select * from {{ ref('int_live_statements') }}
    where
        technical_session_id is not null
        and learner_key is not null
        and verb in (
            'answered', 'asked', 'commented', 'posted', 'reacted', 'replied', 'voted'
        )
),

runs as (
    select * from {{ ref('int_live_runs') }}
),

sessions as (
    select * from {{ ref('int_live_sessions') }}
),

teachers as (
    select * from {{ ref('int_session_teachers') }}
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

described as (
    select
        statements.*,
        runs.session_id,
        sessions.programme_id,
        sessions.cohort_id,
        sessions.counts_from_at,
        sessions.counts_until_at,
        cohorts.delivery_mode,
        cohorts.outcome_category,
        teachers.learner_key is not null as is_by_teacher
    from statements
    inner join runs
        on
            statements.source = runs.source
            and statements.technical_session_id = runs.technical_session_id
    inner join sessions on runs.session_id = sessions.session_id
    left join teachers
        on
            runs.session_id = teachers.session_id
            and statements.learner_key = teachers.learner_key
    left join cohorts
        on
            sessions.programme_id = cohorts.programme_id
            and sessions.cohort_id = cohorts.cohort_id
),

permitted_interactions as (
    {{ with_legal_basis('described') }}
)

select
    ---------- ids
    statement_id as interaction_id,
    session_id,
    learner_key,
    programme_id,
    cohort_id,
    object_id as activity_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    case
        when verb in ('voted', 'answered') then 'answer'
        when verb = 'asked' then 'question'
        when verb = 'reacted' then 'reaction'
        else 'message'
    end as interaction_kind,
    ---------- booleans
    is_by_teacher,
    case
        when not is_imputed
            then
                coalesce(
                    occurred_at >= counts_from_at and occurred_at < counts_until_at,
                    false
                )
    end as is_in_session,
    ---------- timestamps
    case when not is_imputed then occurred_at end as occurred_at
from permitted_interactions
