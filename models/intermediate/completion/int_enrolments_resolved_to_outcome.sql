-- The outcome of each enrolment. A grade on the programme outranks a withdrawal, a
-- finish outranks both, and a waiver outranks all. Who was deferred is in another run.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_enrolments'},
) }}

with

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
    {{ only_touched('touched_enrolments', 'enrolment_id') }}
),

evidence as (
    select * from {{ ref('int_enrolment_evidence') }}
),

terms as (
    select * from {{ ref('int_enrolment_terms') }}
),

attributes as (
    select * from {{ ref('int_enrolment_attributes') }}
),

cohort_evidence as (
    select * from {{ ref('int_cohort_activity_evidence') }}
),

finished_by_attendance as (
    select * from {{ ref('int_enrolments_finished_by_attendance') }}
),

attempts as (
    select
        enrolment_id,
        count(*) as final_attempt_count,
        max(case when is_passed then 1 when not is_passed then 0 end) = 1
            as is_final_passed,
        max(
            case
                when attempt_no = 1 and is_passed then 1
                when attempt_no = 1 and not is_passed then 0
            end
        ) = 1 as is_first_attempt_passed,
        max(score_scaled) as best_score_scaled
    from {{ ref('int_final_assessment_attempts') }}
    {{ only_touched('touched_enrolments', 'enrolment_id') }}
    group by enrolment_id
),

combined as (
    select
        episodes.enrolment_id,
        coalesce(cohort_evidence.has_activity_evidence, false)
            as has_activity_evidence,
        coalesce(terms.is_waived, false) or coalesce(evidence.is_waived, false)
            as is_waived,
        coalesce(terms.waiver_kind, evidence.waiver_kind, 'waiver') as waiver_kind,
        coalesce(evidence.is_deferred, false) as is_deferred,
        coalesce(evidence.is_finished, false)
        or finished_by_attendance.enrolment_id is not null as is_finished,
        coalesce(evidence.finished_at, finished_by_attendance.finished_at)
            as finished_at,
        coalesce(evidence.is_finish_imputed, false) as is_finish_imputed,
        evidence.completion_revoked_at,
        evidence.first_activity_at,
        evidence.first_evidence_at,
        coalesce(evidence.is_passed_as_a_whole, attempts.is_final_passed) as passed,
        evidence.is_passed_as_a_whole is not null as is_graded_as_a_whole,
        attempts.is_first_attempt_passed as first_attempt_passed,
        coalesce(attempts.final_attempt_count, 0) as final_attempt_count,
        coalesce(attempts.best_score_scaled, evidence.programme_score_scaled)
            as best_score_scaled,
        case
            when coalesce(evidence.is_deferred, false) then evidence.deferred_due_at
            else terms.due_at
        end as due_at,
        attributes.left_at,
        episodes.is_withdrawn as is_reported_withdrawn,
        episodes.withdrawn_at,
        episodes.is_matured,
        episodes.as_of,
        coalesce(
            episodes.withdrawn_at
            <= coalesce(episodes.cohort_starts_at, episodes.clock_started_at),
            false
        ) as is_withdrawn_before_start
    from episodes
    left join evidence on episodes.enrolment_id = evidence.enrolment_id
    left join terms on episodes.enrolment_id = terms.enrolment_id
    left join attributes on episodes.enrolment_id = attributes.enrolment_id
    left join attempts on episodes.enrolment_id = attempts.enrolment_id
    left join finished_by_attendance
        on episodes.enrolment_id = finished_by_attendance.enrolment_id
    left join cohort_evidence
        on
            episodes.programme_id = cohort_evidence.programme_id
            and episodes.cohort_id = cohort_evidence.cohort_id
),

-- A start is unknown where the cohort has no record that could show one.
started as (
    select
        *,
        case
            when has_activity_evidence
                then coalesce(first_activity_at, first_evidence_at)
        end as started_at,
        has_activity_evidence
        and first_activity_at is null
        and first_evidence_at is not null as is_start_imputed
    from combined
)

select
    enrolment_id,
    has_activity_evidence,
    is_waived,
    is_finished,
    finished_at,
    is_finish_imputed,
    completion_revoked_at,
    passed,
    first_attempt_passed,
    final_attempt_count,
    best_score_scaled,
    due_at,
    left_at,
    is_withdrawn_before_start,
    started_at,
    is_start_imputed,
    case when is_waived then waiver_kind end as waiver_kind,
    case
        when is_waived then 'waived'
        when is_finished then 'completed'
        when is_graded_as_a_whole and is_matured then 'expired'
        when is_graded_as_a_whole then 'started'
        when is_reported_withdrawn and is_withdrawn_before_start
            then 'withdrawn_before_start'
        when is_reported_withdrawn then 'withdrawn'
        when is_deferred then 'transferred'
        when left_at <= as_of then 'left_org'
        when is_matured then 'expired'
        when started_at is not null then 'started'
        else 'enrolled'
    end as status
from started
