with

statements as (
    select * from {{ ref('int_current_statements') }}
),

contexts as (
    select * from {{ ref('int_contexts_bound_to_programmes') }}
),

session_bindings as (
    select * from {{ ref('int_live_session_bindings') }}
),

enrolments as (
    select * from {{ ref('int_roster_entries') }}
),

programmes as (
    select * from {{ ref('stg_organisation__programmes') }}
),

consents as (
    select * from {{ ref('stg_organisation__consents') }}
),

registrations as (
    select
        registration,
        min(programme_id) as programme_id,
        min(cohort_id) as cohort_id
    from enrolments
    where registration is not null
    group by registration
    having count(distinct programme_id) = 1
),

clear_contexts as (
    select * from contexts
    where not is_ambiguous
),

bound as (
    select
        statements.*,
        clear_contexts.role as context_role,
        clear_contexts.phase_no,
        session_bindings.cohort_id as session_cohort_id,
        registrations.programme_id as registration_programme_id,
        registrations.cohort_id as registration_cohort_id,
        clear_contexts.cohort_id as context_cohort_id,
        coalesce(
            clear_contexts.programme_id,
            session_bindings.programme_id,
            registrations.programme_id
        ) as programme_id
    from statements
    left join clear_contexts
        on statements.context_key = clear_contexts.context_key
    left join session_bindings
        on
            coalesce(statements.technical_session_id, statements.object_id)
            = session_bindings.session_ref
    left join registrations
        on statements.registration = registrations.registration
),

shared_roles as (
    select
        context_key,
        programme_id,
        role,
        phase_no
    from contexts
    where is_ambiguous
)

select
    bound.statement_id,
    bound.source,
    bound.learner_key,
    bound.programme_id,
    coalesce(
        bound.context_cohort_id,
        bound.session_cohort_id,
        case
            when bound.registration_programme_id = bound.programme_id
                then bound.registration_cohort_id
        end
    ) as cohort_id,
    case
        when bound.programme_id is null then null
        when bound.context_role is not null then bound.context_role
        when bound.session_cohort_id is not null then 'live'
        else coalesce(shared_roles.role, 'unit')
    end as role,
    coalesce(bound.phase_no, shared_roles.phase_no) as phase_no,
    bound.object_id,
    bound.registration,
    bound.technical_session_id,
    bound.video_session_id,
    bound.actor_kind,
    bound.verb_id,
    bound.verb,
    bound.activity_kind,
    bound.language,
    bound.platform,
    bound.launch_mode,
    bound.move_on,
    bound.played_segments,
    bound.event_name,
    bound.score_scaled,
    bound.score_raw,
    bound.mastery_score,
    bound.duration_seconds,
    bound.progress,
    bound.video_length_seconds,
    bound.video_time_seconds,
    bound.video_time_from_seconds,
    bound.video_time_to_seconds,
    bound.completion_threshold,
    bound.interaction_count,
    bound.success,
    bound.completion,
    bound.is_cmi5_defined,
    bound.is_learner_initiated,
    bound.counts_as_start,
    bound.is_completion,
    bound.is_result,
    bound.is_imputed,
    bound.is_banked,
    bound.occurred_at,
    bound.stored_at,
    bound.interval_started_at,
    bound.due_at
from bound
left join shared_roles
    on
        bound.context_key = shared_roles.context_key
        and bound.programme_id = shared_roles.programme_id
left join programmes on bound.programme_id = programmes.programme_id
left join consents
    on
        bound.programme_id = consents.programme_id
        and bound.learner_key = consents.learner_key
where {{ may_be_analysed('programmes.legal_basis', 'consents.is_given') }}
