-- Each enrolment with the learner's attributes and its outcome, and why it is excluded.
with

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
),

attributes as (
    select * from {{ ref('int_enrolment_attributes') }}
),

outcomes as (
    select * from {{ ref('int_enrolments_resolved_to_outcome') }}
),

terms as (
    select * from {{ ref('int_enrolment_terms') }}
),

evidence as (
    select * from {{ ref('int_enrolment_evidence') }}
)

select
    episodes.enrolment_id,
    episodes.learner_key,
    episodes.programme_id,
    episodes.cohort_id,
    episodes.registration,
    episodes.period_key,
    episodes.delivery_mode,
    episodes.outcome_category,
    episodes.completion_class,
    attributes.segment,
    attributes.business_unit,
    attributes.region,
    attributes.language,
    attributes.tenure_band,
    attributes.prior_completion_band,
    outcomes.status,
    outcomes.waiver_kind,
    {{ exclusion_reason('terms', 'outcomes') }} as exclusion_reason,
    episodes.episode_no,
    episodes.previous_attempts,
    episodes.studied_credits,
    episodes.horizon_days,
    outcomes.final_attempt_count,
    outcomes.best_score_scaled,
    outcomes.is_waived,
    outcomes.status = 'completed' as is_completed,
    outcomes.status in ('withdrawn', 'withdrawn_before_start') as is_withdrawn,
    outcomes.is_withdrawn_before_start,
    outcomes.is_finish_imputed and outcomes.status = 'completed' as is_imputed,
    outcomes.is_start_imputed,
    episodes.is_matured,
    episodes.is_activity_known,
    outcomes.has_activity_evidence,
    outcomes.passed,
    outcomes.first_attempt_passed,
    episodes.enrolled_at,
    outcomes.started_at,
    evidence.last_activity_at,
    case when outcomes.status = 'completed' then outcomes.finished_at end
        as completed_at,
    case
        when outcomes.status = 'completed'
            then {{ utc_from_local(
                add_days(
                    local_timestamp('outcomes.finished_at', 'episodes.time_zone'),
                    'episodes.certificate_valid_days'
                ),
                'episodes.time_zone'
            ) }}
    end as certificate_expires_at,
    outcomes.completion_revoked_at,
    episodes.withdrawn_at,
    outcomes.due_at,
    case when outcomes.left_at <= episodes.as_of then outcomes.left_at end
        as left_at,
    episodes.clock_started_at,
    episodes.matured_at,
    episodes.as_of
from episodes
inner join attributes on episodes.enrolment_id = attributes.enrolment_id
inner join outcomes on episodes.enrolment_id = outcomes.enrolment_id
left join terms on episodes.enrolment_id = terms.enrolment_id
left join evidence on episodes.enrolment_id = evidence.enrolment_id
