-- The programme of a statement is that of its context, else of its live session, else
-- of its registration.
with

statements as (
    select * from {{ ref('int_current_statements') }}
    {{ only_touched('touched_bindings', 'statement_id') }}
),

session_bindings as (
    select * from {{ ref('int_live_session_bindings') }}
),

enrolments as (
    select * from {{ ref('int_roster_entries') }}
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

unambiguous_contexts as (
    select * from {{ ref('int_contexts_bound_to_programmes') }}
    where not is_ambiguous
),

matched_statements as (
    select
        statements.*,
        unambiguous_contexts.role as context_role,
        unambiguous_contexts.phase_no,
        session_bindings.cohort_id as session_cohort_id,
        registrations.programme_id as registration_programme_id,
        registrations.cohort_id as registration_cohort_id,
        unambiguous_contexts.cohort_id as context_cohort_id,
        coalesce(
            unambiguous_contexts.programme_id,
            session_bindings.programme_id,
            registrations.programme_id
        ) as programme_id
    from statements
    left join unambiguous_contexts
        on statements.context_key = unambiguous_contexts.context_key
    left join session_bindings
        on
            coalesce(statements.technical_session_id, statements.object_id)
            = session_bindings.session_ref
            and case
                when statements.technical_session_id is null then 'meeting'
                else 'session'
            end = session_bindings.key_type
    left join registrations
        on statements.registration = registrations.registration
),

ambiguous_contexts as (
    select
        context_key,
        programme_id,
        role,
        phase_no
    from {{ ref('int_contexts_bound_to_programmes') }}
    where is_ambiguous
),

bound_statements as (
    select
        matched_statements.statement_id,
        matched_statements.source,
        matched_statements.learner_key,
        matched_statements.programme_id,
        coalesce(
            matched_statements.context_cohort_id,
            matched_statements.session_cohort_id,
            case
                when
                    matched_statements.registration_programme_id
                    = matched_statements.programme_id
                    then matched_statements.registration_cohort_id
            end
        ) as cohort_id,
        case
            when matched_statements.programme_id is null then null
            when matched_statements.context_role is not null
                then matched_statements.context_role
            when matched_statements.session_cohort_id is not null then 'live'
            else coalesce(ambiguous_contexts.role, 'unit')
        end as role,
        coalesce(matched_statements.phase_no, ambiguous_contexts.phase_no) as phase_no,
        matched_statements.object_id,
        matched_statements.registration,
        matched_statements.technical_session_id,
        matched_statements.video_session_id,
        matched_statements.actor_kind,
        matched_statements.verb_id,
        matched_statements.verb,
        matched_statements.activity_kind,
        matched_statements.language,
        matched_statements.platform,
        matched_statements.launch_mode,
        matched_statements.move_on,
        matched_statements.played_segments,
        matched_statements.satisfied_reason,
        matched_statements.event_name,
        matched_statements.device_kind,
        matched_statements.score_scaled,
        matched_statements.score_raw,
        matched_statements.mastery_score,
        matched_statements.duration_seconds,
        matched_statements.progress,
        matched_statements.video_length_seconds,
        matched_statements.video_time_seconds,
        matched_statements.video_time_from_seconds,
        matched_statements.video_time_to_seconds,
        matched_statements.completion_threshold,
        matched_statements.interaction_count,
        matched_statements.success,
        matched_statements.completion,
        matched_statements.is_cmi5_defined,
        matched_statements.is_learner_initiated,
        matched_statements.counts_as_start,
        matched_statements.is_completion,
        matched_statements.is_result,
        matched_statements.is_imputed,
        matched_statements.is_banked,
        matched_statements.occurred_at,
        matched_statements.stored_at,
        matched_statements.interval_started_at,
        matched_statements.due_at
    from matched_statements
    left join ambiguous_contexts
        on
            matched_statements.context_key = ambiguous_contexts.context_key
            and matched_statements.programme_id = ambiguous_contexts.programme_id
),

permitted_statements as (
    {{ with_legal_basis('bound_statements') }}
)

select * from permitted_statements
