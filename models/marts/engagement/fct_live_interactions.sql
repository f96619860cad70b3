with

statements as (
    select * from {{ ref('int_current_statements') }}
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

programmes as (
    select * from {{ ref('dim_programmes') }}
),

consents as (
    select * from {{ ref('stg_organisation__consents') }}
)

select
    ---------- ids
    statements.statement_id as interaction_id,
    runs.session_id,
    statements.learner_key,
    sessions.programme_id,
    sessions.cohort_id,
    statements.object_id as activity_id,
    ---------- strings
    cohorts.delivery_mode,
    cohorts.outcome_category,
    case
        when statements.verb in ('voted', 'answered') then 'answer'
        when statements.verb = 'asked' then 'question'
        when statements.verb = 'reacted' then 'reaction'
        else 'message'
    end as interaction_kind,
    ---------- booleans
    teachers.learner_key is not null as is_by_teacher,
    case
        when not statements.is_imputed
            then
                coalesce(
                    statements.occurred_at >= sessions.counts_from_at
                    and statements.occurred_at < sessions.counts_until_at,
                    false
                )
    end as is_in_session,
    ---------- timestamps
    case when not statements.is_imputed then statements.occurred_at end as occurred_at
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
left join programmes on sessions.programme_id = programmes.programme_id
left join consents
    on
        sessions.programme_id = consents.programme_id
        and statements.learner_key = consents.learner_key
where {{ may_be_analysed('programmes.legal_basis', 'consents.is_given') }}
